-- name: lock_audit_head
-- The head is the lock under which the next links are added; the first entry of a company makes it.
insert into audit_heads (company_id, number, hash)
values (%(company_id)s::uuid, 0, %(genesis)s::bytea)
on conflict (company_id) do update
    set number = audit_heads.number
    where audit_heads.company_id = %(company_id)s::uuid
returning number, hash;

-- name: append_audit_entries
-- One statement for all entries of a transaction.
insert into audit_entries (company_id, number, recorded_at, kind, subject, actor, body, previous_hash, hash)
select
    %(company_id)s::uuid,
    entry.place,
    %(recorded_at)s::timestamptz,
    entry.kind,
    entry.subject,
    entry.actor,
    entry.content,
    entry.pointer,
    entry.digest
from unnest(
    %(numbers)s::bigint[],
    %(kinds)s::text[],
    %(subjects)s::text[],
    %(actors)s::text[],
    %(bodies)s::text[],
    %(previous_hashes)s::bytea[],
    %(digests)s::bytea[]
) as entry (place, kind, subject, actor, content, pointer, digest);

-- name: move_audit_head
-- Runs in the transaction that locked the head.
update audit_heads
set number = %(number)s::bigint, hash = %(hash)s::bytea
where company_id = %(company_id)s::uuid;

-- name: list_audit_entries
-- Newest first; the number is the cursor.
select company_id, number, recorded_at, kind, subject, actor, body, previous_hash, hash
from audit_entries
where
    company_id = %(company_id)s::uuid
    and (%(subject)s::text is null or subject = %(subject)s::text)
    and (%(since)s::timestamptz is null or recorded_at >= %(since)s::timestamptz)
    and (%(until)s::timestamptz is null or recorded_at < %(until)s::timestamptz)
    and (%(before)s::bigint is null or number < %(before)s::bigint)
order by number desc
limit %(limit)s::integer;

-- name: get_audit_entry
-- One link with its hashes, as an auditor checks it offline.
select company_id, number, recorded_at, kind, subject, actor, body, previous_hash, hash
from audit_entries
where company_id = %(company_id)s::uuid and number = %(number)s::bigint;

-- name: verify_audit_chain
-- Recomputes each hash (the preimage of domain/audit.py) and each pointer; a tail that was cut or written anew differs
-- from the head.
with links as (
    select
        number,
        hash,
        previous_hash,
        lag(hash, 1, %(genesis)s::bytea) over (order by number) as hash_before,
        row_number() over (order by number) as place,
        array[
            convert_to('actual-audit-1', 'UTF8'),
            previous_hash,
            convert_to(company_id::text, 'UTF8'),
            convert_to(number::text, 'UTF8'),
            convert_to(to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'UTF8'),
            convert_to(kind, 'UTF8'),
            convert_to(subject, 'UTF8'),
            convert_to(actor, 'UTF8'),
            convert_to(body, 'UTF8')
        ] as parts
    from audit_entries
    where company_id = %(company_id)s::uuid
),

judged as (
    select
        links.number,
        links.hash,
        links.place = links.number
        and links.previous_hash = links.hash_before
        and links.hash = sha256(preimage.content) as holds
    from links
    cross join lateral (
        select string_agg(int4send(octet_length(part)) || part, ''::bytea order by place) as content
        from unnest(links.parts) with ordinality as parts (part, place)
    ) as preimage
),

head as (
    select
        coalesce(max(number), 0) as number,
        (array_agg(hash))[1] as hash
    from audit_heads
    where company_id = %(company_id)s::uuid
),

tail as (
    select
        coalesce(max(number), 0) as number,
        (array_agg(hash order by number desc))[1] as hash,
        count(*) as checked,
        min(number) filter (where not holds) as first_broken
    from judged
)

select
    tail.checked,
    coalesce(
        tail.first_broken,
        case
            when tail.number <> head.number then tail.number + 1
            when tail.hash <> head.hash then tail.number
        end
    ) as first_broken,
    coalesce(head.hash, %(genesis)s::bytea) as head
from tail
cross join head;
