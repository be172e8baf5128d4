"""Bytes of answers become text, records and numbers, or a named refusal."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken
from hotledger.model import Response

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
RECORDINGS = Path(__file__).parents[2] / "shared" / "recordings"


class Row(msgspec.Struct):
    """The part of a made answer that we read."""

    title: str


def answer(content: bytes, content_type: str = "") -> Response:
    """An answer with that body."""
    return Response(url="https://a.example/", status=200, content=content, received_at=NOON, headers={"content-type": content_type})


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        ("热搜榜".encode(), ""),
        ("热搜榜".encode(), "text/html; charset=utf-8"),
        ("热搜榜".encode("utf-8-sig"), ""),
        ("热搜榜".encode("gbk"), "text/html; charset=GBK"),
        ("热搜榜".encode("gbk"), "text/html; charset=gb2312"),
        ("热搜榜".encode("gbk"), ""),
        ("热搜榜".encode("gbk"), "text/html; charset=utf-8"),
        ("热搜榜".encode("gbk"), "text/html; charset=no-such-thing"),
        ("热搜榜".encode("gbk"), "text/html; charset=undefined"),
        ("热搜榜".encode("utf-16"), "text/html; charset=utf-16"),
    ],
)
def test_text_in_any_charset(content: bytes, content_type: str) -> None:
    """The text is read by the header's charset, and by what fits where the header is silent, wrong or nonsense."""
    assert body.text(answer(content, content_type)) == "热搜榜"


def test_text_in_a_quoted_charset() -> None:
    """A charset in quotes, and of another region, is taken at its word."""
    assert body.text(answer("熱搜榜".encode("big5"), 'text/html; charset="big5"')) == "熱搜榜"


def test_text_wider_than_the_named_charset() -> None:
    """A page that names GB2312 may hold characters that only GB18030 has."""
    assert body.text(answer("朱镕基𠮷".encode("gb18030"), "text/html; charset=gb2312")) == "朱镕基𠮷"


@pytest.mark.parametrize(
    "page", ['<meta charset="gbk">热', "<meta content='text/html; charset=GB2312'>热", '<?xml version="1.0" encoding="gbk"?><a>热</a>']
)
def test_page_names_its_charset(page: str) -> None:
    """A page without a header is read by the charset that it names itself."""
    assert body.text(answer(page.encode("gbk"))) == page


def test_title_does_not_name_the_charset() -> None:
    """In JSON the words "charset=gbk" are a title, and change nothing."""
    written = '{"title": "charset=gbk 热搜"}'
    assert body.text(answer(written.encode())) == written


@pytest.mark.parametrize(
    ("charset", "content_type"), [("utf-8", ""), ("utf-8", "text/html; charset=utf-8"), ("gbk", "text/html; charset=gbk")]
)
def test_one_bad_byte_does_not_lose_a_list(charset: str, content_type: str) -> None:
    """A byte that fits no charset becomes U+FFFD, and the titles around it are read."""
    content = "热搜榜\n".encode(charset) + b"\xff\n" + "微博热搜\n".encode(charset)
    read = body.text(answer(content, content_type))
    assert read.split("\n")[0] == "热搜榜"
    assert read.split("\n")[2] == "微博热搜"
    assert "\ufffd" in read


@given(content=st.binary(max_size=60), content_type=st.sampled_from(["", "charset=gbk", "charset=idna", "charset=rot13", "charset=utf-7"]))
def test_text_never_fails(content: bytes, content_type: str) -> None:
    """Whatever bytes come, under whatever name, there is a text."""
    assert isinstance(body.text(answer(content, content_type)), str)


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_decode_in_any_charset(charset: str) -> None:
    """JSON is read in UTF-8, with or without a mark, and in GBK."""
    assert body.decode(answer('{"title": "热搜"}'.encode(charset)), Row) == Row("热搜")


