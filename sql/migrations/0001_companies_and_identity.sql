-- Companies, the people and machines that may act for them, and the hash-chained audit log.
-- depends:

set local lock_timeout = '5s';
set local statement_timeout = '60s';

create table companies (
    id uuid not null,
    slug text not null,
    name text not null,
    timezone text not null,
    identity_tenant_id uuid,
    version integer not null default 1,
    created_at timestamptz not null,
    constraint companies_pk primary key (id),
    constraint companies_slug_key unique (slug),
    constraint companies_slug_form check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$')
);
comment on table companies is 'The customers; every other table belongs to one of them.';

create table policies (
    company_id uuid not null,
    version integer not null,
    dwell_s integer not null,
    min_fixes integer not null,
    exit_buffer_m double precision not null,
    max_gap_s integer not null,
    shift_gap_s integer not null,
    stop_radius_m double precision not null,
    stop_s integer not null,
    parked_s integer not null,
    workweek_start smallint not null,
    rounding text not null,
    created_at timestamptz not null,
    constraint policies_pk primary key (company_id, version),
    constraint policies_company_fk foreign key (company_id) references companies (id) on delete restrict,
    constraint policies_workweek_start check (workweek_start between 0 and 6)
);
comment on table policies is 'Versions of the rules of presence per company; the newest counts for every recompute.';
comment on column policies.workweek_start is
'First local day of the workweek: 0 is Monday, 6 is Sunday, as Python counts.';

create table users (
    company_id uuid not null,
    id uuid not null,
    tenant_id uuid not null,
    subject_id uuid not null,
    name text not null,
    role text not null,
    grants text[] not null default '{}',
    disabled_at timestamptz,
    version integer not null default 1,
    created_at timestamptz not null,
    constraint users_pk primary key (company_id, id),
    constraint users_identity_key unique (tenant_id, subject_id),
    constraint users_company_fk foreign key (company_id) references companies (id) on delete restrict,
    constraint users_role check (role in ('viewer', 'operator', 'admin')),
    constraint users_grants check (grants <@ array['approver', 'payroll'])
);
comment on table users is 'People of a company, known by (tid, oid) of their token, never by e-mail.';

create table staff (
    tenant_id uuid not null,
    subject_id uuid not null,
    role text not null,
    disabled_at timestamptz,
    created_at timestamptz not null,
    constraint staff_pk primary key (tenant_id, subject_id, role),
    constraint staff_role check (role in ('platform', 'field_ops'))
);
comment on table staff is 'Our own people, who act across companies; never users of one.';

create table api_keys (
    company_id uuid not null,
    id uuid not null,
    key_id text not null,
    name text not null,
    scopes text[] not null,
    secret_sha256 bytea not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    version integer not null default 1,
    constraint api_keys_pk primary key (company_id, id),
    constraint api_keys_key_id_key unique (key_id),
    constraint api_keys_company_fk foreign key (company_id) references companies (id) on delete restrict,
    constraint api_keys_scopes check (scopes <@ array['ingest', 'read', 'agent'] and cardinality(scopes) > 0)
);
comment on table api_keys is 'Machine keys: the public key id and the SHA-256 of the secret, never the secret.';

create table audit_entries (
    company_id uuid not null,
    number bigint not null,
    recorded_at timestamptz not null,
    kind text not null,
    subject text not null,
    actor text not null,
    body text not null,
    previous_hash bytea not null,
    hash bytea not null,
    constraint audit_entries_pk primary key (company_id, number)
);
comment on table audit_entries is 'Append-only, hash-chained per company; the all-zero company is the platform itself.';
create index audit_entries_subject_idx on audit_entries (company_id, subject, number desc);

create table audit_heads (
    company_id uuid not null,
    number bigint not null,
    hash bytea not null,
    constraint audit_heads_pk primary key (company_id)
);
comment on table audit_heads is 'The last link of each chain: the lock under which the next one is added.';

create function refuse_audit_change() returns trigger
language plpgsql
as $$
begin
    raise exception 'audit entries are append-only' using errcode = 'insufficient_privilege';
end;
$$;
create trigger audit_entries_append_only
before update or delete or truncate on audit_entries
for each statement execute function refuse_audit_change();

-- Policies before grants. The sub-select is evaluated once per statement (platform.md 4.5).
alter table companies enable row level security;
alter table companies force row level security;
create policy companies_own on companies to actual_app
using (id = (select nullif(current_setting('app.company_id', true), '')::uuid))
with check (id = (select nullif(current_setting('app.company_id', true), '')::uuid));
create policy companies_platform on companies to actual_platform using (true) with check (true);

alter table staff enable row level security;
alter table staff force row level security;
create policy staff_platform on staff to actual_platform using (true) with check (true);

do $$
declare
    table_name text;
begin
    foreach table_name in array array['policies', 'users', 'api_keys', 'audit_entries', 'audit_heads'] loop
        execute format('alter table %I enable row level security', table_name);
        execute format('alter table %I force row level security', table_name);
        execute format(
            'create policy %I on %I to actual_app '
            'using (company_id = (select nullif(current_setting(''app.company_id'', true), '''')::uuid)) '
            'with check (company_id = (select nullif(current_setting(''app.company_id'', true), '''')::uuid))',
            table_name || '_own', table_name
        );
    end loop;
    foreach table_name in array array['policies', 'users', 'api_keys', 'audit_entries', 'audit_heads'] loop
        execute format(
            'create policy %I on %I to actual_platform using (true) with check (true)',
            table_name || '_platform', table_name
        );
    end loop;
end;
$$;

grant select, update on companies to actual_app;
grant select, insert, update on users to actual_app;
grant select, insert on policies to actual_app;
grant select, insert, update on api_keys to actual_app;
grant select, insert on audit_entries to actual_app;
grant select, insert, update on audit_heads to actual_app;
grant select, insert on companies to actual_platform;
grant select on policies to actual_platform;
grant insert on policies to actual_platform;
grant select on users to actual_platform;
grant select on staff to actual_platform;
grant select on api_keys to actual_platform;
grant select, insert on audit_entries to actual_platform;
grant select, insert, update on audit_heads to actual_platform;

comment on index companies_slug_key is
'make token and our own people name a company by its slug, which is unique across all.';
comment on index users_identity_key is
'Sign-in finds the person by (tid, oid) before the company is known; one identity, one company.';
comment on index api_keys_key_id_key is 'A key is found by its public id before the company is known.';
comment on index audit_entries_subject_idx is 'The history of one thing, newest first.';
