"""Old lists grouped into batches by the hour: what is one batch, in which order, under which id."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from uuid import UUID

import pytest

from hotledger.collect.importing import PastBatch, batches, survey
from hotledger.collect.retrospect import Retrospect
from hotledger.errors import SettingsError
from hotledger.platforms import readers


def line(platform: str, at: str, *titles: str) -> str:
    return json.dumps({"platform": platform, "collected_at": at, "items": [{"title": title} for title in titles]})


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def grouped(*files: Path) -> list[PastBatch]:
    return list(batches(survey(files, readers()), readers(), Retrospect(readers(), {})))


def names(batch: PastBatch) -> list[tuple[str, str]]:
    return [(each["platform"], each["collected_at"]) for each in batch.arguments["readings"]]


def test_hours_are_hours_of_utc(tmp_path: Path) -> None:
    """Lists of one hour of UTC are one batch, whatever zone they are written in, and half-hour zones too."""
    file = written(
        tmp_path / "a", line("weibo", "2024-06-01T05:35:00+05:30", "a"), line("baidu", "2024-06-01T08:59:59+08:00", "a"),
        line("baidu", "2024-06-01T01:00:00Z", "a"),
    )  # fmt: skip
    assert [names(batch) for batch in grouped(file)] == [
        [("weibo", "2024-06-01T00:05:00+00:00"), ("baidu", "2024-06-01T00:59:59+00:00")],
        [("baidu", "2024-06-01T01:00:00+00:00")],
    ]


def test_second_list_of_an_hour_is_a_second_batch(tmp_path: Path) -> None:
    """A platform stands once in a batch: its second list in the same hour goes to another one."""
    file = written(
        tmp_path / "a", line("weibo", "2024-06-01T00:10:00Z", "a"), line("baidu", "2024-06-01T00:11:00Z", "b"),
        line("weibo", "2024-06-01T00:40:00Z", "c"),
    )  # fmt: skip
    assert [[platform for platform, _ in names(batch)] for batch in grouped(file)] == [["weibo", "baidu"], ["weibo"]]


def test_files_are_merged_by_time(tmp_path: Path) -> None:
    """Several files are read together, and a file that is not in the order of time is put in order."""
    first = written(tmp_path / "a", line("weibo", "2024-06-01T02:00:00Z", "a"), line("weibo", "2024-06-01T00:00:00Z", "b"))
    second = written(tmp_path / "b", line("baidu", "2024-06-01T00:30:00Z", "c"), line("baidu", "2024-06-01T01:00:00Z", "d"))
    surveyed = survey([first, second, first], readers())
    assert (surveyed.lists, surveyed.files, surveyed.unordered) == (4, (first, second), {first})
    assert [names(batch)[0][1][11:16] for batch in grouped(first, second)] == ["00:00", "01:00", "02:00"]
    assert [batch.lists for batch in grouped(first, second)] == [2, 1, 1]


def test_same_lists_have_the_same_id(tmp_path: Path) -> None:
    """The id of a batch follows from its lists: the same for the same, another for others of the hour, and it sorts by time."""
    first = written(tmp_path / "a", line("weibo", "2024-06-01T00:10:00Z", "a"), line("weibo", "2024-06-01T01:10:00Z", "a"))
    other = written(tmp_path / "b", line("weibo", "2024-06-01T00:20:00Z", "a"))
    ids = [batch.arguments["batch_id"] for batch in grouped(first)]
    assert ids == [batch.arguments["batch_id"] for batch in grouped(first)]
    assert ids == sorted(ids)
    assert grouped(other)[0].arguments["batch_id"] not in ids
    assert UUID(ids[0]).version == 7


def test_lists_are_judged_by_their_platform(tmp_path: Path) -> None:
    """A list of a known platform is judged by what is usual there; of an unknown one any list is good, but an empty one is not."""
    file = written(
        tmp_path / "a", line("weibo", "2024-06-01T00:10:00Z", "a"), line("mine", "2024-06-01T00:10:00Z", "a"),
        line("yours", "2024-06-01T00:10:00Z"),
    )  # fmt: skip
    verdicts = {each["platform"]: each["verdict"] for each in grouped(file)[0].arguments["readings"]}
    assert verdicts == {"weibo": "short", "mine": "ok", "yours": "empty"}


def test_blank_lines_are_nothing(tmp_path: Path) -> None:
    """Blank lines are passed over, and counted in the number that a message names."""
    good = line("weibo", "2024-06-01T00:10:00Z", "a")
    assert survey([written(tmp_path / "a", "", good, "  ", good, "")], readers()).lists == 2
    with pytest.raises(SettingsError, match=r"b, line 3, is not a list"):
        survey([written(tmp_path / "b", "", good, "[]")], readers())


def test_gzip_is_known_by_its_content(tmp_path: Path) -> None:
    """A gzipped file is read as such whatever its name, and a plain one with that ending too."""
    text = line("weibo", "2024-06-01T00:10:00Z", "a")
    (tmp_path / "a.jsonl").write_bytes(gzip.compress(text.encode()))
    assert survey([tmp_path / "a.jsonl", written(tmp_path / "b.gz", text)], readers()).lists == 2
