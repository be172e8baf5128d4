"""The outbox itself: durable, in order, bounded, and honest about what the disk did to it."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hotledger.errors import SpoolFailed
from hotledger.ledger.spool import Spool

TARGET = "postgresql://me@here:5432/mine"


async def kept(spool: Spool, *names: str, target: str = TARGET, **arguments: Any) -> None:
    for name in names:
        await spool.append(target, "batch", "batch_record", {"platform": name, **arguments}, {"planned": list(names)})


async def names(spool: Spool, target: str = TARGET) -> list[str]:
    return [call.arguments["platform"] for call in await spool.waiting(target)]


async def test_calls_come_out_in_the_order_in_which_they_went_in(spool: Spool) -> None:
    """Also when many are appended at once."""
    wanted = [f"p{number}" for number in range(30)]
    await asyncio.gather(*(kept(spool, name) for name in wanted))
    assert await names(spool) == wanted


async def test_a_call_is_whole_again_after_the_spool_was_opened_anew(spool: Spool, tmp_path: Path) -> None:
    """Arguments and the opening of the batch survive."""
    await kept(spool, "weibo", reading={"items": [{"title": "热搜 “一”"}]})
    other = Spool(tmp_path / "spool")
    [call] = await other.waiting(TARGET)
    other.close()
    assert call.arguments == {"platform": "weibo", "reading": {"items": [{"title": "热搜 “一”"}]}}
    assert call.opening == {"planned": ["weibo"]}
    assert call.sound


async def test_nobody_else_may_read_it(spool: Spool, tmp_path: Path) -> None:
    """The folder has mode 0700, its files 0600."""
    await kept(spool, "weibo")
    with spool.sole_drainer():
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "spool").iterdir()}
    assert stat.S_IMODE((tmp_path / "spool").stat().st_mode) == 0o700
    assert set(modes.values()) == {0o600}


async def test_looking_makes_nothing(spool: Spool, tmp_path: Path) -> None:
    """A spool that was never needed leaves no trace on the disk."""
    assert spool.status().waiting == ()
    assert await spool.count(TARGET) == 0
    assert list(spool.calls()) == []
    assert not (tmp_path / "spool").exists()


async def test_calls_for_another_database_stay_apart(spool: Spool) -> None:
    """What waits for one database is not handed out for another."""
    await kept(spool, "ours")
    await kept(spool, "theirs", target="https://other.supabase.co")
    assert await names(spool) == ["ours"]
    assert {each.target: each.calls for each in spool.status().waiting} == {TARGET: 1, "https://other.supabase.co": 1}


async def test_what_is_set_aside_waits_no_more_and_can_be_put_back(spool: Spool) -> None:
    """A call that is set aside keeps its reason, and only leaves when it is told to."""
    await kept(spool, "one", "two")
    await spool.set_aside(1, "refused")
    assert await names(spool) == ["two"]
    assert [(call.number, call.reason) for call in spool.status().set_aside] == [(1, "refused")]
    await spool.put_back(TARGET)
    assert await names(spool) == ["one", "two"]


async def test_a_changed_row_is_seen(spool: Spool, tmp_path: Path) -> None:
    """A call whose bytes the disk has changed is told by its checksum."""
    await kept(spool, "one", "two")
    with closing(sqlite3.connect(tmp_path / "spool" / "spool.db")) as connection, connection:
        connection.execute("UPDATE calls SET arguments = replace(arguments, 'one', 'eno') WHERE number = 1")
    assert [call.sound for call in await spool.waiting(TARGET)] == [False, True]


async def test_a_spoilt_file_is_kept_beside_a_new_one(spool: Spool, tmp_path: Path) -> None:
    """A spool that can't be read any more neither loses what is left in it nor stands in the way of new calls."""
    await kept(spool, "one")
    (tmp_path / "spool" / "spool.db").write_bytes(b"not a database " * 1000)
    await kept(spool, "two")
    assert await names(spool) == ["two"]
    [damaged] = spool.status().damaged
    assert damaged.read_bytes().startswith(b"not a database")


async def test_a_full_spool_says_so(tmp_path: Path) -> None:
    """The limit is kept, the sentence says what to do, and what is in it can still be set aside and removed."""
    spool = Spool(tmp_path / "spool", mib=1)
    with pytest.raises(SpoolFailed, match="HOTLEDGER_SPOOL_MIB"):
        await kept(spool, *(f"p{number}" for number in range(100)), text="x" * 50_000)
    assert spool.status().bytes <= 1024 * 1024
    calls = await spool.waiting(TARGET)
    await spool.set_aside(calls[0].number, "x" * 5000)
    await spool.remove([call.number for call in calls[1:]])
    assert spool.status().bytes < 200_000
    await kept(spool, "again")
    spool.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="not on this machine: processes that can be limited")
def test_a_full_disk_says_so(tmp_path: Path) -> None:
    """Where a file can't grow any more, the call is refused in a sentence, and those before it are still there."""
    script = """
import asyncio, resource, sys
from pathlib import Path
from hotledger.errors import SpoolFailed
from hotledger.ledger.spool import Spool
spool = Spool(Path(sys.argv[1]))
async def fill():
    await spool.append("t", "b", "batch_record", {"n": 0}, None)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    try:
        for number in range(1, 100):
            await spool.append("t", "b", "batch_record", {"n": number, "text": "x" * 20_000}, None)
    except SpoolFailed as error:
        print(number, error)
asyncio.run(fill())
"""
    said = subprocess.run([sys.executable, "-c", script, str(tmp_path / "spool")], capture_output=True, text=True, check=True).stdout
    number, _, sentence = said.partition(" ")
    assert "disk" in sentence
    assert len(list(Spool(tmp_path / "spool").calls())) == int(number)


def test_a_killed_writer_leaves_every_call_that_it_was_told_is_kept(tmp_path: Path) -> None:
    """Several processes are killed in the middle of writing: what each had reported is there, sound, once and in order."""
    script = """
import asyncio, sys
from pathlib import Path
from hotledger.ledger.spool import Spool
async def write():
    spool = Spool(Path(sys.argv[1]))
    number = 0
    while True:
        await spool.append("t", sys.argv[2], "batch_record", {"n": number, "text": "x" * 3000}, None)
        print(number, flush=True)
        number += 1
asyncio.run(write())
"""
    writers = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "spool"), str(each)], stdout=subprocess.PIPE, text=True)
        for each in range(3)
    ]
    for writer in writers:
        assert writer.stdout is not None
        for _ in range(5):
            writer.stdout.readline()
    reported = []
    for writer in writers:
        writer.send_signal(signal.SIGKILL)
        rest, _ = writer.communicate()
        reported.append(5 + rest.count("\n"))
    calls = list(Spool(tmp_path / "spool").calls())
    assert all(call.sound for call in calls)
    for each, count in enumerate(reported):
        there = [call.arguments["n"] for call in calls if call.batch_id == str(each)]
        assert there[:count] == list(range(count))
        assert len(there) in (count, count + 1)  # one may have been kept just before it could be reported


def test_only_one_drains(tmp_path: Path) -> None:
    """A second drainer is told so, and gets its turn when the first has gone."""
    first, second = Spool(tmp_path / "spool"), Spool(tmp_path / "spool")
    with first.sole_drainer() as sole, second.sole_drainer() as other:
        assert (sole, other) == (True, False)
    with second.sole_drainer() as later:
        assert later
