"""WIRE: pydantic models that others depend on."""
