-- name: add_api_key
-- Only the hash of the secret is kept.
insert into api_keys (company_id, id, key_id, name, scopes, secret_sha256, created_at, expires_at)
values (
    %(company_id)s::uuid,
    %(id)s::uuid,
    %(key_id)s::text,
    %(name)s::text,
    %(scopes)s::text[],
    %(secret_sha256)s::bytea,
    %(created_at)s::timestamptz,
    %(expires_at)s::timestamptz
);

-- name: get_api_key
-- One key of the company.
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
where company_id = %(company_id)s::uuid and id = %(id)s::uuid;

-- name: get_api_key_for_update
-- Held while it is revoked, so that two revocations are one.
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
where company_id = %(company_id)s::uuid and id = %(id)s::uuid
for update;

-- name: list_api_keys
-- Revoked and expired keys too: an admin wants to see what was.
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
where company_id = %(company_id)s::uuid and (%(after)s::uuid is null or id > %(after)s::uuid)
order by id
limit %(limit)s::integer;

-- name: revoke_api_key
-- For good; the row stays as the record.
update api_keys
set revoked_at = %(revoked_at)s::timestamptz, version = version + 1
where company_id = %(company_id)s::uuid and id = %(id)s::uuid;

-- name: touch_api_key
-- At most one write a minute for a key in steady use.
update api_keys
set last_used_at = %(used_at)s::timestamptz
where
    company_id = %(company_id)s::uuid
    and id = %(id)s::uuid
    and (last_used_at is null or last_used_at < %(used_at)s::timestamptz - interval '1 minute');
