"""The judge on a month of real lists: silent while all is well, and quick when it is not. `make bench` measures the same at length."""

from __future__ import annotations

import pytest
from bench import cadences, judge
from bench.faults import Series, judged, openings

from hotledger.model import Verdict

BESIDE = pytest.mark.skipif(not judge.available(), reason="not on this machine: the recorded lists beside this repository")
SLOWER = {("weibo", "rescaled"): 0.8, ("weibo", "swapped, within the batch"): 0.9}
TRIALS = 30


@pytest.fixture(scope="module")
def recorded() -> dict[str, Series]:
    return {each.facts.id: each for each in judge.series()}


@BESIDE
@pytest.mark.parametrize("platform", judge.PLATFORMS)
def test_real_lists_without_a_fault_open_no_incident(platform: str, recorded: dict[str, Series]) -> None:
    """In a month of hourly lists no incident, and no warning but of V2EX, which now and then really stands still for a reading."""
    course = judged(recorded[platform])
    assert not openings([decision.verdict for decision in course.decisions])
    assert course.warnings <= (15 if platform == "v2ex" else 0)


@BESIDE
@pytest.mark.parametrize("platform", judge.PLATFORMS)
def test_a_fault_in_real_lists_opens_an_incident_at_its_second_reading(platform: str, recorded: dict[str, Series]) -> None:
    """Emptied, frozen, cut, rescaled or swapped, at any time."""
    for found in judge.faults(recorded[platform], list(recorded.values()), TRIALS):
        least = SLOWER.get((platform, found.fault), 0.99)
        assert found.within(2) >= least, found


@pytest.mark.parametrize("board", cadences.BOARDS)
@pytest.mark.parametrize("cadence", [name for name in cadences.CADENCES if "5 minutes" not in name])
def test_made_lists_of_other_cadences_open_no_incident(cadence: str, board: str) -> None:
    """Daily for years or irregular, of quick and slow, long and short boards that no module knows."""
    verdicts = [decision.verdict for decision in judged(cadences.series(board, cadence)).decisions]
    assert not openings(verdicts)
    assert Verdict.WRONG_LIST not in verdicts
