-- What came in: exact bytes, receipts, observations in monthly partitions, the keys of "once", quarantine.
-- depends: 0002_master_data

set local lock_timeout = '5s';
set local statement_timeout = '60s';

create table receipts (
    company_id uuid not null,
    id uuid not null,
    received_at timestamptz not null,
    status text not null,
    accepted integer not null,
    duplicates integer not null,
    quarantined text not null,
    processed_at timestamptz not null,
    constraint receipts_pk primary key (company_id, id),
    constraint receipts_company_fk foreign key (company_id) references companies (id) on delete restrict,
    constraint receipts_status check (status in ('processed', 'failed'))
);
comment on table receipts is 'What became of each post; until a row exists the receipt reads queued.';
comment on column receipts.quarantined is 'JSON: the items of this post that were quarantined.';

create table raw_events (
    company_id uuid not null,
    received_at timestamptz not null,
    receipt_id uuid not null,
    endpoint text not null,
    sha256 bytea not null,
    body bytea not null
) partition by range (received_at);
comment on table raw_events is 'The exact bytes of each post (zlib) and the SHA-256 of what was posted.';
create index raw_events_receipt_idx on raw_events (company_id, receipt_id);

create table observations (
    company_id uuid not null,
    badge_id uuid not null,
    captured_at timestamptz not null,
    received_at timestamptz not null,
    sequence_number bigint,
    kind text not null,
    time_quality text not null,
    source text,
    lat double precision,
    lon double precision,
    accuracy_m double precision,
    accuracy_assumed boolean not null,
    fix_age_s integer,
    refused_by text,
    speed_mps double precision,
    moving boolean,
    motion_count integer,
    tag_mac text,
    battery_pct double precision,
    worker_code text,
    detail text,
    receipt_id uuid not null
) partition by range (captured_at);
comment on table observations is
'One dated statement of a device a row; evidence, never changed but for blanked positions.';
comment on column observations.source is
'How a fix was found: gps, dead_reckoning, triangulated or tower; null otherwise.';
comment on column observations.refused_by is
'The rule of presence.md section 2 that refused a fix; null when it qualifies.';
comment on column observations.time_quality is
'event: the device said when; arrival: unknown, so the time of receipt stands in.';
create index observations_badge_time_idx on observations (company_id, badge_id, captured_at);
create index observations_shift_badge_idx on observations (company_id, badge_id, captured_at)
where worker_code is not null;
create index observations_shift_worker_idx on observations (company_id, worker_code, captured_at)
where worker_code is not null;

create table post_parts (
    company_id uuid not null,
    receipt_id uuid not null,
    part integer not null,
    body bytea not null,
    constraint post_parts_pk primary key (company_id, receipt_id, part),
    constraint post_parts_company_fk foreign key (company_id) references companies (id) on delete restrict
);
comment on table post_parts is 'Posts too large for one message, until all of their parts have arrived.';

create table sequence_keys (
    company_id uuid not null,
    badge_id uuid not null,
    sequence_number bigint not null,
    content_hash bytea not null,
    captured_at timestamptz not null,
    constraint sequence_keys_pk primary key (company_id, badge_id, sequence_number)
);
comment on table sequence_keys is
'Decides "once" for numbered events: a unique key on a partitioned table would need the partition column.';

create table envelope_keys (
    company_id uuid not null,
    key bytea not null,
    content_hash bytea not null,
    constraint envelope_keys_pk primary key (company_id, key, content_hash)
);
comment on table envelope_keys is 'Decides "once" for what has no number: (app, event), or the parts of a track note.';

create table sequence_runs (
    company_id uuid not null,
    badge_id uuid not null,
    first_number bigint not null,
    last_number bigint not null,
    latest_captured_at timestamptz,
    constraint sequence_runs_pk primary key (company_id, badge_id, first_number),
    constraint sequence_runs_order check (first_number <= last_number),
    constraint sequence_runs_badge_fk foreign key (company_id, badge_id)
    references badges (company_id, id) on delete restrict
);
comment on table sequence_runs is 'Received sequence numbers as runs; a hole is what lies between two of them.';

create table evidence_days (
    company_id uuid not null,
    badge_id uuid not null,
    day date not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    west double precision,
    south double precision,
    east double precision,
    north double precision,
    blanked_at timestamptz,
    constraint evidence_days_pk primary key (company_id, badge_id, day),
    constraint evidence_days_badge_fk foreign key (company_id, badge_id)
    references badges (company_id, id) on delete restrict
);
comment on table evidence_days is
'Per badge and UTC day: the span of its observations and the box of its fixes; tells which days a change can touch.';
comment on column evidence_days.blanked_at is
'When the positions outside of work evidence were removed (wire.md section 5, rule 9); null while they are there.';
create index evidence_days_day_idx on evidence_days (company_id, day);
create index evidence_days_due_idx on evidence_days (company_id, day) where blanked_at is null;

