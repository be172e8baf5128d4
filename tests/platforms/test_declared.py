"""Platforms declared in TOML: what each kind reads, what is refused, and what is never made up."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty, ReadError, SettingsError
from hotledger.model import Identity, Item, Reader, Request, Response
from hotledger.platforms import _feed, known_with, reader, readers
from hotledger.platforms._declared import declared, declared_in

DOCS = Path(__file__).parents[2] / "docs" / "your-own-platforms.md"
FEED = '[mine]\ntitle = "Mine"\nkind = "feed"\nurl = "https://feed.example.com/deep/rss.xml"\nexpect = [1, 9]\n'
JSON = '[mine]\ntitle = "Mine"\nkind = "json"\nurl = "https://api.example.com/v1/hot"\nexpect = [1, 9]\nrows = "data.items"\n'
HTML = '[mine]\ntitle = "Mine"\nkind = "html"\nurl = "https://www.example.com/hot"\nexpect = [1, 9]\nrows = "li"\n'
ALL = 'row = { title = "t", id = "i", url = "u", heat = "h", published_at = "p" }\n'


def one(text: str) -> Reader:
    return declared(text, "mine.toml")["mine"]


def answer(content: str | bytes, url: str = "https://www.example.com/lists/hot", **headers: str) -> Response:
    raw = content.encode() if isinstance(content, str) else content
    return Response(url=url, status=200, content=raw, received_at=datetime(2026, 6, 4, 12, tzinfo=UTC), headers=headers)


def read(text: str, content: str | bytes, **headers: str) -> list[Item]:
    return one(text).parse(answer(content, **headers))


def rss(items: str, declaration: str = '<?xml version="1.0"?>') -> str:
    return f'{declaration}<rss version="2.0"><channel><title>Channel</title>{items}</channel></rss>'


def asked(platform: Reader) -> Request:
    wanted = next(platform.plans[0]())
    assert isinstance(wanted, Request)
    return wanted


@pytest.fixture(scope="module")
def documented() -> dict[str, Reader]:
    blocks = re.findall(r"^```toml\n(.*?)^```", DOCS.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    found: dict[str, Reader] = {}
    for block in blocks:
        found |= {} if "entry-points" in block else declared(block, "docs")
    return found


def test_the_feed_of_the_documentation_is_read(documented: dict[str, Reader]) -> None:
    """The documented feed gives title, id, address and time."""
    entry = "<item><title>A &amp;amp; B</title><guid>7</guid><link>/posts/7</link><pubDate>Thu, 04 Jun 2026 11:00:00 +0800</pubDate></item>"
    assert documented["my-blog"].parse(answer(rss(entry))) == [
        Item(title="A & B", id="7", url="https://www.example.com/posts/7", published_at=datetime(2026, 6, 4, 3, tzinfo=UTC))
    ]


def test_the_json_of_the_documentation_is_read(documented: dict[str, Reader]) -> None:
    """The documented paths find every part; an address is made whole, and a time without a zone is of the declared one."""
    row = '{"word": "甲", "id": 9007199254740993, "target": {"link": "../t/1"}, "score": "1.5万", "created": "2026-06-04 11:00:00"}'
    assert documented["my-board"].parse(answer(f'{{"data": [{{"items": [{row}]}}]}}')) == [
        Item(
            title="甲", id="9007199254740993", url="https://www.example.com/t/1", heat=15_000, heat_text="1.5万",
            published_at=datetime(2026, 6, 4, 3, tzinfo=UTC),
        )
    ]  # fmt: skip


def test_the_page_of_the_documentation_is_read(documented: dict[str, Reader]) -> None:
    """The documented selectors find texts and attributes, the page's word for nothing is `empty`, and the header is sent."""
    forum = documented["my-forum"]
    row = '<li data-id="5"><a class="subject" href="/t/5?a=1&amp;b=2"> A <b>B</b> </a><i class="replies">12 replies</i></li>'
    assert forum.parse(answer(f'<ul class="topics">{row}</ul>')) == [
        Item(title="A B", id="5", url="https://www.example.com/t/5?a=1&b=2", heat=12, heat_text="12 replies")
    ]
    with pytest.raises(BodyEmpty):
        forum.parse(answer('<p class="no-topics">none</p>'))
    with pytest.raises(BodyBroken):
        forum.parse(answer("<p>moved</p>"))
    assert asked(forum).headers == {"Referer": "https://forum.example.com/"}


