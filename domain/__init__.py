"""RULES: frozen values and pure functions."""