create table quarantined_events (
    company_id uuid not null,
    id uuid not null,
    receipt_id uuid not null,
    received_at timestamptz not null,
    endpoint text not null,
    code text not null,
    detail text not null,
    device text,
    badge_id uuid,
    sequence_number bigint,
    kind text,
    captured_at timestamptz,
    worker_code text,
    content_hash bytea not null,
    item text not null,
    status text not null default 'open',
    replayed_at timestamptz,
    replay_receipt_id uuid,
    version integer not null default 1,
    constraint quarantined_events_pk primary key (company_id, id),
    constraint quarantined_events_company_fk foreign key (company_id) references companies (id) on delete restrict,
    constraint quarantined_events_badge_fk foreign key (company_id, badge_id)
    references badges (company_id, id) on delete restrict,
    constraint quarantined_events_status check (status in ('open', 'replayed'))
);
comment on table quarantined_events is 'What could not be used, with the reason, complete enough to be replayed.';
comment on column quarantined_events.item is 'JSON: the item as a post of its own.';
comment on column quarantined_events.kind is
'Kind of the observation that it would be: a shift_start of an unknown worker still ends the shift before it.';
create index quarantined_events_list_idx on quarantined_events (company_id, status, received_at desc, id desc);
create index quarantined_events_content_idx on quarantined_events (company_id, content_hash);
create index quarantined_events_device_idx on quarantined_events (company_id, device, status);
create index quarantined_events_badge_idx on quarantined_events (company_id, badge_id, code);
create index quarantined_events_worker_code_idx on quarantined_events (company_id, worker_code, status)
where worker_code is not null;
create index quarantined_events_receipt_idx on quarantined_events (company_id, receipt_id);

do $$
declare
    table_name text;
    parent text;
    month date;
begin
    foreach parent in array array['raw_events', 'observations'] loop
        month := '2025-01-01';
        while month < '2031-01-01' loop
            execute format(
                'create table %I partition of %I for values from (%L) to (%L)',
                parent || '_' || to_char(month, 'YYYY_MM'), parent,
                month::text || ' 00:00:00+00', (month + interval '1 month')::date::text || ' 00:00:00+00'
            );
            month := month + interval '1 month';
        end loop;
        execute format('create table %I partition of %I default', parent || '_default', parent);
    end loop;
    for table_name in
        select relname
        from pg_class
        where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
        and (
            relname like 'raw\_events%' or relname like 'observations%'
            or relname in (
                'receipts', 'post_parts', 'sequence_keys', 'envelope_keys', 'sequence_runs', 'evidence_days',
                'quarantined_events'
            )
        )
    loop
        execute format('alter table %I enable row level security', table_name);
        execute format('alter table %I force row level security', table_name);
        execute format(
            'create policy %I on %I to actual_app '
            'using (company_id = (select nullif(current_setting(''app.company_id'', true), '''')::uuid)) '
            'with check (company_id = (select nullif(current_setting(''app.company_id'', true), '''')::uuid))',
            table_name || '_own', table_name
        );
    end loop;
end;
$$;

-- Partitions are reached through their parents only, so they get no grants of their own.
grant select, insert, update on receipts, evidence_days, quarantined_events to actual_app;
grant select, insert on raw_events, sequence_keys, envelope_keys to actual_app;
grant select, insert, update, delete on sequence_runs to actual_app;
grant select, insert, delete on post_parts to actual_app;
grant select, insert on observations to actual_app;
grant update (lat, lon, detail) on observations to actual_app;

comment on index raw_events_receipt_idx is 'The exact bytes behind a receipt.';
comment on index observations_badge_time_idx is
'The evidence of a badge in a period: the one way in which observations are read.';
comment on index evidence_days_day_idx is 'The days of all badges that a change of boundary or policy can touch.';
comment on index quarantined_events_list_idx is 'The open items, newest first.';
comment on index quarantined_events_content_idx is 'Recognises the repeat of a quarantined item.';
comment on index quarantined_events_device_idx is 'What waits for a device to be registered.';
comment on index quarantined_events_badge_idx is 'The items of one badge, by code.';
comment on index quarantined_events_worker_code_idx is 'What waits for a worker of this code.';
comment on index quarantined_events_receipt_idx is 'The items of one receipt.';
comment on index evidence_days_due_idx is 'The days whose private positions are still to be blanked.';
comment on index observations_shift_badge_idx is
'The shift events of a badge: who wore it where no assignment covers the time.';
comment on index observations_shift_worker_idx is
'The shift events that name a worker: which badges that worker may have worn.';
