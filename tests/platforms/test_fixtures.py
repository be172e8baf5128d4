"""Every parser against the bodies kept beside their expected rows, and the rule that no platform goes without such bodies.

A case is `fixtures/<platform>/<case>.json` or `.html`, beside `<case>.expected.json`:

    {"verdict": "ok" | "blocked" | "empty" | "broken",
     "items": [{"rank", "title", "id", "url", "heat", "heat_text"}, ...],
     "pinned": [{"title", ...}, ...], "ads": N}

Items name at least these six keys; pinned rows name what matters. `published_at` (as
2026-06-04T12:00:00+00:00) and `extras` may be added to either. The bodies are made up,
in the shapes that the sites serve; the expected rows are written by hand, never by running the parser.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hotledger import body
from hotledger.errors import BodyBlocked, BodyBroken, BodyEmpty
from hotledger.model import Item, Listing
from hotledger.platforms import reader, readers

FIXTURES = Path(__file__).parent / "fixtures"
EXPECTED = ".expected.json"
ITEM_KEYS = {"rank", "title", "id", "url", "heat", "heat_text"}
NEEDED_CASES = {"usual", "blocked", "empty", "changed"}
VERDICTS = {BodyBlocked: "blocked", BodyBroken: "broken", BodyEmpty: "empty"}


def files(ending: str) -> list[Path]:
    return sorted(path for path in FIXTURES.glob("*/*") if path.name.endswith(EXPECTED) == (ending == EXPECTED))


def expected_of(case: Path) -> Path:
    return case.with_name(case.stem + EXPECTED)


def rows(items: tuple[Item, ...]) -> list[dict[str, Any]]:
    return [
        {
            "rank": rank,
            "title": item.title,
            "id": item.id,
            "url": item.url,
            "heat": item.heat,
            "heat_text": item.heat_text,
            "published_at": item.published_at.isoformat() if item.published_at else None,
            "extras": dict(item.extras),
        }
        for rank, item in enumerate(items, 1)
    ]


def outcome(case: Path) -> tuple[str, Listing]:
    """What the parser makes of a body: a verdict and the rows. No rows at all is `empty`, whether returned or raised."""
    response = body.from_file(case.read_bytes(), datetime(2026, 6, 4, 12, tzinfo=UTC))
    try:
        items = reader(case.parent.name).parse(response)
    except (BodyBlocked, BodyBroken, BodyEmpty) as error:
        return VERDICTS[type(error)], Listing.of(())
    return ("ok" if items else "empty"), Listing.of(items)


def picked(found: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The found rows, cut to the keys that the wanted ones name; rows beyond the wanted ones stay whole, to be seen."""
    keys = [*(row.keys() for row in wanted), *(row.keys() for row in found[len(wanted) :])]
    return [{key: row[key] for key in named} for row, named in zip(found, keys, strict=False)]


@pytest.mark.parametrize("case", files("body"), ids=lambda case: f"{case.parent.name}-{case.stem}")
def test_body_reads_as_expected(case: Path) -> None:
    """A body gives exactly the verdict, rows, pins and number of ads that are written beside it."""
    expected = json.loads(expected_of(case).read_text("utf-8"))
    verdict, listing = outcome(case)
    assert verdict == expected["verdict"]
    assert picked(rows(listing.ranked), expected["items"]) == expected["items"]
    assert picked(rows(listing.pinned), expected["pinned"]) == expected["pinned"]
    assert len(listing.ads) == expected["ads"]


@pytest.mark.parametrize("path", files(EXPECTED), ids=lambda path: f"{path.parent.name}-{path.name.removesuffix(EXPECTED)}")
def test_expected_file_is_complete(path: Path) -> None:
    """An expected file names all its parts, counts its ranks from 1, and lists rows exactly when its verdict is ok."""
    expected = json.loads(path.read_text("utf-8"))
    assert set(expected) == {"verdict", "items", "pinned", "ads"}
    assert expected["verdict"] in {"ok", *VERDICTS.values()}
    assert all(set(row) >= ITEM_KEYS for row in expected["items"])
    assert [row["rank"] for row in expected["items"]] == list(range(1, len(expected["items"]) + 1))
    assert bool(expected["items"]) == (expected["verdict"] == "ok")


def test_every_body_has_its_expected_file_and_the_reverse() -> None:
    """No body is without expected rows, and no expected rows are without their body."""
    assert sorted(map(expected_of, files("body"))) == files(EXPECTED)


@pytest.mark.parametrize("platform", readers())
def test_platform_has_the_needed_cases(platform: str) -> None:
    """Each platform keeps at least a usual, a blocked, an empty and a changed body."""
    assert {case.stem for case in files("body") if case.parent.name == platform} >= NEEDED_CASES


def test_every_folder_has_its_platform() -> None:
    """No folder of bodies outlives its platform."""
    assert {folder.name for folder in FIXTURES.iterdir() if folder.is_dir()} <= set(readers())
