"""Which platform misbehaves, how, and for how many requests; and what a fault makes of an answer. Pure: sending is left to `server`."""

from __future__ import annotations

import re
import zlib
from enum import StrEnum
from functools import cache

import msgspec

from hotledger.errors import SettingsError
from hotledger.simulator.scene import JSON, TEXT, Answer


class Kind(StrEnum):
    """The ways to misbehave."""

    HANG = "hang"
    SLOW = "slow"
    RESET = "reset"
    FORBIDDEN = "403"
    TOO_MANY = "429"
    SERVER_ERROR = "500"
    BAD_GATEWAY = "502"
    UNAVAILABLE = "503"
    BLOCK = "block"
    EMPTY = "empty"
    SHORT = "short"
    TRUNCATED = "truncated"
    CHANGED = "changed"
    BOMB = "bomb"


HELP: dict[Kind, str] = {
    Kind.HANG: "takes the request and says nothing, for `seconds` (an hour)",
    Kind.SLOW: "lets the answer drip over `seconds` (5)",
    Kind.RESET: "breaks the connection off (RST)",
    Kind.FORBIDDEN: "status 403",
    Kind.TOO_MANY: "status 429 with Retry-After: `retry_after` (30)",
    Kind.SERVER_ERROR: "status 500",
    Kind.BAD_GATEWAY: "status 502",
    Kind.UNAVAILABLE: "status 503",
    Kind.BLOCK: "the challenge or refusal that this site shows to robots",
    Kind.EMPTY: "the site's own way to say that there is nothing",
    Kind.SHORT: "a list of three rows",
    Kind.TRUNCATED: "the first 60 % of the body, with a Content-Length that fits",
    Kind.CHANGED: "the same values under other names, as after a redesign",
    Kind.BOMB: "a small gzip body that inflates to more than 1 GiB",
}

_STATUSES = frozenset({Kind.FORBIDDEN, Kind.TOO_MANY, Kind.SERVER_ERROR, Kind.BAD_GATEWAY, Kind.UNAVAILABLE})
ROWS_AT_MOST: dict[str, int] = {Kind.EMPTY: 0, Kind.SHORT: 3}


class Fault(msgspec.Struct, frozen=True):
    """One fault. It ends after `times` requests (`None`: never), and touches only addresses that contain `only`."""

    kind: str
    seconds: float | None = None
    retry_after: int | None = None
    times: int | None = None
    only: str = ""

    def __post_init__(self) -> None:
        """Refuse an unknown kind or a negative number with a `SettingsError`."""
        if self.kind not in set(Kind):
            raise SettingsError(f"There is no fault “{self.kind}”. Known are: {', '.join(Kind)}.")
        if any(value is not None and not value >= 0 for value in (self.seconds, self.retry_after, self.times)):
            raise SettingsError("The numbers of a fault cannot be negative.")


class Faults:
    """The faults in force, at most one for each platform."""

    def __init__(self) -> None:
        self._by_platform: dict[str, Fault] = {}

    def set(self, platform: str, fault: Fault) -> None:
        """Let a platform misbehave from its next request on."""
        self._by_platform[platform] = fault

    def clear(self, platform: str | None = None) -> None:
        """Let one platform, or all, behave again."""
        if platform is None:
            self._by_platform.clear()
        else:
            self._by_platform.pop(platform, None)

    def current(self) -> dict[str, Fault]:
        """The faults in force, by platform."""
        return dict(sorted(self._by_platform.items()))

    def take(self, platform: str, address: str) -> Fault | None:
        """The fault that this request meets; it counts as one of its times."""
        fault = self._by_platform.get(platform)
        if fault is None or fault.only not in address:
            return None
        if fault.times is not None:
            self._count_down(platform, fault, fault.times - 1)
        return fault if fault.times != 0 else None

    def _count_down(self, platform: str, fault: Fault, left: int) -> None:
        if left > 0:
            self._by_platform[platform] = msgspec.structs.replace(fault, times=left)
        else:
            del self._by_platform[platform]


def spoiled(answer: Answer, fault: Fault) -> Answer:
    """What a fault of status or body makes of a good answer. Faults of time and connection leave it as it is."""
    if fault.kind in _STATUSES:
        return _status(fault)
    if fault.kind in ROWS_AT_MOST:
        return Answer(b"Only a simulated site can be empty or short.\n", TEXT, 501)
    if fault.kind == Kind.TRUNCATED:
        return answer._replace(content=answer.content[: len(answer.content) * 6 // 10])
    if fault.kind == Kind.CHANGED:
        return answer._replace(content=_renamed(answer.content))
    if fault.kind == Kind.BOMB:
        return Answer(bomb(), JSON, 200, (("Content-Encoding", "gzip"),))
    return answer


def _status(fault: Fault) -> Answer:
    seconds = 30 if fault.retry_after is None else fault.retry_after
    headers = (("Retry-After", str(seconds)),) if fault.kind == Kind.TOO_MANY or fault.retry_after is not None else ()
    return Answer(f"{fault.kind}: asked for with a fault\n".encode(), TEXT, int(fault.kind), headers)


def _renamed(content: bytes) -> bytes:
    """Other names for every element of XML, every JSON key, and every class and id of HTML."""
    if content.startswith(b"<?xml"):
        return re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1new-", content)
    keys = re.sub(rb'"([A-Za-z_][\w ]*)":', rb'"new_\1":', content)
    return re.sub(rb"\b(class|id)=", rb"data-\1=", keys)


@cache
def bomb(mebibytes: int = 1100) -> bytes:
    """A gzip body of spaces, made from one compressed block repeated: about a kilobyte for each mebibyte.

    A full flush ends each block on a byte and forgets what went before, so that the block may follow itself.
    """
    spaces = b" " * (1 << 20)
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = deflate.compress(spaces) + deflate.flush(zlib.Z_FULL_FLUSH)
    checksum = 0
    for _ in range(mebibytes):
        checksum = zlib.crc32(spaces, checksum)
    header = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    end = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS).flush()
    trailer = checksum.to_bytes(4, "little") + ((mebibytes << 20) & 0xFFFFFFFF).to_bytes(4, "little")
    return header + block * mebibytes + end + trailer
