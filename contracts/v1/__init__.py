"""Bodies of the REST API, version 1."""