@pytest.mark.parametrize(
    ("written", "title"),
    [
        (r'{"title": "猫\ud83d"}', "猫\ufffd"),
        (r'{"title": "猫\ude00!"}', "猫\ufffd!"),
        (r'{"title": "\ud83d\ud83d\ude00"}', "\ufffd😀"),
        (r'{"title": "\\ud83d \ud83d"}', "\\ud83d \ufffd"),
        ('{"title": "a\x01b\nc"}', "a b c"),
    ],
)
def test_decode_of_what_sites_cut_badly(written: str, title: str) -> None:
    """Half an emoji, or a control character, in one title does not lose the list; whole emoji and escaped backslashes stay."""
    assert body.decode(answer(written.encode()), Row) == Row(title)


@pytest.mark.parametrize("content", [b"", b"  \n", b"\xef\xbb\xbf", b"{", b'{"title": "a', b'{"title": 1}', b"[]", b"null", b"[" * 100_000])
def test_decode_refuses_what_is_not_the_shape(content: bytes) -> None:
    """Nothing, truncated JSON, another shape and endless nesting are BodyBroken."""
    with pytest.raises(BodyBroken):
        body.decode(answer(content), Row)


def test_decode_names_a_page_in_place_of_json() -> None:
    """A known challenge page in place of JSON is BodyBlocked, another page BodyBroken."""
    with pytest.raises(BodyBlocked, match="Sina Visitor System"):
        body.decode(answer(b"<!DOCTYPE html><title>Sina Visitor System</title>"), Row)
    with pytest.raises(BodyBlocked, match="百度安全验证"):
        body.decode(answer("<html><title>百度安全验证</title>".encode("gbk"), "text/html; charset=gbk"), Row)
    with pytest.raises(BodyBroken, match="HTML page"):
        body.decode(answer(b"<html>Maintenance</html>"), Row)


@pytest.mark.parametrize("sign", ["<title>Just a moment...</title>", "<h1>Access Denied</h1>", "<title>访问验证</title>", "Whoa there!"])
def test_html_refuses_block_pages(sign: str) -> None:
    """Small pages with the words of a challenge are BodyBlocked."""
    with pytest.raises(BodyBlocked):
        body.html(answer(f"<html><body>{sign}</body></html>".encode()))


def test_html_takes_lists_for_lists() -> None:
    """A page in which the rows are found, or that is too large for a challenge, may say in a title whatever it wants."""
    page = "<ul><li>滑动验证码 why</li></ul>"
    assert body.html(answer(page.encode()), "li").css_first("li").text() == "滑动验证码 why"
    assert body.html(answer((page + " " * 60_000).encode())).css_first("li") is not None
    with pytest.raises(BodyBlocked):
        body.html(answer(page.encode()), "table")


@pytest.mark.parametrize("name", ["blocked-visitor-m-2025-11-11.html", "blocked-visitor-s-2021-12-31.html"])
def test_recorded_visitor_pages_are_blocked(name: str) -> None:
    """The visitor pages that a site really served are known, as JSON is asked for and as a page is."""
    recording = RECORDINGS / "weibo" / name
    if not recording.exists():
        pytest.skip("not on this machine: the recordings beside the repository")
    response = answer(recording.read_bytes())
    for read in (lambda: body.decode(response, Row), lambda: body.html(response, "td.td-02")):
        with pytest.raises(BodyBlocked):
            read()


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1675 万热度", 16_750_000),
        ("2,000+", 2000),
        ("综艺 813801", 813_801),
        ("1,234,567", 1_234_567),
        ("8.29万", 82_900),
        ("5.0w+", 50_000),
        ("12.5k次", 12_500),
        ("3.2M", 3_200_000),
        ("1.2B views", 1_200_000_000),
        ("1.5亿", 150_000_000),
        ("1.2万亿", 1_200_000_000_000),
        ("3千", 3000),
        ("5百万", 5_000_000),
        ("500points", 500),
        ("100kcal", 100),
        ("813 points", 813),
        ("3 minutes", 3),
        ("5万views", 50_000),
        ("-5", -5),
        ("热度 -12", -12),
        ("10-20", 10),
        ("top-10", 10),
        ("1234567.5", 1_234_567.5),
        ("0.3", 0.3),
        ("0", 0),
        ("１２３", 123),
        ("热", None),
        ("", None),
        (None, None),
        (7, 7),
        (7.5, 7.5),
    ],
)
def test_number(written: str | float | None, value: float | None) -> None:
    """The number of a heat text is read with its unit and sign; without one there is none."""
    assert body.number(written) == value


