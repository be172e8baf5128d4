"""Ids that clients make."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

from hypothesis import example, given
from hypothesis import strategies as st

from hotledger.ledger.identity import uuid7, uuid7_of

INSTANTS = st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1)).map(lambda naive: naive.replace(tzinfo=UTC))  # noqa: DTZ001
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@given(INSTANTS, st.integers(min_value=0, max_value=2**80))
def test_it_is_a_uuid_of_version_seven(at: datetime, chance: int) -> None:
    """Version and variant are those of RFC 9562, whatever the random bits are."""
    made = uuid7(at, chance)
    assert (made.int >> 76) & 0xF == 7
    assert (made.int >> 62) & 0b11 == 0b10
    assert UUID(str(made)) == made


@given(INSTANTS)
@example(datetime(4148, 1, 1, 0, 0, 0, 31991, tzinfo=UTC))
def test_it_holds_the_millisecond(at: datetime) -> None:
    """The first 48 bits are the instant's milliseconds, exactly."""
    assert uuid7(at).int >> 80 == (at - EPOCH) // timedelta(milliseconds=1)


@given(INSTANTS, INSTANTS)
def test_ids_sort_by_time(one: datetime, other: datetime) -> None:
    """Of two ids whose milliseconds differ the older one is the smaller one, as text too."""
    earlier, later = sorted((one, other))
    if later - earlier >= timedelta(milliseconds=1):
        assert uuid7(earlier) < uuid7(later)
        assert str(uuid7(earlier)) < str(uuid7(later))


@given(INSTANTS, st.text(), st.text())
def test_the_id_of_a_name_is_always_the_same(at: datetime, name: str, other: str) -> None:
    """Instant and name decide it, in whatever zone the instant is written."""
    eastern = at.astimezone(timezone(timedelta(hours=-8))) if at.year > 1970 else at
    assert uuid7_of(at, name) == uuid7_of(eastern, name)
    assert (uuid7_of(at, name) == uuid7_of(at, other)) == (name == other)


def test_ids_of_one_millisecond_differ() -> None:
    """Chance tells them apart."""
    assert len({uuid7(EPOCH) for _ in range(1000)}) == 1000
