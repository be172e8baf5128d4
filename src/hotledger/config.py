"""The one table of settings: from the environment and `.env`, read once, passed on explicitly."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import AfterValidator, AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as SourceError

from hotledger.errors import SettingsError

Seconds = Annotated[float, Field(gt=0, le=3600)]


class Settings(BaseSettings):
    """Every setting, its default and what it is for. Names in the environment: see `environment_name`."""

    model_config = SettingsConfigDict(
        env_prefix="HOTLEDGER_", env_nested_delimiter="__", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("DATABASE_URL", "HOTLEDGER_DATABASE_URL"),
        description="PostgreSQL 14 or newer; wins over Supabase",
    )
    supabase_url: str | None = Field(
        None, validation_alias=AliasChoices("SUPABASE_URL"), description="address of a Supabase project, https://….supabase.co"
    )
    supabase_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("SUPABASE_KEY", "SUPABASE_SECRET_KEY", "SUPABASE_SERVICE_ROLE_KEY"),
        description="key of that project",
    )
    home: Annotated[Path, AfterValidator(Path.expanduser)] = Field(
        Path(platformdirs.user_data_dir("hotledger")), description="folder of all that is kept on this machine"
    )
    via: str | None = Field(None, description="send every request to this server instead, such as a simulator")
    cookie: dict[str, SecretStr] = Field(
        default_factory=dict, description="your own cookie for a platform, by its id: HOTLEDGER_COOKIE__WEIBO=SUB=…"
    )
    platforms: str | None = Field(None, description="what to collect when nothing is named: ids with commas; all, when not set")
    platform_files: Annotated[Path, AfterValidator(Path.expanduser)] | None = Field(
        None, description="folder of your own platforms, declared in TOML files; `platforms` in HOTLEDGER_HOME, when not set"
    )
    collector_token: SecretStr | None = Field(
        None, description="token of a collector that may only record, for use with a public key (see `hotledger collector add`)"
    )
    overlap: Literal["allow", "skip", "replace"] = Field(
        "allow", description="what to do while another collection runs: run beside it, skip this one, or end the other one"
    )
    store_seconds: Seconds = Field(10, description="time limit of one write to the ledger; then it goes to the spool")
    spool_mib: int = Field(256, ge=1, le=65536, description="how much the spool may hold on disk, in MiB")
    size_limit_mb: int | None = Field(
        None, ge=1, description="how large the database may grow, in MB, for `hotledger doctor`; on Supabase 500 when not set"
    )
    lease_seconds: int = Field(60, ge=3, le=3600, description="a batch without a sign of life for so long is lost")
    request_seconds: Seconds = Field(15, description="time limit of one request")
    platform_seconds: Seconds = Field(60, description="time limit of one platform, retries included")
    attempts: int = Field(3, ge=1, le=10, description="how often a request is sent at most")
    host_concurrency: int = Field(4, ge=1, le=32, description="requests to one host at a time")
    host_interval_seconds: float = Field(0.1, ge=0, le=60, description="least time between two requests to one host")
    body_mib: int = Field(8, ge=1, le=256, description="largest body that is read, decompressed, in MiB")
    keep_bodies_days: int = Field(
        7, ge=0, le=3650, description="how long raw bodies are kept, failed ones four times as long; 0: not at all"
    )
    bodies_mib: int = Field(
        512,
        ge=0,
        le=1_048_576,
        description="how much the raw bodies may take on disk, in MiB: the oldest go first, failed ones last; 0: none",
    )
    web_token: Annotated[SecretStr, Field(min_length=16)] | None = Field(
        None, description="token that lets programs in to pages, API and metrics (`Authorization: Bearer …`), at least 16 characters"
    )
    web_password_hash: SecretStr | None = Field(
        None, description="hash of the password that lets people in to the pages: `hotledger serve --hash-password` makes it"
    )
    web_hosts: str | None = Field(
        None, description="names by which the pages may be asked for, with commas; this machine's own and addresses always may"
    )
    web_proxies: str | None = Field(
        None, description="addresses of the reverse proxies whose X-Forwarded-For, -Proto and -Host are believed, with commas"
    )
    web_https: bool = Field(False, description="the pages are reached over HTTPS though no proxy says so: cookies are marked Secure")
    web_session_hours: float = Field(168, gt=0, le=8760, description="how long a login to the pages holds")
    web_requests_a_minute: int = Field(1200, ge=0, description="how often one client may ask the pages; 0: as often as it likes")
    otlp_endpoint: str | None = Field(
        None,
        validation_alias=AliasChoices("OTEL_EXPORTER_OTLP_ENDPOINT"),
        description="address of an OpenTelemetry collector that is sent a span of each batch and reading (extra `telemetry`)",
    )
    openlineage_url: str | None = Field(
        None, description="address that is sent OpenLineage events of each collection, such as http://localhost:5000/api/v1/lineage"
    )
    openlineage_key: SecretStr | None = Field(None, description="key that is shown to that address (`Authorization: Bearer …`)")
    openlineage_namespace: str = Field("hotledger", description="namespace of our jobs in OpenLineage events")
    alerts: Annotated[Path, AfterValidator(Path.expanduser)] | None = Field(
        None, description="file with the rules of alerts; `alerts.toml` in HOTLEDGER_HOME, when not set"
    )
    log_level: Literal["debug", "info", "warning", "error"] | None = Field(
        None, description="which log lines go to stderr; by default info, and only errors on a terminal"
    )


def load(**overrides: Any) -> Settings:
    """Read the settings. Raises `SettingsError` with one sentence for each wrong value."""
    try:
        return Settings(**overrides)
    except UnicodeDecodeError:
        raise SettingsError("The file .env can't be read as UTF-8 text: write one NAME=value on each line.") from None
    except (SourceError, RuntimeError) as error:  # RuntimeError: the home of an unknown user, as in ~nobody-here/data
        raise SettingsError(f"A setting is wrong ({str(error).rstrip('.')}). Correct it in the environment or in .env.") from None
    except ValidationError as error:
        wrong = [f"{environment_name(str(problem['loc'][0]))}: {problem['msg'].lower()}" for problem in error.errors()]
        raise SettingsError(f"A setting is wrong ({'; '.join(wrong)}). Correct it in the environment or in .env.") from None


def environment() -> dict[str, str]:
    """The environment, and what `.env` adds to it: for secrets whose names the user chooses."""
    from dotenv import dotenv_values

    return {name: value for name, value in dotenv_values(".env").items() if value is not None} | dict(os.environ)


def environment_name(field: str) -> str:
    """The name by which a setting is found in the environment."""
    info = Settings.model_fields.get(field)
    if info is not None and isinstance(info.validation_alias, AliasChoices):
        return str(info.validation_alias.choices[0])
    return field if field.isupper() else f"HOTLEDGER_{field.upper()}"
