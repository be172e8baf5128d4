"""What the judge knows goes from reading to reading: within an import, through the database, and never twice."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.collect.lives import moving
from tests.collect.sites import Bodies, Clock, Fetcher, address, response, site
from tests.made import NOON

from hotledger.app import imported
from hotledger.collect.collector import Collector
from hotledger.collect.importing import survey
from hotledger.collect.retrospect import Retrospect
from hotledger.ledger.ledger import Ledger
from hotledger.model import Item, Listing, Reading, Response, Verdict
from hotledger.platforms import readers


def judged(retrospect: Retrospect, hours: Iterable[int], platform: str = "nowhere") -> list[str]:
    return [_judged(retrospect, hour, moving(hour), platform) for hour in hours]


def _judged(retrospect: Retrospect, hour: int, items: list[Item], platform: str = "nowhere") -> str:
    return retrospect.judged(platform, Listing.of(items), NOON + timedelta(hours=hour)).verdict.value


def kept(retrospect: Retrospect, platform: str = "nowhere") -> dict[str, Any] | None:
    """What would be written with the last batch."""
    (batch,) = retrospect.written([{"readings": [{"platform": platform}]}])
    baseline: dict[str, Any] | None = batch["readings"][0].get("baseline")
    return baseline


def test_lists_of_the_past_are_judged_by_those_before_them() -> None:
    """Of a platform that no module knows, too."""
    retrospect = Retrospect({}, {})
    assert set(judged(retrospect, range(60))) == {"ok"}
    assert _judged(retrospect, 60, moving(59)) == "frozen"
    assert _judged(retrospect, 61, moving(61, 20)) == "short"
    assert _judged(retrospect, 62, moving(62, board="other")) == "wrong_list"
    assert _judged(retrospect, 63, []) == "empty"
    assert _judged(retrospect, 64, moving(64)) == "ok"


def test_another_run_goes_on_where_the_last_one_ended() -> None:
    """It begins with what the ledger knows, and the same lists again are not learned again."""
    first = Retrospect({}, {})
    judged(first, range(60))
    known = kept(first)
    assert known is not None
    assert kept(first) is None
    second = Retrospect({}, {"nowhere": known})
    assert set(judged(second, range(60))) == {"ok"}
    assert kept(second) is None
    assert _judged(second, 60, moving(59)) == "frozen"
    later = kept(second)
    assert later is not None
    assert (later["readings"], later["at"] - known["at"]) == (known["readings"], 3_600)


def test_lists_older_than_what_is_known_are_judged_by_their_own_past() -> None:
    """An archive of years ago, imported after all: its faults are told, and what is known of today stays."""
    first = Retrospect({}, {})
    judged(first, range(5_000, 5_060))
    second = Retrospect({}, {"nowhere": kept(first) or {}})
    assert set(judged(second, range(60))) == {"ok"}
    assert _judged(second, 60, moving(59)) == "frozen"
    assert kept(second) is None


def test_the_last_reading_of_each_platform_carries_what_is_known() -> None:
    """One for each call, however many lists went into it."""
    retrospect = Retrospect({}, {})
    judged(retrospect, range(3), "one")
    judged(retrospect, range(2), "two")
    batches = retrospect.written([{"readings": [{"platform": "one"}, {"platform": "two"}]}, {"readings": [{"platform": "one"}]}])
    assert [["baseline" in reading for reading in batch["readings"]] for batch in batches] == [[False, True], [True]]


def written(path: Path, hours: Iterable[int], frozen: Iterable[int] = ()) -> Path:
    lines = [
        {
            "platform": "nowhere",
            "collected_at": (NOON + timedelta(hours=hour)).isoformat(),
            "items": [{"title": item.title, "heat": item.heat} for item in moving(min([hour, *(at for at in frozen if at < hour)]))],
        }
        for hour in hours
    ]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


async def test_an_import_leaves_what_the_judge_knows(ledger: Ledger, tmp_path: Path) -> None:
    """It is there after it, the verdicts are with the readings, and a second import of more lists goes on from it."""

    async def run(file: Path) -> dict[str, Any]:
        await imported(ledger, survey([file], readers()), readers(), lambda lists: None)
        return (await ledger.baselines(["nowhere"]))["nowhere"]

    first = await run(written(tmp_path / "a", range(100)))
    assert first["readings"] == 100
    assert await run(written(tmp_path / "a", range(100))) == first
    second = await run(written(tmp_path / "b", range(90, 110), frozen=[99]))
    assert (second["readings"], second["pending"][0]) == (100, {"frozen": 1})
    (last,) = [each["last_reading"] for each in await ledger.platforms() if each["name"] == "nowhere"]
    assert (last["verdict"], "has not changed for 10.0 h" in last["evidence"]) == (Verdict.FROZEN, True)


@pytest.mark.parametrize("ways", [1, 2])
async def test_a_collection_leaves_what_the_judge_knows(ledger: Ledger, ways: int) -> None:
    """Through the database to the next collection, whichever way the list came; a failed reading leaves it as it was."""
    failed = {address("good", way): response() for way in range(ways)}

    async def collect(last_way: Response) -> Reading:
        fetcher = Fetcher({**failed, address("good", ways - 1): last_way})
        return (await Collector(ledger, fetcher, Bodies(), now=Clock()).collect([site("good", ways=ways)])).readings[0]

    for minute in range(3):
        answer = msgspec.structs.replace(response(b"a\nb\nc"), received_at=NOON + timedelta(minutes=minute))
        assert (await collect(answer)).baseline is not None
    known = (await ledger.baselines())["good"]
    assert (known["readings"], known["at"] - known["since"]) == (3, 120)
    assert (await collect(response())).baseline is None
    assert (await ledger.baselines())["good"] == known
