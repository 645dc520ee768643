"""USE CASES: load, decide, save, announce."""