def test_number_is_whole_where_it_can_be() -> None:
    """A heat without a fraction is an int, so that it is stored and shown as one."""
    assert isinstance(body.number("8.29万"), int)
    assert isinstance(body.number("8.29"), float)


@given(st.text(max_size=20))
def test_number_never_fails(written: str) -> None:
    """Any text has a number or none."""
    assert body.number(written) is None or isinstance(body.number(written), (int, float))


def test_title_is_plain_text() -> None:
    """A title loses entities and the space around it; without any there is no row."""
    assert body.title(" A &amp; B\n") == "A & B"
    for blank in (None, "", " ", "&nbsp;"):
        with pytest.raises(BodyBroken, match="no title"):
            body.title(blank)


def test_extras_say_something() -> None:
    """Of the extras those are kept that say something, 0 and False among them."""
    assert body.present(a=None, b="", c=[], d=0, e=False, f="g") == {"d": 0, "e": False, "f": "g"}


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (1_772_366_400, NOON),
        (1_772_366_400_000, NOON),
        ("1772366400", NOON),
        ("1772366400000", NOON),
        ("2026-03-01 20:00:00", NOON),
        (" 2026/03/01 20:00 ", NOON),
        ("2026-03-01T12:00:00Z", NOON),
        ("2026-03-01T05:00:00-07:00", NOON),
    ],
)
def test_instant(written: str | int, told: datetime) -> None:
    """A time of a site is read in seconds, in milliseconds, by Beijing's clock, or with its own offset; always as UTC."""
    assert body.instant(written) == told
    assert getattr(body.instant(written), "tzinfo", None) is UTC


@pytest.mark.parametrize(
    "written", [None, "", 0, "0", -1, 10**400, "03-05", "2026-03-01", "20260301", "3小时前", 10**15, "0001-01-01 00:00:00"]
)
def test_no_instant(written: str | int | None) -> None:
    """What names no instant has none: nothing is filled in, neither a year nor a time of day."""
    assert body.instant(written) is None


@given(st.text(max_size=25) | st.floats() | st.integers())
def test_instant_never_fails(written: str | float) -> None:
    """Anything has an instant or none."""
    assert body.instant(written) is None or body.instant(written)


def test_is_html() -> None:
    """A page is known by its first sign, after a mark and space."""
    assert body.is_html(answer(b"\xef\xbb\xbf\n <html>"))
    assert not body.is_html(answer(b'{"a": "<b>"}'))


def test_joined_answers_are_one_array() -> None:
    """Several JSON answers become one body that can be read again; it was received when the last one was."""
    later = msgspec.structs.replace(answer(b'{"title": "b"}'), received_at=datetime(2026, 3, 1, 13, tzinfo=UTC), attempts=2)
    one = body.joined([answer(b'{"title": "a"}'), later])
    assert body.decode(one, list[Row]) == [Row("a"), Row("b")]
    assert (one.received_at, one.attempts) == (later.received_at, 2)


def test_id_is_text_and_never_blank() -> None:
    """A number and a text give the same id, and a blank or missing one is refused."""
    assert [body.id_of(7), body.id_of(" 7 ")] == ["7", "7"]
    with pytest.raises(BodyBroken, match="no id"):
        body.id_of(" ")
    with pytest.raises(BodyBroken, match="no id"):
        body.id_of(None)


def test_words_of_a_part_are_one_line() -> None:
    """The text of a part of a page comes without breaks, and a part that is missing has none."""
    page = body.html(answer("<p>云州\n <b>的</b>  雨</p>".encode()))
    assert [body.words(page.css_first("p")), body.words(page.css_first("h1"))] == ["云州 的 雨", ""]


def test_half_of_an_emoji_is_a_mark_and_a_whole_one_stays() -> None:
    """An escape that is half of a surrogate pair becomes U+FFFD; whole pairs, and a backslash before a u, stay."""
    assert body.without_halves(r'"\ud83d\ude00 \ud83d \\ud83d"') == r'"\ud83d\ude00 \ufffd \\ud83d"'
