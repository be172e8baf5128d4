"""Passwords as they are kept: hashed by scrypt, in one word that needs no quotes in `.env`."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from hotledger.errors import SettingsError

LEAST_CHARACTERS = 8
_COST, _BLOCK, _TIMES, _LENGTH = 2**15, 8, 3, 32  # 32 MiB, and a tenth of a second or more: what OWASP names for scrypt
_MOST_COST, _MOST_BLOCK, _MOST_TIMES = 2**17, 16, 16
_WRONG = "HOTLEDGER_WEB_PASSWORD_HASH is not a hash of ours: `hotledger serve --hash-password` makes one."


def hashed(password: str) -> str:
    """What is kept of a password. Raises `SettingsError` for one that is too short."""
    if len(password) < LEAST_CHARACTERS:
        raise SettingsError(f"A password has at least {LEAST_CHARACTERS} characters.")
    salt = secrets.token_bytes(16)
    made = _made(password, salt, _COST, _BLOCK, _TIMES, _LENGTH)
    return ":".join(("scrypt", str(_COST), str(_BLOCK), str(_TIMES), urlsafe_b64encode(salt).decode(), urlsafe_b64encode(made).decode()))


def matches(password: str, kept: str) -> bool:
    """Whether it is the password of this hash; as slow as making one. Raises `SettingsError` for what is not a hash."""
    try:
        name, cost, block, times, salt, made = kept.strip().split(":")
        factors = int(cost), int(block), int(times)
        known = urlsafe_b64decode(made)
        if name != "scrypt" or len(known) < 16 or any(a > b for a, b in zip(factors, (_MOST_COST, _MOST_BLOCK, _MOST_TIMES), strict=True)):
            raise SettingsError(_WRONG)
        return hmac.compare_digest(_made(password, urlsafe_b64decode(salt), *factors, len(known)), known)
    except ValueError:
        raise SettingsError(_WRONG) from None


def _made(password: str, salt: bytes, cost: int, block: int, times: int, length: int) -> bytes:
    room = 130 * cost * block + 130 * block * times + 2**20
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=block, p=times, maxmem=room, dklen=length)
