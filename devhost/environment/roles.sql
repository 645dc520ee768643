-- The server-wide roles of platform.md, section 4.4; every statement may run again.
-- Passwords are set apart, by the program that generates them.
do $$
declare
    wanted text;
begin
    -- Roles belong to the whole server: two setups at once would collide without this lock.
    perform pg_advisory_xact_lock(4201);
    foreach wanted in array array['actual_owner', 'actual_platform', 'actual_app', 'actual_migrator'] loop
        if not exists (select from pg_roles where rolname = wanted) then
            execute format('create role %I', wanted);
        end if;
    end loop;
end
$$;
alter role actual_owner nologin nosuperuser nobypassrls;
alter role actual_platform nologin nosuperuser nobypassrls;
-- noinherit: what actual_platform may read is entered by `set local role` alone.
alter role actual_app login nosuperuser nobypassrls nocreatedb nocreaterole noinherit;
alter role actual_migrator login nosuperuser nobypassrls nocreatedb nocreaterole;
grant actual_owner to actual_migrator;
grant actual_platform to actual_app;
