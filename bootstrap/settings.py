"""The environment, read once into a frozen model; an error never shows a value."""

import os
from collections.abc import Mapping
from functools import cache
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, SecretStr


class Settings(BaseModel):
    """Every setting of the product; docs/configuration.md tells what each one means."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    database_url: SecretStr
    database_pool_size: int = 8
    redis_url: SecretStr
    servicebusconnection: SecretStr | None = None
    servicebusconnection__fullyqualifiednamespace: str | None = None
    azure_client_id: str | None = None
    oidc_issuer: str = "https://login.microsoftonline.com/{tid}/v2.0"
    oidc_jwks_url: str = "https://login.microsoftonline.com/common/discovery/v2.0/keys"
    oidc_audience: str
    oidc_client_ids: str
    platform_tenant_id: UUID
    receipt_key: SecretStr
    key_environment: str = "live"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Settings from names in any case; raises pydantic's ValidationError with names, never values."""
    return Settings.model_validate({name.lower(): value for name, value in environment.items()})


@cache
def settings() -> Settings:
    """The settings of this process."""
    return settings_from(os.environ)  # noqa: TID251 # the one place
