"""`hotledger config`: the settings in force."""

from __future__ import annotations

from typing import Any

from hotledger.cli.options import AsJson


def config(as_json: AsJson = False) -> None:
    """Show the settings in force, and where each can be set; secrets are stars."""
    from hotledger.cli.screen import console, print_json, table
    from hotledger.config import Settings, environment_name, load

    settings = load()
    rows: list[tuple[str, Any, str]] = [
        (environment_name(name), _shown(getattr(settings, name)), field.description or "") for name, field in Settings.model_fields.items()
    ]
    if as_json:
        print_json({name: value for name, value, _ in rows})
    else:
        console().print(table(["setting", "value", "for"], rows, wide=["value", "for"]))


def _shown(value: Any) -> Any:
    from urllib.parse import urlsplit

    from pydantic import SecretStr

    if isinstance(value, SecretStr):
        return "********"
    if isinstance(value, dict):
        return {name: _shown(member) for name, member in value.items()}
    if isinstance(value, str) and "@" in urlsplit(value).netloc:
        return value.replace(urlsplit(value).netloc.rpartition("@")[0], "********")
    return value if value is None or isinstance(value, (int, float)) else str(value)
