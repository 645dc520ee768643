-- name: find_receipt
-- What became of a post; no row means that it is still queued.
select
    id,
    received_at,
    status,
    accepted,
    duplicates,
    quarantined,
    processed_at
from receipts
where company_id = %(company_id)s::uuid and id = %(id)s::uuid;
