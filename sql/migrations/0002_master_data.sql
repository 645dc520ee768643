-- What the company tells us: branches, sites and boundaries, workers, crews, badges, tags, zones, jobs.
-- depends: 0001_companies_and_identity

set local lock_timeout = '5s';
set local statement_timeout = '60s';

create table branches (
    company_id uuid not null,
    id uuid not null,
    name text not null,
    timezone text not null,
    version integer not null default 1,
    created_at timestamptz not null,
    constraint branches_pk primary key (company_id, id),
    constraint branches_company_fk foreign key (company_id) references companies (id) on delete restrict
);
comment on table branches is 'Parts of a company with a time zone of their own.';

create table sites (
    company_id uuid not null,
    id uuid not null,
    name text not null,
    kind text not null,
    version integer not null default 1,
    created_at timestamptz not null,
    constraint sites_pk primary key (company_id, id),
    constraint sites_company_fk foreign key (company_id) references companies (id) on delete restrict,
    constraint sites_kind check (kind in ('customer_site', 'yard', 'depot'))
);
comment on table sites is 'Places where work happens.';

create table boundary_versions (
    company_id uuid not null,
    site_id uuid not null,
    number integer not null,
    valid_from timestamptz not null,
    valid_to timestamptz,
    boundary geometry (geometry, 4326) not null,
    area_m2 double precision not null,
    created_at timestamptz not null,
    constraint boundary_versions_pk primary key (company_id, site_id, number),
    constraint boundary_versions_site_fk foreign key (company_id, site_id)
    references sites (company_id, id) on delete restrict,
    constraint boundary_versions_kind check (geometrytype(boundary) in ('POLYGON', 'MULTIPOLYGON')),
    constraint boundary_versions_period check (valid_to is null or valid_from <= valid_to)
);
comment on table boundary_versions is
'Boundaries in versions [valid_from, valid_to); an empty period was replaced by a later version from the same instant.';

create table boundary_cells (
    company_id uuid not null,
    cell bigint not null,
    site_id uuid not null,
    number integer not null,
    constraint boundary_cells_pk primary key (company_id, cell, site_id, number),
    constraint boundary_cells_version_fk foreign key (company_id, site_id, number)
    references boundary_versions (company_id, site_id, number) on delete cascade
);
comment on table boundary_cells is
'Grid cells of 0.005 degrees that a widened boundary touches: a leakproof equality, which a PostGIS index is not.';
create index boundary_cells_version_idx on boundary_cells (company_id, site_id, number);

create table workers (
    company_id uuid not null,
    id uuid not null,
    name text not null,
    code text not null,
    employee_number text,
    branch_id uuid,
    version integer not null default 1,
    created_at timestamptz not null,
    constraint workers_pk primary key (company_id, id),
    constraint workers_code_key unique (company_id, code),
    constraint workers_company_fk foreign key (company_id) references companies (id) on delete restrict,
    constraint workers_branch_fk foreign key (company_id, branch_id)
    references branches (company_id, id) on delete restrict
);
comment on table workers is 'The people whose hours we establish; code is the customer''s own.';
create index workers_branch_idx on workers (company_id, branch_id);

create table crews (
    company_id uuid not null,
    id uuid not null,
    name text not null,
    version integer not null default 1,
    created_at timestamptz not null,
    constraint crews_pk primary key (company_id, id),
    constraint crews_company_fk foreign key (company_id) references companies (id) on delete restrict
);
comment on table crews is 'Workers who are scheduled together.';

create table crew_members (
    company_id uuid not null,
    id uuid not null,
    crew_id uuid not null,
    worker_id uuid not null,
    from_at timestamptz not null,
    to_at timestamptz,
    version integer not null default 1,
    created_at timestamptz not null,
    constraint crew_members_pk primary key (company_id, id),
    constraint crew_members_crew_fk foreign key (company_id, crew_id)
    references crews (company_id, id) on delete restrict,
    constraint crew_members_worker_fk foreign key (company_id, worker_id)
    references workers (company_id, id) on delete restrict,
    constraint crew_members_period check (to_at is null or from_at < to_at),
    constraint crew_members_once exclude using gist (
        company_id with =, crew_id with =, worker_id with =, tstzrange(from_at, to_at) with &&
    )
);
comment on table crew_members is 'Who belonged to which crew, [from_at, to_at).';
create index crew_members_worker_idx on crew_members (company_id, worker_id, from_at);

create table badges (
    company_id uuid not null,
    id uuid not null,
    serial text not null,
    device_uid text not null,
    kind text not null,
    lifecycle text not null,
    version integer not null default 1,
    created_at timestamptz not null,
    constraint badges_pk primary key (company_id, id),
    constraint badges_company_fk foreign key (company_id) references companies (id) on delete restrict,
    constraint badges_kind check (kind in ('badge', 'gateway')),
    constraint badges_lifecycle check (lifecycle in ('stock', 'active', 'lost', 'retired'))
);
comment on table badges is 'Badges and gateways of a company with their lifecycle; a retired one keeps its evidence.';
create unique index badges_serial_key on badges (company_id, serial) where lifecycle <> 'retired';
create unique index badges_device_uid_key on badges (company_id, device_uid) where lifecycle <> 'retired';

