"""The charts: well-formed pictures without a script, the same each time, told by an ETag, of any text and any numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from starlette.requests import Request

from hotledger.web.charts import Column, Line, Look, columns, image, over_time, short

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
HOSTILE = "\x01</title><script>alert(1)</script>\ud83c".encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def texts(svg: bytes) -> list[str]:
    """All texts that a picture shows."""
    return [node.text or "" for node in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("hours", [0, 1, 2, 100, 5000])
def test_lines_of_any_length_are_drawn(narrow: bool, hours: int) -> None:
    """None, one, two or thousands of points; gaps break the line; ranks stand on their head."""
    points = [(NOON + timedelta(hours=hour), None if hour % 7 == 3 else hour % 50 + 1) for hour in range(hours)]
    svg = over_time(Look("rank", narrow=narrow), [Line("weibo", points), Line("baidu", points[: hours // 2])], ranks=True)
    assert "rank" in texts(svg)
    assert b"<script" not in svg


def test_text_in_a_chart_is_inert() -> None:
    """Whatever a title holds is text in a well-formed picture."""
    for svg in (over_time(Look(HOSTILE), [Line(HOSTILE, [(NOON, 1)])]), columns(Look(HOSTILE), [HOSTILE], [Column(HOSTILE, [1])])):
        assert not [node for node in ElementTree.fromstring(svg).iter() if str(node.tag).endswith("script")]


def test_a_chart_without_numbers_says_so() -> None:
    """Nothing to draw is said in the language of the page."""
    assert "这里还没有内容。" in texts(columns(Look("items", "zh"), [], [Column("items", [])]))
    assert "Nothing here yet." in texts(over_time(Look("heat"), [Line("weibo", [(NOON, None)])]))


def test_columns_may_stand_upon_each_other() -> None:
    """Groups are told by name, and unknown values leave a gap."""
    svg = columns(Look("batches"), ["a", "b"], [Column("good", [1, None], "good"), Column("bad", [0, 2], "bad")], stacked=True)
    assert {"batches", "good", "bad", "a", "b"} <= set(texts(svg))


def test_an_unchanged_chart_is_not_sent_again() -> None:
    """The same numbers make the same picture, which its ETag tells; a visitor who has it gets 304."""

    def asked(tag: str) -> Request:
        return Request({"type": "http", "method": "GET", "headers": [(b"if-none-match", tag.encode())]})

    svg = columns(Look("batches"), ["a"], [Column("good", [1])])
    first = image(asked(""), svg)
    assert first.media_type == "image/svg+xml"
    assert "script-src" not in first.headers["content-security-policy"]
    again = image(asked(first.headers["etag"]), columns(Look("batches"), ["a"], [Column("good", [1])]))
    assert (again.status_code, again.body) == (304, b"")


@pytest.mark.parametrize(
    ("value", "written"), [(None, ""), (0, "0"), (9999, "9,999"), (12_000, "12k"), (1_234_567, "1.235M"), (3.2e9, "3.2G"), (0.5, "0.5")]
)
def test_numbers_on_an_axis_are_short(value: float | None, written: str) -> None:
    """Few digits, with a letter for thousands and more."""
    assert short(value) == written
