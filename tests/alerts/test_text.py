"""What an alert says, and what it never says."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotledger.alerts.rules import KINDS
from hotledger.alerts.text import inert, letter
from hotledger.ledger.telling import Event

FACTS: dict[str, Any] = {
    "at": "2026-03-04T12:00:00Z", "since": "2026-03-04T10:00:00Z", "until": "2026-03-04T12:30:00Z", "platforms": ["weibo"],
    "title": "微博热搜", "kind": "blocked", "lost": 3, "evidence": "a login page", "closing_evidence": "50 items",
    "last_good_at": "2026-03-04T09:00:00Z",
    "job_type": "data_collection", "batch_id": "01a20d5a", "percent": 85, "bytes": 425_000_000, "limit_mb": 500, "keyword": "Rust",
    "heading": "Rust 2.0", "rank": 3, "climbed": 12, "url": "https://s.weibo.com/weibo?q=Rust",
}  # fmt: skip


def event(on: str, **more: Any) -> Event:
    """A made-up event that has everything."""
    return msgspec.convert({"key": on, "on": on, **FACTS, **more}, Event)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", [*KINDS, "test"])
def test_every_kind_has_its_words(kind: str, language: str) -> None:
    """In both languages, without a gap."""
    title, body = letter([event(kind)], language)
    assert title.startswith("hotledger")
    assert "None" not in body
    assert "{" not in body


def test_an_incident_says_what_one_needs() -> None:
    """Which platform, since when, what was lost, the evidence, what to do."""
    assert letter([event("incident_opened", until=None, heading=None, url=None)], "en").body.splitlines() == [
        "微博热搜 (weibo): blocked since 2026-03-04 10:00 UTC",
        "Lost: 3 lists",
        "Last good: 2026-03-04 09:00 UTC",
        "Evidence: a login page",
        "What to do: hotledger incidents --platform weibo; if the site has changed, hotledger bodies list",
    ]
    assert letter([event("incident_recovered")], "en").body.splitlines()[0] == (
        "微博热搜 (weibo): back since 2026-03-04 12:30 UTC (blocked for 2 h 30 min)"
    )


@given(st.text(max_size=2000), st.sampled_from(KINDS), st.sampled_from(["en", "zh"]))
def test_stored_text_is_harmless(hostile: str, kind: str, language: str) -> None:
    """No control or bidirectional character, no mention, no markup, no address; and never long."""
    told = event(kind, platforms=[hostile[:100] or "x"], title=hostile, evidence=hostile, closing_evidence=hostile, heading=hostile,
                 keyword=hostile[:100], job_type=hostile, url=hostile, batch_id=hostile)  # fmt: skip
    title, body = letter([told], language)
    assert not set("@<>[]`*~|&#\\\x1b\u202e\u2066\r\x00") & set(title + body)
    assert "://" not in body
    assert len(body) < 1500
    assert len(body.splitlines()) <= 6


def test_only_plain_addresses_are_given() -> None:
    """The address of a title stands alone in its line, where it is http or https without anything odd."""
    assert "https://s.weibo.com/weibo?q=Rust" in letter([event("keyword_appeared")], "en").body.splitlines()
    for odd in ("javascript:alert(1)", "https://x.example/<b>", "https://x.example/\u202e", "https://x.example/a b"):
        assert "x.example" not in letter([event("keyword_appeared", url=odd)], "en").body


def test_long_text_is_cut() -> None:
    """With a sign that it was."""
    assert inert("a" * 300) == "a" * 199 + "…"
