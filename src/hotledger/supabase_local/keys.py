"""Keys of a project: the new ones, which are only names, and the legacy ones, which are JWTs signed with the project's secret (HS256)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from typing import NamedTuple

import msgspec

_YEARS = 10 * 365 * 86400
_MINUTE = 60


class Claims(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a legacy key says."""

    role: str
    exp: int
    iss: str = "supabase"
    iat: int = 0


class Keys(NamedTuple):
    """The secret of a project, and its keys of both generations."""

    jwt_secret: str
    secret: str
    publishable: str
    service_role: str
    anon: str

    def role_of(self, key: str) -> str | None:
        """The role that one of the new keys stands for."""
        for known, role in ((self.secret, "service_role"), (self.publishable, "anon")):
            if hmac.compare_digest(known.encode(), key.encode()):
                return role
        return None

    def token(self, role: str, *, seconds: int = _MINUTE) -> str:
        """A JWT for a role; the gateway makes short ones, and a negative time makes one that has expired."""
        now = int(time.time())
        return signed(Claims(role=role, exp=now + seconds, iat=now), self.jwt_secret)


def made_keys() -> Keys:
    """The keys of a new project."""
    jwt_secret = secrets.token_urlsafe(32)
    now = int(time.time())
    service_role, anon = (signed(Claims(role=role, exp=now + _YEARS, iat=now), jwt_secret) for role in ("service_role", "anon"))
    return Keys(jwt_secret, f"sb_secret_{secrets.token_hex(16)}", f"sb_publishable_{secrets.token_hex(16)}", service_role, anon)


def signed(claims: Claims, jwt_secret: str) -> str:
    """A JWT of these claims."""
    head = f"{_HEADER}.{_written(msgspec.json.encode(claims))}"
    return f"{head}.{_written(_signature(head, jwt_secret))}"


def is_signed(token: str, jwt_secret: str) -> bool:
    """Whether a token is a JWT signed with the secret; when it expires is for others to see."""
    head, _, signature = token.rpartition(".")
    try:
        given = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    except (binascii.Error, ValueError):
        return False
    return head.count(".") == 1 and hmac.compare_digest(given, _signature(head, jwt_secret))


def _signature(head: str, jwt_secret: str) -> bytes:
    return hmac.digest(jwt_secret.encode(), head.encode(), hashlib.sha256)


def _written(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


_HEADER = _written(b'{"alg":"HS256","typ":"JWT"}')