def test_all_facts_can_be_given() -> None:
    """Every fact of a platform is taken from the table, and the fallbacks are further plans."""
    more = (
        'home = "https://h.example/"\nlanguage = "ja"\ncategory = "news"\nheat = "votes"\nheat_unit = "votes"\nheat_from_rank = true\n'
        'may_be_empty = true\nlink = "https://h.example/{id}"\ncookie = "c"\ncadence_minutes = 5\nrest_hours = 2.5\nfresh_hours = 3\n'
        'terms = "t"\naliases = ["a", "b"]\nknown_from = "recorded 2026-06-01"\noff = "why"\nfallbacks = ["https://h.example/2"]\n'
        'identity = "mobile"\nown_cookie = true\n'
    )
    made = one(FEED + more)
    facts = {name: getattr(made.facts, name) for name in made.facts.__struct_fields__}
    assert facts == {
        "id": "mine", "title": "Mine", "home": "https://h.example/", "expect": range(1, 10), "language": "ja", "category": "news",
        "heat": "votes", "heat_unit": "votes", "heat_from_rank": True, "may_be_empty": True, "link": "https://h.example/{id}",
        "cookie": "c", "cadence_minutes": 5, "rest_hours": 2.5, "fresh_hours": 3, "terms": "t", "aliases": ("a", "b"),
        "known_from": "recorded 2026-06-01", "off": "why",
    }  # fmt: skip
    assert [next(plan()).url for plan in made.plans] == ["https://feed.example.com/deep/rss.xml", "https://h.example/2"]  # type: ignore[union-attr]
    assert (asked(made).identity, asked(made).own_cookie) == (Identity.MOBILE, True)
    assert made.parse(answer(rss(""))) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mine = 1", "Expected `object`"),
        ("[mine", "is not TOML"),
        ('["a b"]', "an id is made of"),
        (FEED + "colour = 1", "there is no key `colour`"),
        (FEED.replace('title = "Mine"\n', ""), "it lacks `title`"),
        (FEED.replace("expect = [1, 9]\n", ""), "it lacks `expect`"),
        (FEED.replace("[1, 9]", "[9, 1]"), "[least, most]"),
        (FEED.replace("https:", "file:"), "no address"),
        (FEED + 'rows = "a"', "a feed needs no"),
        (FEED + 'link = "https://h.example/"', "`link`"),
        (FEED + 'headers = { A = "a\\nb" }', "`headers`"),
        (FEED + "rest_hours = nan", "`rest_hours`"),
        (JSON, "says where its list is"),
        (JSON + 'row = { id = "i" }', "it lacks `title` in `row`"),
        (JSON + 'row = { title = "t", colour = "c" }', "no key `colour` in `row`"),
        (JSON + 'row = { title = "a..b" }', "`title` is no path"),
        (JSON + ALL + 'empty = "x"', "`empty` is for html"),
        (HTML.replace('"li"', '"li["') + ALL, "`rows` is no CSS selector"),
        (HTML.replace('"li"', '"li@id"') + ALL, "names elements"),
        (HTML + 'row = { title = "a >> b" }', "`title` is no CSS selector"),
    ],
)
def test_a_wrong_declaration_is_refused(text: str, said: str) -> None:
    """It gives one sentence or two that name the file and what is wrong."""
    with pytest.raises(SettingsError, match=re.escape(said)) as refused:
        declared(text, "mine.toml")
    assert str(refused.value).startswith("mine.toml ")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "content", "error"),
    [
        (FEED, "<html><title>安全验证</title></html>", BodyBlocked),
        (FEED, "<!DOCTYPE html><html><body>Hello</body></html>", BodyBroken),
        (FEED, '{"items": []}', BodyBroken),
        (FEED, "", BodyBroken),
        (FEED, rss(""), BodyEmpty),
        (FEED, rss("<item><title>A</title></item>").removesuffix("</channel></rss>"), BodyBroken),
        (FEED, rss("<item><guid>1</guid></item><item><guid>2</guid></item><item><title>A</title></item>"), BodyBroken),
        (JSON + ALL, "<html><title>安全验证</title></html>", BodyBlocked),
        (JSON + ALL, '{"data": {"rows": []}}', BodyBroken),
        (JSON + ALL, '{"data": null}', BodyBroken),
        (JSON + ALL, '{"data": {"items": []}}', BodyEmpty),
        (JSON + ALL, '{"data": {"items": [{"headline": "A"}, 1, null]}}', BodyBroken),
        (HTML + 'row = { title = "a" }', "<html><title>安全验证</title></html>", BodyBlocked),
        (HTML + 'row = { title = "a" }', "<ul><li><b>A</b></li></ul>", BodyBroken),
    ],
)
def test_a_body_that_is_not_the_list_is_named(text: str, content: str, error: type[ReadError]) -> None:
    """A challenge page is blocked, another shape or rows without titles are broken, a list of nothing is empty."""
    with pytest.raises(error):
        read(text, content)


