"""PostgreSQL with PostGIS: the truth."""
