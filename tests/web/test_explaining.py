"""How batches ended, in Chinese: every part of the line that the database writes has its words."""

from __future__ import annotations

import re

import httpx2
import pytest
from tests.database import Database
from tests.made import opened, reading

from hotledger.web.explaining import explained


async def test_what_the_database_writes_is_told_in_chinese(site: httpx2.AsyncClient, database: Database) -> None:
    """Full, in part, without any list, lost, and ended by an error: no English is left but names and messages."""
    for verdicts in (("ok", "ok"), ("ok", "blocked"), ("blocked", "blocked")):
        batch = await opened(database, "weibo", "zhihu")
        for platform, verdict in zip(("weibo", "zhihu"), verdicts, strict=True):
            await batch.record(platform, reading(*(["标题"] if verdict == "ok" else []), verdict=verdict))
    lost = await opened(database, "weibo", owner="laptop:1")
    await lost.expire()
    await database.call("batch_reap")
    stopped = await opened(database, "weibo", "zhihu")
    await stopped.record("weibo", reading("标题"))
    await stopped.close(reason="error", message="ValueError: out of range")
    page = (await site.get("/batches?lang=zh")).text
    lines = re.findall(r'class="faint evidence"><bdi>(.*?)</bdi>', page)
    assert lines[1].startswith("失联：laptop:1 自 ")
    assert lines[1].endswith(" UTC 到期；1 个平台中 0 个取得榜单，共 0 条；未读取：weibo")
    assert [lines[0], *lines[2:]] == [
        "因错误结束：ValueError: out of range；2 个平台中 1 个取得榜单，共 1 条；未读取：zhihu",
        "失败：没有平台取得榜单；2 个平台中 0 个取得榜单，共 0 条；没有榜单：weibo (被拦截), zhihu (被拦截)",
        "有平台没有取得榜单；2 个平台中 1 个取得榜单，共 1 条；没有榜单：zhihu (被拦截)",
        "计划的平台都取得了榜单；2 个平台中 2 个取得榜单，共 2 条",
    ]


@pytest.mark.parametrize("line", [None, "", "as another program writes it", "a <b>; c"])
def test_other_lines_stay(line: str | None) -> None:
    """What is none of ours, or nothing, is shown as it is."""
    assert explained(line, "zh").replace("；", "; ") == (line or "")
