"""`hotledger db index-titles`: the index of titles is made and removed, and the search uses it."""

from __future__ import annotations

from tests.cli.commands import Commands
from tests.database import Database
from tests.made import collected


async def test_titles_are_indexed_and_not(run: Commands, database: Database) -> None:
    """Made twice it is there once; removed twice it is gone; the answers of a search are the same."""
    await collected(database, "weibo", "高考成绩公布")
    found = []
    for arguments, indexed in (([], True), ([], True), (["--remove"], False), (["--remove"], False)):
        done = await run("db", "index-titles", "--json", *arguments)
        assert (done.code, done.json["indexed"]) == (0, indexed)
        assert (await database.call("title_search", query="成绩"))["indexed"] is indexed
        found.append((await database.call("title_search", query="成绩"))["items"])
    assert found == [found[0]] * 4
    assert (await run("db", "index-titles")).out.startswith("The titles are indexed: ")
    assert (await run("db", "index-titles", "--remove")).out == "There is no index of titles.\n"
