"""`parse`: the answer for programs, line by line, and the table for people."""

from __future__ import annotations

from pathlib import Path

import msgspec
from tests.cli.commands import Commands

BODIES = Path(__file__).parents[1] / "platforms" / "fixtures"
KEYS = {"platform", "verdict", "evidence", "items", "pinned", "ads"}
ITEM = {"rank", "title", "id", "url", "heat", "heat_text"}


async def parse(run: Commands, *arguments: str) -> tuple[int, list[dict[str, object]]]:
    done = await run("parse", *arguments, "--json")
    return done.code, [msgspec.json.decode(line) for line in done.out.splitlines()]


async def test_one_line_a_file_in_the_order_given(run_nothing: Commands) -> None:
    """Each file gives one line with exactly the promised keys; one that is no list has no items, and makes the code 3."""
    (run_nothing.folder / "junk").write_bytes(bytes(range(256)) * 100)
    (run_nothing.folder / "none").write_bytes(b"")
    usual = BODIES / "weibo" / "usual.json"
    code, lines = await parse(run_nothing, "weibo", "junk", str(usual), "none", str(usual))
    assert code == 3
    assert all(set(line) == KEYS and line["platform"] == "weibo" for line in lines)
    assert [line["verdict"] in {"ok", "short"} for line in lines] == [False, True, False, True]
    assert [line["items"] for line in (lines[0], lines[2])] == [[], []]
    items = lines[1]["items"]
    assert isinstance(items, list)
    assert items
    assert [item["rank"] for item in items] == list(range(1, len(items) + 1))
    assert all(set(item) == ITEM and isinstance(item["title"], str) for item in items)
    assert isinstance(lines[1]["pinned"], list)
    assert isinstance(lines[1]["ads"], int)
    assert lines[1] == lines[3]


async def test_all_well_read_is_code_nought(run_nothing: Commands) -> None:
    """The exit code is 0 when every file was read well, in any of the platform's forms."""
    code, lines = await parse(run_nothing, "baidu", *(str(BODIES / "baidu" / name) for name in ("usual.json", "page.html", "wise.json")))
    assert code == 0
    assert [len(line["items"]) > 0 for line in lines if isinstance(line["items"], list)] == [True, True, True]


async def test_short_list_says_what_it_is_compared_with(run_nothing: Commands) -> None:
    """A short list is judged without a past here, and does not claim one."""
    _, lines = await parse(run_nothing, "weibo", str(BODIES / "weibo" / "usual.json"))
    assert lines[0]["verdict"] == "short"
    assert "no earlier readings to compare with" in str(lines[0]["evidence"])


async def test_hostile_titles_are_inert_in_the_table(run_nothing: Commands) -> None:
    """A title with escapes, overrides and markup is shown harmless to people, and is kept as it is for programs."""
    title = "\x1b[31mred\x1b[0m [red]x[/] [link=http://a]l[/link] \u202eabc\u2028 :smile: " + "long " * 200
    body = msgspec.json.encode([{"id": 1, "title": title, "url": "https://www.v2ex.com/t/1", "replies": 3}])
    (run_nothing.folder / "body.json").write_bytes(body)
    shown = await run_nothing("parse", "v2ex", "body.json")
    assert shown.code == 0
    assert "\ufffd[31mred\ufffd[0m [red]x[/] [link=http://a]l[/link] \ufffdabc\ufffd :smile:" in shown.out
    assert "\x1b" not in shown.out
    assert "…" in shown.out
    code, lines = await parse(run_nothing, "v2ex", "body.json")
    items = lines[0]["items"]
    assert isinstance(items, list)
    assert (code, items[0]["title"]) == (0, title.strip())
