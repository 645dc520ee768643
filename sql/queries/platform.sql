-- name: enter_platform
-- For the rest of this transaction only; the login role is not a member by inheritance.
set local role actual_platform;

-- name: find_user
-- Who signs in: the identity is global, the company follows from it.
select id, company_id, role, grants
from users
where tenant_id = %(tenant_id)s::uuid and subject_id = %(subject_id)s::uuid and disabled_at is null;

-- name: find_staff
-- Our own people and what they may do across companies.
select role
from staff
where tenant_id = %(tenant_id)s::uuid and subject_id = %(subject_id)s::uuid and disabled_at is null;

-- name: knows_tenant
-- An identity tenant is known when a company signs in with it.
select exists(
    select 1 from companies
    where identity_tenant_id = %(tenant_id)s::uuid
) as known;

-- name: find_api_key
-- The public id names the key; which company it belongs to is the answer.
select
    company_id,
    id,
    key_id,
    name,
    scopes,
    secret_sha256,
    created_at,
    expires_at,
    revoked_at,
    last_used_at,
    version
from api_keys
where key_id = %(key_id)s::text;

-- name: create_company
-- The slug is unique across all companies.
insert into companies (id, slug, name, timezone, identity_tenant_id, version, created_at)
values (
    %(id)s::uuid,
    %(slug)s::text,
    %(name)s::text,
    %(timezone)s::text,
    %(identity_tenant_id)s::uuid,
    1,
    %(created_at)s::timestamptz
);

-- name: create_policy
-- The first policy of a new company.
insert into policies (
    company_id,
    version,
    dwell_s,
    min_fixes,
    exit_buffer_m,
    max_gap_s,
    shift_gap_s,
    stop_radius_m,
    stop_s,
    parked_s,
    workweek_start,
    rounding,
    created_at
)
values (
    %(company_id)s::uuid,
    %(version)s::integer,
    %(dwell_s)s::integer,
    %(min_fixes)s::integer,
    %(exit_buffer_m)s::double precision,
    %(max_gap_s)s::integer,
    %(shift_gap_s)s::integer,
    %(stop_radius_m)s::double precision,
    %(stop_s)s::integer,
    %(parked_s)s::integer,
    %(workweek_start)s::smallint,
    %(rounding)s::text,
    %(created_at)s::timestamptz
);

-- name: list_companies
-- All companies, for our own people.
select id, slug, name, timezone, identity_tenant_id, version, created_at
from companies
where %(after)s::uuid is null or id > %(after)s::uuid
order by id
limit %(limit)s::integer;

-- name: find_company
-- One company by its id or its slug.
select id, slug, name, timezone, identity_tenant_id, version, created_at
from companies
where id = %(id)s::uuid or slug = %(slug)s::text;

-- name: list_marked_companies
-- Whose marks are still to be worked off; one look at the key for each company.
select companies.id
from companies
where
    exists (
        select 1
        from recompute_marks
        where recompute_marks.company_id = companies.id
    )
order by companies.id;

-- name: probe
-- The cheapest proof that the database answers and is migrated.
select count(*) as companies
from companies
where false;

-- name: find_registrations
-- Two look-ups, since a device is named by its serial or by its uid.
select
    asked.device,
    held.company_id,
    extract(epoch from held.registered_at)::bigint as from_at,
    extract(epoch from held.released_at)::bigint as to_at
from unnest(%(devices)s::text[]) as asked (device)
inner join device_registrations as held on asked.device = held.device_uid
union all
select
    asked.device,
    held.company_id,
    extract(epoch from held.registered_at)::bigint as from_at,
    extract(epoch from held.released_at)::bigint as to_at
from unnest(%(devices)s::text[]) as asked (device)
inner join device_registrations as held on asked.device = held.serial;