create table device_registrations (
    company_id uuid not null,
    badge_id uuid not null,
    serial text not null,
    device_uid text not null,
    registered_at timestamptz not null,
    released_at timestamptz,
    constraint device_registrations_pk primary key (company_id, badge_id),
    constraint device_registrations_badge_fk foreign key (company_id, badge_id)
    references badges (company_id, id) on delete restrict
);
comment on table device_registrations is
'Which company holds which device: the two global keys make a held device 409 everywhere, whoever asks.';
create unique index device_registrations_serial_key on device_registrations (serial) where released_at is null;
create unique index device_registrations_device_uid_key on device_registrations (device_uid) where released_at is null;
create index device_registrations_history_idx on device_registrations (device_uid, registered_at);
create index device_registrations_serial_history_idx on device_registrations (serial, registered_at);

create table badge_states (
    company_id uuid not null,
    badge_id uuid not null,
    last_heard_at timestamptz,
    last_captured_at timestamptz,
    clock_suspect_at timestamptz,
    battery_pct double precision,
    firmware_version text,
    constraint badge_states_pk primary key (company_id, badge_id),
    constraint badge_states_badge_fk foreign key (company_id, badge_id)
    references badges (company_id, id) on delete restrict
);
comment on table badge_states is
'What a badge last said of itself; apart from badges, so that hearing it changes no ETag.';

create table badge_assignments (
    company_id uuid not null,
    id uuid not null,
    badge_id uuid not null,
    worker_id uuid not null,
    from_at timestamptz not null,
    to_at timestamptz,
    version integer not null default 1,
    created_at timestamptz not null,
    constraint badge_assignments_pk primary key (company_id, id),
    constraint badge_assignments_badge_fk foreign key (company_id, badge_id)
    references badges (company_id, id) on delete restrict,
    constraint badge_assignments_worker_fk foreign key (company_id, worker_id)
    references workers (company_id, id) on delete restrict,
    constraint badge_assignments_period check (to_at is null or from_at < to_at),
    constraint badge_assignments_once exclude using gist (
        company_id with =, badge_id with =, tstzrange(from_at, to_at) with &&
    )
);
comment on table badge_assignments is 'Who wears a badge, [from_at, to_at); a badge has one wearer at a time.';
create index badge_assignments_worker_idx on badge_assignments (company_id, worker_id, from_at);

create table zones (
    company_id uuid not null,
    id uuid not null,
    name text not null,
    version integer not null default 1,
    created_at timestamptz not null,
    constraint zones_pk primary key (company_id, id),
    constraint zones_company_fk foreign key (company_id) references companies (id) on delete restrict
);
comment on table zones is 'Named groups of tags.';

create table tags (
    company_id uuid not null,
    id uuid not null,
    mac text not null,
    name text not null,
    kind text not null,
    zone_id uuid,
    version integer not null default 1,
    created_at timestamptz not null,
    constraint tags_pk primary key (company_id, id),
    constraint tags_mac_key unique (company_id, mac),
    constraint tags_company_fk foreign key (company_id) references companies (id) on delete restrict,
    constraint tags_zone_fk foreign key (company_id, zone_id) references zones (company_id, id) on delete restrict
);
comment on table tags is 'Bluetooth tags on equipment and places.';
create index tags_zone_idx on tags (company_id, zone_id);

create table job_types (
    company_id uuid not null,
    id uuid not null,
    name text not null,
    version integer not null default 1,
    created_at timestamptz not null,
    constraint job_types_pk primary key (company_id, id),
    constraint job_types_name_key unique (company_id, name),
    constraint job_types_company_fk foreign key (company_id) references companies (id) on delete restrict
);
comment on table job_types is 'Kinds of work, as mowing.';

create table jobs (
    company_id uuid not null,
    id uuid not null,
    site_id uuid not null,
    job_type_id uuid not null,
    scheduled_from timestamptz not null,
    scheduled_to timestamptz not null,
    budget_s integer not null,
    version integer not null default 1,
    created_at timestamptz not null,
    constraint jobs_pk primary key (company_id, id),
    constraint jobs_site_fk foreign key (company_id, site_id) references sites (company_id, id) on delete restrict,
    constraint jobs_job_type_fk foreign key (company_id, job_type_id)
    references job_types (company_id, id) on delete restrict,
    constraint jobs_period check (scheduled_from < scheduled_to),
    constraint jobs_budget check (budget_s >= 0)
);
comment on table jobs is 'Scheduled work at a site, [scheduled_from, scheduled_to).';
create index jobs_schedule_idx on jobs (company_id, scheduled_to, scheduled_from);
create index jobs_site_idx on jobs (company_id, site_id);
create index jobs_job_type_idx on jobs (company_id, job_type_id);

