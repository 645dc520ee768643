-- name: add_boundary_version
-- The area is geodesic on WGS84; the shape was found valid before.
insert into boundary_versions (
    company_id, site_id, number, valid_from, valid_to, boundary, area_m2, created_at
)
values (
    %(company_id)s::uuid,
    %(site_id)s::uuid,
    %(number)s::integer,
    %(valid_from)s::timestamptz,
    %(valid_to)s::timestamptz,
    st_geomfromwkb(%(boundary)s::bytea, 4326),
    st_area(st_geomfromwkb(%(boundary)s::bytea, 4326)::geography),
    %(created_at)s::timestamptz
)
returning area_m2;

-- name: add_boundary_cells
-- An equality on a grid cell is leakproof, which a PostGIS index is not: candidates are found under row-level security.
insert into boundary_cells (company_id, cell, site_id, number)
select
    %(company_id)s::uuid,
    cell.id,
    %(site_id)s::uuid,
    %(number)s::integer
from unnest(%(cells)s::bigint[]) as cell (id);

-- name: set_boundary_periods
-- Under the lock of the site, so that all versions change together.
update boundary_versions
set valid_to = period.valid_to
from
    unnest(%(numbers)s::integer[], %(valid_tos)s::timestamptz[]) as period (number, valid_to)
where
    boundary_versions.company_id = %(company_id)s::uuid
    and boundary_versions.site_id = %(site_id)s::uuid
    and boundary_versions.number = period.number
    and boundary_versions.valid_to is distinct from period.valid_to;

-- name: list_boundary_versions
-- By number; the number is the cursor, and no limit takes all.
select
    site_id,
    number,
    valid_from,
    valid_to,
    st_asbinary(boundary) as boundary,
    area_m2,
    created_at
from boundary_versions
where
    company_id = %(company_id)s::uuid
    and site_id = %(site_id)s::uuid
    and (%(after)s::integer is null or number > %(after)s::integer)
order by number
limit %(limit)s::integer;

-- name: get_boundary_version
-- One version, also one that never counted.
select
    site_id,
    number,
    valid_from,
    valid_to,
    st_asbinary(boundary) as boundary,
    area_m2,
    created_at
from boundary_versions
where
    company_id = %(company_id)s::uuid
    and site_id = %(site_id)s::uuid
    and number = %(number)s::integer;

-- name: find_boundary_in_force
-- At most one version holds an instant.
select
    site_id,
    number,
    valid_from,
    valid_to,
    st_asbinary(boundary) as boundary,
    area_m2,
    created_at
from boundary_versions
where
    company_id = %(company_id)s::uuid
    and site_id = %(site_id)s::uuid
    and valid_from <= %(at)s::timestamptz
    and (valid_to is null or valid_to > %(at)s::timestamptz);

-- name: list_site_places
-- The middle of each site's newest boundary, against which a swapped one shows.
select distinct on (site_id)
    (st_xmin(boundary) + st_xmax(boundary)) / 2 as lon,
    (st_ymin(boundary) + st_ymax(boundary)) / 2 as lat
from boundary_versions
where company_id = %(company_id)s::uuid
order by site_id asc, number desc;

-- name: list_timezones
-- Where the company says that it works.
select timezone
from companies
where id = %(company_id)s::uuid
union
select timezone
from branches
where company_id = %(company_id)s::uuid
order by timezone;
