"""Lists whose titles, addresses and evidence mean harm to whoever shows them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hotledger.ledger.ledger import Ledger
from hotledger.model import Item, Reading, Verdict

PLATFORM = "hostile"
TITLES = (
    "<script>alert('title')</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(2)>'",
    "{{ 7 * 7 }} ${7*7} <%= 7*7 %>",
    "</title></textarea></style><b>bold</b>",
    "&lt;b&gt; &amp;amp; &#60;i&#62;",
    '=HYPERLINK("https://evil.invalid","click")',
    "javascript:alert(3)",
    "\u202e\u2066evil\u202c backwards \u200b\ufeff",
    "a" * 1000,
    "汉" * 1000,
    "line\nbreak\ttab\r\x07bell",
    "Z̸̡̛͍̪̗̱̳̥̉̅͑a̷͚̲̿l̵̰̈g̴͕̓o̶" * 5,
)
_ADDRESSES = (
    "javascript:alert(4)",
    "data:text/html,<script>alert(5)</script>",
    'https://evil.invalid/?"><script>alert(6)</script>',
    "//evil.invalid",
)


async def record_hostile(ledger: Ledger) -> None:
    """Two batches of the hostile list, and one in which its failure is told in hostile words."""
    rows = tuple(Item(title=title, url=_ADDRESSES[place % len(_ADDRESSES)], heat=1000 - place) for place, title in enumerate(TITLES))
    now = datetime.now(UTC)
    for minutes, items in ((20, rows), (10, rows[::-1])):
        await _record(ledger, now - timedelta(minutes=minutes), Verdict.OK, TITLES[0], items)
    await _record(ledger, now - timedelta(minutes=5), Verdict.BROKEN, TITLES[2] + TITLES[9], ())


async def _record(ledger: Ledger, at: datetime, verdict: Verdict, evidence: str, items: tuple[Item, ...]) -> None:
    async with ledger.batch("data_collection", [PLATFORM], source=TITLES[1]) as batch:
        facts = {"started_at": at, "collected_at": at, "duration_ms": 900, "evidence": evidence, "error_message": evidence}
        await batch.record(Reading(platform=PLATFORM, verdict=verdict, items=items, **facts))  # type: ignore[arg-type]