create table job_workers (
    company_id uuid not null,
    job_id uuid not null,
    worker_id uuid not null,
    constraint job_workers_pk primary key (company_id, job_id, worker_id),
    constraint job_workers_job_fk foreign key (company_id, job_id) references jobs (company_id, id) on delete cascade,
    constraint job_workers_worker_fk foreign key (company_id, worker_id)
    references workers (company_id, id) on delete restrict
);
comment on table job_workers is 'Workers assigned to a job.';
create index job_workers_worker_idx on job_workers (company_id, worker_id);

create table job_crews (
    company_id uuid not null,
    job_id uuid not null,
    crew_id uuid not null,
    constraint job_crews_pk primary key (company_id, job_id, crew_id),
    constraint job_crews_job_fk foreign key (company_id, job_id) references jobs (company_id, id) on delete cascade,
    constraint job_crews_crew_fk foreign key (company_id, crew_id) references crews (company_id, id) on delete restrict
);
comment on table job_crews is 'Crews assigned to a job.';
create index job_crews_crew_idx on job_crews (company_id, crew_id);

create table job_badges (
    company_id uuid not null,
    job_id uuid not null,
    badge_id uuid not null,
    constraint job_badges_pk primary key (company_id, job_id, badge_id),
    constraint job_badges_job_fk foreign key (company_id, job_id) references jobs (company_id, id) on delete cascade,
    constraint job_badges_badge_fk foreign key (company_id, badge_id)
    references badges (company_id, id) on delete restrict
);
comment on table job_badges is 'Badges assigned to a job.';
create index job_badges_badge_idx on job_badges (company_id, badge_id);

do $$
declare
    table_name text;
begin
    foreach table_name in array array[
        'branches', 'sites', 'boundary_versions', 'boundary_cells', 'workers', 'crews', 'crew_members', 'badges',
        'device_registrations', 'badge_states', 'badge_assignments', 'zones', 'tags', 'job_types', 'jobs',
        'job_workers', 'job_crews', 'job_badges'
    ] loop
        execute format('alter table %I enable row level security', table_name);
        execute format('alter table %I force row level security', table_name);
        execute format(
            'create policy %I on %I to actual_app '
            'using (company_id = (select nullif(current_setting(''app.company_id'', true), '''')::uuid)) '
            'with check (company_id = (select nullif(current_setting(''app.company_id'', true), '''')::uuid))',
            table_name || '_own', table_name
        );
        execute format('grant select, insert, update on %I to actual_app', table_name);
    end loop;
end;
$$;
grant delete on boundary_cells, crew_members, badge_assignments, jobs, job_workers, job_crews, job_badges to actual_app;
create policy device_registrations_platform on device_registrations to actual_platform using (true) with check (true);
grant select on device_registrations to actual_platform;

comment on index boundary_cells_version_idx is 'Replacing the cells of a version, and the cascade when one is removed.';
comment on index workers_code_key is 'A shift event names its worker by the customer''s own code.';
comment on index workers_branch_idx is 'The workers whose zone changes with their branch.';
comment on index crew_members_once is 'Nobody is in one crew twice at a time.';
comment on index crew_members_worker_idx is 'The crews of a worker, for the schedule tie-break.';
comment on index badges_serial_key is 'A company registers a serial once, until it retires the badge.';
comment on index badges_device_uid_key is 'Ingest finds the badge of an envelope by its device.';
comment on index device_registrations_serial_key is 'A serial that anybody holds cannot be registered (409).';
comment on index device_registrations_device_uid_key is 'A device that anybody holds cannot be registered (409).';
comment on index device_registrations_history_idx is 'Who held a device when: evidence of that time is theirs.';
comment on index device_registrations_serial_history_idx is 'The same for direct posts, which name the serial.';
comment on index badge_assignments_once is
'A badge has one wearer at a time; also finds the wearers of a badge in a period.';
comment on index badge_assignments_worker_idx is 'The badges of a worker, for a recompute.';
comment on index tags_mac_key is 'A tag is heard by its address.';
comment on index tags_zone_idx is 'The tags of a zone.';
comment on index job_types_name_key is 'A job names its type; a new name makes one.';
comment on index jobs_schedule_idx is 'The jobs that overlap a period, for the schedule tie-break.';
comment on index jobs_site_idx is 'The jobs of a site.';
comment on index jobs_job_type_idx is 'The jobs of a type.';
comment on index job_workers_worker_idx is 'The jobs of a worker.';
comment on index job_crews_crew_idx is 'The jobs of a crew.';
comment on index job_badges_badge_idx is 'The jobs of a badge.';
