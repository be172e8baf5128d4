"""How long the requests of a reading were under way."""

from __future__ import annotations

from hotledger.fetch.underway import Underway


async def test_requests_that_overlap_count_once() -> None:
    """Two requests at once take their time together, and what lies between requests is not counted."""
    moment = 0.0
    underway = Underway(lambda: moment)
    async with underway.one():
        moment = 2.0
        async with underway.one():
            moment = 3.0
        moment = 5.0
    moment = 60.0
    async with underway.one():
        moment = 61.0
    assert underway.seconds == 6.0


async def test_a_request_that_fails_counts() -> None:
    """Time was spent on it, whatever came of it."""
    moment = 0.0
    underway = Underway(lambda: moment)
    try:
        async with underway.one():
            moment = 4.0
            raise TimeoutError
    except TimeoutError:
        pass
    assert underway.seconds == 4.0
