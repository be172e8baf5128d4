"""How long, how much and how often one request may go on. Values only; `client` and its neighbours keep to them."""

from __future__ import annotations

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of every request.

    `request_seconds` bounds one attempt, redirects and body included, but not the wait for the host's turn.
    `body_bytes` counts decompressed bytes. A `Retry-After` above `retry_after_seconds_max` ends the tries at once.
    """

    request_seconds: float = 15.0
    connect_seconds: float = 5.0
    body_bytes: int = 8 * 1024 * 1024
    attempts: int = 3
    redirects: int = 5
    host_concurrency: int = 2
    host_interval_seconds: float = 0.2
    retry_after_seconds_max: float = 20.0
    backoff_seconds: float = 0.5
    backoff_seconds_max: float = 8.0