def test_titles_that_speak_of_challenges_are_no_challenge() -> None:
    """A feed whose titles hold the words of a block page is a feed."""
    assert [item.title for item in read(FEED, rss("<item><title>验证码与 captcha</title></item>"))] == ["验证码与 captcha"]


def test_an_odd_row_does_not_lose_the_list() -> None:
    """A row without a title is left out while most have one, and what a row does not say is unknown."""
    first = '{"t": "A", "i": true, "u": "javascript:x", "h": "no number", "p": "yesterday"}'
    last = '{"t": "B", "h": 0, "p": "2026-06-04 11:00"}'
    assert read(JSON + ALL, f'{{"data": {{"items": [{first}, {{"i": 1}}, {last}]}}}}') == [Item(title="A"), Item(title="B", heat=0)]


def test_lists_of_plain_texts_and_deeper_roots() -> None:
    """“.” is the row, and the root, itself."""
    assert [item.title for item in read(JSON.replace("data.items", ".") + 'row = { title = "." }', '["A", "B"]')] == ["A", "B"]
    assert [item.id for item in read(HTML + 'row = { title = ".", id = "@data-id" }', '<ul><li data-id="1">A</li></ul>')] == ["1"]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("<![CDATA[List<String> &amp; <b>bold</b>]]>", "List<String> & bold"),
        ("AT&amp;amp;T &lt;12 stars&gt;", "AT&T <12 stars>"),
        ("it&amp;#8217;s\n  late", "it’s late"),
        ("&lt;a href=&quot;x&quot;&gt;A&lt;/a&gt;&lt;br/&gt;B", "AB"),
    ],
)
def test_html_in_titles_is_read_as_text(written: str, read_as: str) -> None:
    """Tags of HTML go, entities are read, and words in angle brackets stay."""
    assert read(FEED, rss(f"<item><title>{written}</title></item>"))[0].title == read_as


@pytest.mark.parametrize("declaration", ['<?xml version="1.0" encoding="gbk"?>', '<?xml version="1.0" encoding="GB2312"?>', ""])
def test_feeds_in_gbk_are_read(declaration: str) -> None:
    """The wider charset is used whichever of the family the feed names, or none."""
    content = rss("<item><title>朱镕基 “热门”</title></item>", declaration).encode("gb18030")
    assert read(FEED, content)[0].title == "朱镕基 “热门”"


def test_a_feed_never_reads_files_or_addresses(tmp_path: Path) -> None:
    """A body that is the name of a file, or an address, is no feed; entities of files and bombs of entities come to nothing."""
    file = tmp_path / "rss.xml"
    file.write_text(rss("<item><title>secret</title></item>"))
    for content in (str(file), f"file://{file}", "https://feed.example.com/rss.xml"):
        with pytest.raises(BodyBroken):
            read(FEED, content)
    doctype = f'<!DOCTYPE r [<!ENTITY x SYSTEM "file://{file}"><!ENTITY y "yyyyyyyyyy">]>'
    with pytest.raises(BodyBroken):
        read(FEED, rss("<item><title>A&x;</title></item>", f'<?xml version="1.0"?>{doctype}'))


def test_times_of_feeds_are_the_sites_own() -> None:
    """RSS 1.0 has one date; a change in Atom is not when the entry came out; a time without a zone is unknown unless one is declared."""
    old = (
        '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><item><title>A</title><dc:date>2026-06-04T11:00:00+08:00</dc:date></item></rdf:RDF>'
    )
    assert read(FEED, old)[0].published_at == datetime(2026, 6, 4, 3, tzinfo=UTC)
    atom = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title><updated>2026-06-04T11:00:00Z</updated></entry></feed>'
    assert read(FEED, atom)[0].published_at is None
    naive = rss("<item><title>A</title><pubDate>Thu, 04 Jun 2026 11:00:00</pubDate></item>")
    assert read(FEED, naive)[0].published_at is None
    assert read(FEED + "zone_hours = 8", naive)[0].published_at == datetime(2026, 6, 4, 3, tzinfo=UTC)


def test_queries_are_stripped_where_wanted() -> None:
    """`strip_query` cuts addresses, and `id_is_url` takes them for ids."""
    entry = rss("<item><title>A</title><guid>a#1</guid><link>https://x.example/a?from=rss#top</link></item>")
    assert (read(FEED + "strip_query = true", entry)[0].url, read(FEED, entry)[0].id) == ("https://x.example/a", "a#1")
    assert read(FEED + "strip_query = true\nid_is_url = true", entry)[0].id == "https://x.example/a"


