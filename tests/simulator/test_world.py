"""The world: lists that follow from a seed and an instant, and that live."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from hotledger.simulator.titles import titles
from hotledger.simulator.world import BOARDS, World

AT = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
boards = pytest.mark.parametrize("board", BOARDS)


@boards
def test_same_seed_same_lists(board: str) -> None:
    """Two worlds of one seed give the same list at one instant."""
    assert World(7).topics(board, AT) == World(7).topics(board, AT)


@boards
def test_other_seed_other_lists(board: str) -> None:
    """Another seed gives another list."""
    assert World(7).listing(board, AT) != World(8).listing(board, AT)


@boards
@pytest.mark.parametrize("days", range(5))
def test_lists_are_whole(board: str, days: int) -> None:
    """Every list is of full length, falls from the hottest down, and shows no title twice."""
    rows = World().listing(board, AT + days * 31 * HOUR)
    assert len(rows) == BOARDS[board].size
    assert [heat for _, heat in rows] == sorted((heat for _, heat in rows), reverse=True)
    assert len({title for title, _ in rows}) == len(rows)
    assert all(title.strip() == title and heat > 0 for title, heat in rows)


@boards
def test_lists_turn_over(board: str) -> None:
    """Within three hours titles enter and leave, while most of a list stays."""
    before, after = (set(dict(World().listing(board, at))) for at in (AT, AT + 3 * HOUR))
    assert before - after
    assert after - before
    if BOARDS[board].born_per_hour < 10:
        assert before & after


@boards
def test_a_topic_climbs_and_fades(board: str) -> None:
    """A topic starts low, is higher in its youth, and is gone in the end."""
    facts = BOARDS[board]
    young = max(World().topics(board, AT, 500), key=lambda topic: topic.born_at)
    life = timedelta(hours=facts.size * facts.spare / facts.born_per_hour)
    first, top, late = (World().topic(board, young.number, young.born_at + life * share) for share in (0.01, 0.3, 0.9))
    assert first
    assert top
    assert late
    assert first.heat < top.heat > late.heat
    assert World().topic(board, young.number, young.born_at + life * 1.01) is None


@boards
def test_some_hundred_titles(board: str) -> None:
    """Each board draws from many hundred distinct titles."""
    assert len(set(titles(board, 1))) == len(titles(board, 1)) > 1000


def test_toutiao_heat_follows_rank() -> None:
    """Toutiao's heat is a function of the rank: each row has e^-0.1 of the one above."""
    heats = [heat for _, heat in World().listing("toutiao", AT)]
    assert all(lower / upper == pytest.approx(0.904837, rel=1e-4) for upper, lower in pairwise(heats))
