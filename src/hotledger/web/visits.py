"""Visits: a signed cookie says which browser asks and whether it has logged in; forms carry a token that only that browser can have got."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from fastapi import Request


@dataclass
class Visit:
    """One browser during one request. What `changed` is sent back as a cookie."""

    identity: str
    entered: bool
    visits: Visits
    changed: bool = False
    fresh: bool = False

    def enter(self) -> None:
        """Note that this browser has logged in, under a new name: nobody can have given it the old one."""
        self.identity, self.entered, self.changed = _name(), True, True

    def leave(self) -> None:
        """Note that it has logged out."""
        self.identity, self.entered, self.changed = _name(), False, True


@dataclass(frozen=True)
class Visits:
    """Makes and checks cookies and tokens by one key; they hold for `seconds`."""

    key: bytes = field(repr=False)
    seconds: float
    now: Callable[[], float]

    @property
    def cookie(self) -> str:
        """The cookie's name, with a mark of the key: cookies know no ports, and two servers of one machine should not take each other's."""
        return f"hotledger_{hashlib.sha256(self.key).hexdigest()[:8]}"

    def opened(self, value: str | None) -> Visit:
        """The visit that a cookie tells of; a new one when there is none, or it is not ours, or it has expired."""
        identity, expires, entered, signature = (value or "").split(".") if (value or "").count(".") == 3 else ("", "", "", "")
        sound = hmac.compare_digest(self._signed("visit", identity, expires, entered).encode(), signature.encode())
        if not sound or float(expires) <= self.now():
            return Visit(_name(), False, self, fresh=True)
        return Visit(identity, entered == "1", self)

    def sealed(self, visit: Visit, *, secure: bool) -> str:
        """The header that sets the cookie of a visit."""
        words = (visit.identity, str(int(self.now() + self.seconds)), "1" if visit.entered else "0")
        value = ".".join((*words, self._signed("visit", *words)))
        return f"{self.cookie}={value}; Path=/; Max-Age={int(self.seconds)}; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"

    def token(self, visit: Visit) -> str:
        """A token for a form, another one each hour: a page that has not changed stays the same page, and its compressed length tells
        nothing that could be found out in time."""
        hour = str(int(self.now() // 3600))
        return f"{hour}.{self._signed('form', visit.identity, hour)}"

    def proved(self, visit: Visit, token: str) -> bool:
        """Whether a token was made for this visit."""
        hour, _, signature = token.partition(".")
        return hmac.compare_digest(self._signed("form", visit.identity, hour).encode(), signature.encode())

    def _signed(self, *words: str) -> str:
        return hmac.new(self.key, "\n".join(words).encode(), hashlib.sha256).hexdigest()


def visit_of(request: Request) -> Visit:
    """The visit that a request belongs to."""
    visit: Visit = request.state.visit
    return visit


def csrf_token(request: Request) -> str:
    """For the field `csrf_token` of a form, or the header `X-CSRF-Token`: proves that the form came from a page of ours."""
    visit = visit_of(request)
    visit.changed = visit.changed or visit.fresh
    return visit.visits.token(visit)


def _name() -> str:
    return secrets.token_urlsafe(16)
