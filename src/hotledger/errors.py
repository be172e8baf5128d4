"""Every failure we name, in one tree. `code` is stable (the ledger stores it); `retryable` says whether trying again can help.

HotledgerError                     exit code
├── SettingsError                  2   a setting or an argument is wrong
├── FetchError                     3   one request got no usable answer
│   ├── NameNotResolved, ConnectFailed, TlsFailed, ConnectionLost, ProxyFailed
│   ├── RequestTimeout
│   ├── BadStatus
│   ├── TooLarge, BadEncoding
│   └── BadRedirect
├── ReadError                      3   an answer came, but it is not the list
│   ├── BodyBroken
│   ├── BodyBlocked
│   └── BodyEmpty
├── CollectionFailed               3   a whole batch gave nothing
├── StoreError                     4   the database did not do it
│   ├── StoreUnavailable
│   ├── StoreRejected
│   ├── SpoolFailed                    the local outbox can't take a call either: it is full, or the disk is
│   └── SchemaMissing, SchemaOutdated
├── LeaseLost                      4   another writer owns the batch now, or it has ended
├── OverlapSkipped                 0   another batch of this type is running, and the settings say to leave it to that one
└── EmbeddedError                  5   our own PostgreSQL server could not be started
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotledger.model import Response


class HotledgerError(Exception):
    """The root. Its text is one sentence for people that says what to do."""

    code: ClassVar[str] = "error"
    retryable: ClassVar[bool] = False
    exit_code: ClassVar[int] = 1


class SettingsError(HotledgerError):
    code = "settings"
    exit_code = 2


class FetchError(HotledgerError):
    code = "fetch"
    exit_code = 3


class NameNotResolved(FetchError):
    code = "dns"
    retryable = True


class ConnectFailed(FetchError):
    code = "connect"
    retryable = True


class TlsFailed(FetchError):
    code = "tls"


class ProxyFailed(FetchError):
    code = "proxy"


class ConnectionLost(FetchError):
    code = "connection_lost"
    retryable = True


class RequestTimeout(FetchError):
    code = "timeout"
    retryable = True


class BadStatus(FetchError):
    """The site answered with a status that is not success. The response is kept, for the judge to look at."""

    code = "http_status"

    def __init__(self, message: str, response: Response) -> None:
        super().__init__(message)
        self.response = response


class TooLarge(FetchError):
    code = "too_large"


class BadEncoding(FetchError):
    """The body does not decompress as its `Content-Encoding` says."""

    code = "bad_encoding"
    retryable = True


class BadRedirect(FetchError):
    """A redirect that we do not follow: too many, to another scheme, or from a public to a private address."""

    code = "bad_redirect"


class ReadError(HotledgerError):
    code = "read"
    exit_code = 3


class BodyBroken(ReadError):
    """The body is not in a shape that the platform's parser knows."""

    code = "body_broken"


class BodyBlocked(ReadError):
    """The body is a challenge, visitor, captcha or login page, in HTML or JSON."""

    code = "body_blocked"


class BodyEmpty(ReadError):
    """The body is the platform's own way to say that there is nothing."""

    code = "body_empty"


class CollectionFailed(HotledgerError):
    code = "collection_failed"
    exit_code = 3


class StoreError(HotledgerError):
    """`sqlstate` is the code by which the database, its API or the gateway before it said no; `None` when none of them said anything."""

    code = "store"
    exit_code = 4

    def __init__(self, message: str, sqlstate: str | None = None) -> None:
        super().__init__(message)
        self.sqlstate = sqlstate


class StoreUnavailable(StoreError):
    code = "store_unavailable"
    retryable = True


class StoreRejected(StoreError):
    """The database understood and said no."""

    code = "store_rejected"


class SpoolFailed(StoreError):
    """A call could not be kept in the local outbox."""

    code = "spool_failed"


class SchemaMissing(StoreError):
    code = "schema_missing"


class SchemaOutdated(StoreError):
    code = "schema_outdated"


class LeaseLost(HotledgerError):
    code = "lease_lost"
    exit_code = 4


class OverlapSkipped(HotledgerError):
    """No batch was opened. `running` is the one that runs: `batch_id`, `owner`, `since`, and `until` when its lease lasts."""

    code = "overlap_skipped"
    exit_code = 0

    def __init__(self, message: str, running: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.running = running


class AllDisabled(HotledgerError):
    """No batch was opened: every platform that was asked for is switched off. `disabled` says why and since when, by name."""

    code = "all_disabled"
    exit_code = 2

    def __init__(self, message: str, disabled: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.disabled = disabled


class EmbeddedError(HotledgerError):
    code = "embedded"
    exit_code = 5