def test_a_hostile_beginning_is_refused_at_once() -> None:
    """Thousands of comments before what is no feed, and a title of nothing but brackets, cost no time that grows beyond them."""
    with pytest.raises(BodyBroken):
        read(FEED, "<!-- a -->" * 4_000 + "<other/>")
    assert read(FEED, "<!-- a -->" * 900 + rss("<item><title>" + "&lt;a " * 20_000 + "</title></item>", ""))


@given(st.one_of(st.text(max_size=120), st.from_regex(r"\w{3}, \d{1,2} (Jan|May) \d{2,5} \d\d:\d\d:\d\d [+-]\d{4}", fullmatch=True)))
def test_any_time_is_an_instant_or_unknown(written: str) -> None:
    """No text of a time breaks the reading; what is read is aware, and in UTC."""
    for zone in (None, UTC):
        found = _feed.instant(written, zone)
        assert found is None or found.utcoffset() == timedelta(0)


def test_feeds_are_known_without_the_library() -> None:
    """All platforms are known before feedparser or an HTML parser is imported: a command that reads nothing starts quickly."""
    code = "import sys; from hotledger.platforms import readers; readers(); print({'feedparser', 'selectolax'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: rss(text).encode("utf-8", "replace"))))
def test_any_body_is_read_or_refused(content: bytes) -> None:
    """Whatever comes, each kind gives items with titles or one of the named errors."""
    for text in (FEED, JSON + ALL, HTML + 'row = { title = "a", url = "a@href" }'):
        try:
            items: list[Any] = read(text, content)
        except ReadError:
            continue
        assert all(item.title for item in items)


def test_a_version_changes_with_the_declaration() -> None:
    """Two declarations have two versions; the same one has the same."""
    assert one(FEED).version == one(FEED).version != one(FEED + "rest_hours = 2").version


def test_a_folder_of_files(tmp_path: Path) -> None:
    """All files of a folder are read beside our own platforms; a taken id, a double one and a file that is no text are refused."""
    assert known_with(tmp_path / "nothing") == readers()
    (tmp_path / "a.toml").write_text(FEED)
    (tmp_path / "b.txt").write_text("not read")
    known = known_with(tmp_path)
    assert list(known) == sorted([*readers(), "mine"])
    assert reader("mine", known).facts.title == "Mine"
    (tmp_path / "b.toml").write_text(FEED)
    with pytest.raises(SettingsError, match="another file"):
        declared_in(tmp_path)
    (tmp_path / "b.toml").write_text(FEED.replace("[mine]", "[weibo]"))
    with pytest.raises(SettingsError, match=r"“weibo”.*another id"):
        known_with(tmp_path)
    (tmp_path / "b.toml").write_bytes(b"\xff")
    with pytest.raises(SettingsError, match="UTF-8"):
        known_with(tmp_path)


MODULE = """
from hotledger.model import Item, Platform, Request
PLATFORM = Platform(id="{id}", title="T", home="https://x.example", expect=range(1, 2))
def plan():
    return (yield Request(url="https://x.example/"))
def parse(response):
    return [Item(title="A")]
"""
LIST = "from hotledger.platforms import readers, left_out; print(*[n for n in readers() if n[:2] == 'x-']); print(*left_out(), sep='\\n')"


def test_platforms_of_other_packages(tmp_path: Path) -> None:
    """An installed package's platform is found; one that fails to load, or takes a known id, is named in a sentence and left out."""
    (tmp_path / "x_good.py").write_text(MODULE.format(id="x-good"))
    (tmp_path / "x_taken.py").write_text(MODULE.format(id="weibo"))
    (tmp_path / "x_bad.py").write_text("raise SystemExit('no\\nluck')\n")
    info = tmp_path / "x_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: x-package\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[hotledger.platforms]\nx-good = x_good\nx-bad = x_bad\nx-taken = x_taken\nx-gone = x_gone\n")
    ran = subprocess.run([sys.executable, "-c", LIST], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(tmp_path)})
    found, *left = ran.stdout.splitlines()
    assert found == "x-good"
    assert [re.findall(r"“(x-\w+)” of x-package is left out \((\w+)", line) for line in left] == [
        [("x-bad", "SystemExit")], [("x-gone", "ModuleNotFoundError")], [("x-taken", "ValueError")]
    ]  # fmt: skip
    program = str(Path(sys.executable).with_name("hotledger"))
    told = subprocess.run(
        [program, "platforms", "x-good"], capture_output=True, text=True, check=True, cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "HOTLEDGER_HOME": str(tmp_path)},
    )  # fmt: skip
    assert "https://x.example" in told.stdout
    assert [line.startswith("hotledger: The platform “x-") for line in told.stderr.splitlines()] == [True] * 3
