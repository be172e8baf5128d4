"""When to try again, and after how long. Pure: the loop that sends, counts and sleeps is in `client`.

A plain loop is used in place of stamina: its waiting and its dice are global, and ours are arguments; and half of its
knobs would be off, since `Retry-After` and the method decide here.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from hotledger.errors import BadStatus, FetchError, NameNotResolved
from hotledger.fetch.limits import Limits
from hotledger.fetch.naming import causes_of
from hotledger.model import Response

_STATUSES = frozenset({429, 500, 502, 503, 504})
_WAITING_STATUSES = frozenset({429, 503})
_REPEATABLE = frozenset({"GET", "HEAD"})


def delay_seconds(error: FetchError, attempt: int, limits: Limits, random: Callable[[], float], now: datetime) -> float | None:
    """How long to wait before the next attempt, `None` when the host asks for more than we are ready to wait."""
    ceiling = min(limits.backoff_seconds_max, limits.backoff_seconds * 2.0 ** (attempt - 1))
    backoff = random() * ceiling  # Full jitter: clients that failed together do not come back together.
    asked = asked_seconds(error.response, now) if isinstance(error, BadStatus) else None
    if asked is None:
        return backoff
    return max(asked, backoff) if asked <= limits.retry_after_seconds_max else None


def can_help(error: FetchError, method: str, *, sent: bool) -> bool:
    """Whether another attempt can end otherwise, and does no harm. `sent` says that the site may have got the request."""
    if isinstance(error, BadStatus):
        return method in _REPEATABLE and error.response.status in _STATUSES
    if isinstance(error, NameNotResolved) and _is_unknown_name(error):
        return False
    return error.retryable and (method in _REPEATABLE or not sent)


def asked_seconds(response: Response, now: datetime) -> float | None:
    """How long `Retry-After` asks to wait (in seconds or until a date), `None` where it does not apply or is unreadable."""
    if not asks_to_wait(response):
        return None
    written = response.headers.get("retry-after", "").strip()
    if written.isascii() and written.isdigit():
        return float(written)
    try:
        until = parsedate_to_datetime(written)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


def asks_to_wait(response: Response) -> bool:
    """Whether the host says that it is asked too much, so that all our requests to it should wait."""
    return response.status in _WAITING_STATUSES


def _is_unknown_name(error: BaseException | None) -> bool:
    """Whether the name servers said that there is no such name, rather than nothing."""
    return any(isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME for cause in causes_of(error))
