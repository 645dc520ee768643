-- What follows from the evidence: intervals, workdays with their revisions, marks for recompute, discrepancies.
-- depends: 0003_ingest

set local lock_timeout = '5s';
set local statement_timeout = '60s';

create table intervals (
    company_id uuid not null,
    badge_id uuid not null,
    from_at timestamptz not null,
    to_at timestamptz not null,
    worker_id uuid,
    site_id uuid not null,
    boundary_number integer not null,
    started_by text not null,
    ended_by text not null,
    ambiguous boolean not null,
    fixes_used integer not null,
    fixes_refused text not null,
    excursions text not null,
    tags text[] not null,
    policy_version integer not null,
    revision integer not null,
    constraint intervals_pk primary key (company_id, badge_id, from_at),
    constraint intervals_badge_fk foreign key (company_id, badge_id)
    references badges (company_id, id) on delete restrict,
    constraint intervals_worker_fk foreign key (company_id, worker_id)
    references workers (company_id, id) on delete restrict,
    constraint intervals_boundary_fk foreign key (company_id, site_id, boundary_number)
    references boundary_versions (company_id, site_id, number) on delete restrict,
    constraint intervals_period check (from_at < to_at),
    constraint intervals_started_by check (started_by in ('moved', 'appeared', 'parked', 'handover')),
    constraint intervals_ended_by check (ended_by in ('moved', 'lost', 'end_of_data', 'parked', 'handover'))
);
comment on table intervals is
'One badge at one site, [from_at, to_at), as the evidence now tells; every change is an audit entry.';
comment on column intervals.ended_by is
'end_of_data is read as open or lost, by the clock of the reader (presence.md section 5).';
create index intervals_worker_idx on intervals (company_id, worker_id, from_at);
create index intervals_site_idx on intervals (company_id, site_id, from_at);

create table workdays (
    company_id uuid not null,
    worker_id uuid not null,
    work_date date not null,
    revision integer not null,
    timezone text not null,
    recorded_at timestamptz not null,
    superseded_at timestamptz,
    on_site_s integer not null,
    yard_s integer not null,
    travel_s integer not null,
    stop_s integer not null,
    unknown_s integer not null,
    proven_s integer not null,
    possible_s integer not null,
    content text not null,
    unsettled text not null default '[]',
    policy_version integer not null,
    constraint workdays_pk primary key (company_id, worker_id, work_date, revision),
    constraint workdays_worker_fk foreign key (company_id, worker_id)
    references workers (company_id, id) on delete restrict,
    constraint workdays_proven check (proven_s = on_site_s + yard_s + travel_s),
    constraint workdays_possible check (possible_s = proven_s + stop_s + unknown_s)
);
comment on table workdays is 'Every revision of a worker''s local day; the current one has no superseded_at.';
comment on column workdays.content is 'JSON, the exact text that is compared: segments, parked, drive_bys.';
comment on column workdays.unsettled is
'JSON: drive-bys at the end of the data, settled when read, no part of a revision; number 0 holds a bare day''s.';
create unique index workdays_current_idx on workdays (company_id, work_date, worker_id)
include (on_site_s, yard_s, travel_s, stop_s, unknown_s, proven_s, possible_s, revision)
where superseded_at is null;

create table recompute_marks (
    company_id uuid not null,
    subject_kind text not null,
    subject_id uuid not null,
    day date not null,
    counter bigint not null default 1,
    constraint recompute_marks_pk primary key (company_id, subject_kind, subject_id, day),
    constraint recompute_marks_kind check (subject_kind in ('badge', 'worker'))
);
comment on table recompute_marks is
'UTC days of a badge, or of a worker, that a change of master data can touch and that are not yet recomputed.';

create table discrepancies (
    company_id uuid not null,
    id uuid not null,
    kind text not null,
    status text not null,
    worker_id uuid,
    from_at timestamptz not null,
    to_at timestamptz not null,
    detail text not null,
    opened_at timestamptz not null,
    resolved_at timestamptz,
    version integer not null default 1,
    constraint discrepancies_pk primary key (company_id, id),
    constraint discrepancies_worker_fk foreign key (company_id, worker_id)
    references workers (company_id, id) on delete restrict,
    constraint discrepancies_status check (status in ('open', 'resolved'))
);
comment on table discrepancies is 'What differs, as two badges of one worker at two sites at once.';
create index discrepancies_list_idx on discrepancies (company_id, kind, from_at);
create index discrepancies_worker_idx on discrepancies (company_id, worker_id, from_at);

do $$
declare
    table_name text;
begin
    foreach table_name in array array['intervals', 'workdays', 'recompute_marks', 'discrepancies'] loop
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
grant select, insert, update, delete on intervals, recompute_marks to actual_app;
grant select, insert on workdays to actual_app;
grant update (superseded_at, unsettled) on workdays to actual_app;
grant select, insert, update on discrepancies to actual_app;
create policy recompute_marks_platform on recompute_marks to actual_platform using (true);
grant select on recompute_marks to actual_platform;

comment on index intervals_worker_idx is 'The intervals of a worker in a period.';
comment on index intervals_site_idx is 'Who was at a site in a period.';
comment on index workdays_current_idx is 'The hours of a company''s week, from the index alone.';
comment on index discrepancies_list_idx is 'The discrepancies of a kind by time.';
comment on index discrepancies_worker_idx is 'The discrepancies of a worker.';
