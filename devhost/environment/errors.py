"""The one failure of the environment that a person is meant to read."""


class EnvironmentUnreadyError(Exception):
    """One clear sentence that says what is missing or in the way, and what to do about it."""
