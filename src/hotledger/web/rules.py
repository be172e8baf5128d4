"""The rules of a server as its settings say; the key of its cookies, which is kept on this machine."""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path

from hotledger.config import Settings
from hotledger.errors import SettingsError
from hotledger.web.origin import is_loopback, networks
from hotledger.web.passwords import matches
from hotledger.web.security import Security

_KEY_BYTES = 32


def rules(settings: Settings, host: str) -> Security:
    """The rules for listening on an address. Raises `SettingsError` where others could come in without saying who they are."""
    if not is_loopback(host) and settings.web_token is None and settings.web_password_hash is None:
        raise SettingsError(
            f"{host} can be reached from other machines: set HOTLEDGER_WEB_PASSWORD_HASH (`hotledger serve --hash-password` makes it) or "
            "HOTLEDGER_WEB_TOKEN, or listen on 127.0.0.1."
        )
    if settings.web_password_hash is not None:
        matches("", settings.web_password_hash.get_secret_value())
    named = {each.strip().lower() for each in (settings.web_hosts or "").split(",") if each.strip()}
    return Security(
        names=frozenset({*named, host.lower(), *([] if is_loopback(host) else [socket.gethostname().lower()])}),
        token=settings.web_token,
        password_hash=settings.web_password_hash,
        key=_key(settings.home / "web.key"),
        session_seconds=settings.web_session_hours * 3600,
        over_https=settings.web_https,
        proxies=networks(settings.web_proxies),
        requests_a_minute=settings.web_requests_a_minute,
    )


def _key(file: Path) -> bytes:
    """The key that is kept in a file of this user alone; made when there is none that only this user could read."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not file.exists() or file.stat().st_mode & 0o077 or file.stat().st_size != _KEY_BYTES:
            made = file.with_name(f"{file.name}.{os.getpid()}")
            made.unlink(missing_ok=True)
            with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as kept:
                kept.write(secrets.token_bytes(_KEY_BYTES))
            made.replace(file)
        return file.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"The key of the pages' cookies can't be kept in {file} ({error.strerror}): name another HOTLEDGER_HOME."
        ) from None
