"""The one error body: RFC 9457."""

from pydantic import BaseModel, Field


class FieldError(BaseModel):
    """What is wrong with one field."""

    pointer: str = Field(description="JSON pointer into the body, or the name of the parameter.")
    code: str
    message: str


class Problem(BaseModel):
    """An error as `application/problem+json`."""

    type: str = Field(description="Stable URI reference of the kind of problem, under /problems/.")
    title: str
    status: int
    detail: str
    instance: str
    code: str = Field(description="Stable name of the problem, for programs.")
    correlation_id: str = Field(description="Name it when you ask for help: it finds the log entries.")
    errors: list[FieldError] | None = None
