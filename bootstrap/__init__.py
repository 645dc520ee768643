"""WIRING: settings, clock, telemetry and the adapters of one process."""
