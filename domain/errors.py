"""The families of anticipated errors; a family gives the HTTP status, a class gives the stable code."""


class DomainError(Exception):
    """Something that we planned for: a stable `code` and one sentence for the caller."""

    code = "domain_error"

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(detail)


class NotFoundError(DomainError):
    """There is no such thing, or it belongs to another company: nobody can tell which."""

    code = "not_found"

    def __init__(self, detail: str = "There is nothing at this address that you may see.") -> None:
        super().__init__(detail)


class NotPermittedError(DomainError):
    """The caller is known, but role, grant or scope is missing."""

    code = "not_permitted"


class ConflictError(DomainError):
    """The request contradicts what is there."""

    code = "conflict"


class StaleError(DomainError):
    """The version that the caller saw is not the current one."""

    code = "stale"

    def __init__(self, current: int) -> None:
        self.current = current
        super().__init__(f"This has changed since you read it: the current version is {current}. Read it again.")


class UnavailableError(DomainError):
    """The broker, the database or a partner cannot do it now; trying again can help."""

    code = "unavailable"


class InvalidError(DomainError):
    """Well-formed, yet against a rule; `pointer` names the field as a JSON pointer."""

    code = "invalid"

    def __init__(self, detail: str, *, pointer: str = "") -> None:
        self.pointer = pointer
        super().__init__(detail)
