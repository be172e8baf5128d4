"""The judge with a past: what each list is held against, what is learned of it, and what is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.collect.lives import FACTS, Life, lived, moving
from tests.made import NOON

from hotledger.collect.baseline import Baseline, dump, load
from hotledger.collect.judge import ADOPTED_AFTER, Ruling, judge
from hotledger.collect.measures import Body, measured
from hotledger.collect.retrospect import stranger
from hotledger.ledger.batch import Past
from hotledger.model import Item, Listing, Verdict


def verdicts(rulings: list[Ruling]) -> list[str]:
    return [ruling.verdict.value for ruling in rulings]


def shortened(hour: int, rows: int = 20) -> list[Item]:
    return moving(hour)[:rows]


def rescaled(hour: int, by: float = 10_000) -> list[Item]:
    return moving(hour, heat=100_000 * by)


def foreign(hour: int) -> list[Item]:
    return moving(hour, board="another board")


def still(hour: int) -> list[Item]:
    return moving(7)


def bare(hour: int) -> list[Item]:
    return [Item(title=f"board {number}") for number in range(3 * hour, 3 * hour + 50)]


TROUBLES = [(shortened, Verdict.SHORT), (rescaled, Verdict.DRIFTED), (foreign, Verdict.WRONG_LIST), (bare, Verdict.DRIFTED)]


@pytest.mark.parametrize(("trouble", "verdict"), TROUBLES)
def test_trouble_is_told_at_once_and_teaches_nothing(trouble: Callable[[int], list[Item]], verdict: Verdict) -> None:
    """The first odd list is warned of, the next one too; and the first good one after them is good."""
    life = lived()
    assert verdicts([life.next(trouble), life.next(trouble)]) == [verdict, verdict]
    assert verdicts([life.next(), life.next()]) == ["ok", "ok"]


@pytest.mark.parametrize(("trouble", "verdict"), TROUBLES)
def test_a_change_that_stays_is_adopted(trouble: Callable[[int], list[Item]], verdict: Verdict) -> None:
    """After six consistent readings it is the new normal, which the evidence says once; no alarm follows, whether it stays or goes."""
    life = lived()
    rulings = life.pass_hours(9, trouble)
    assert verdicts(rulings) == [verdict] * 5 + ["ok"] * 4
    assert "adopted as the new normal after 6 readings in a row" in rulings[5].evidence
    assert all("adopted" not in ruling.evidence for ruling in rulings[6:])
    assert set(ADOPTED_AFTER.values()) == {6}


def test_a_list_that_grew_shorter_for_good_is_short_for_a_while() -> None:
    """From fifty rows to thirty, daily and unknown to any module: reported five times, then adopted, and fifteen is short of that."""
    life = Life(stranger("example"))
    for day in range(60):
        assert life.see(moving(40 * day), hours=24).verdict is Verdict.OK
    rulings = [life.see(moving(40 * day, 30), hours=24) for day in range(60, 80)]
    assert verdicts(rulings) == ["short"] * 5 + ["ok"] * 15
    assert "30 items, where 30 good readings of 30 days had 50 to 50" in rulings[0].evidence
    assert life.see(moving(9_000, 15), hours=24).verdict is Verdict.SHORT


def test_one_poor_day_is_told_apart_in_the_evidence() -> None:
    """A list is held against all days but the poorest, and the sentence says so."""
    life = Life(stranger("example"))
    for day in range(40):
        life.see(moving(40 * day, 46 if day == 20 else 50), hours=24)
    assert life.see(moving(9_000, 30), hours=24).evidence.startswith(
        "30 items, where 30 good readings of 30 days had 50 to 50, and 46 once"
    )


def test_troubles_that_differ_are_not_adopted() -> None:
    """A list that is short in another way each time is broken, not changed."""
    life = lived()
    assert verdicts([life.next(partial(shortened, rows=rows)) for rows in (3, 30, 2, 31, 4, 29, 3, 30)]) == ["short"] * 8


def test_what_the_facts_call_usual_is_short_far_below_what_always_was() -> None:
    """From fifty rows to thirty, as Zhihu in July 2024, though its facts know both: told five times, then adopted; forty are no news."""
    life = lived(facts=msgspec.structs.replace(FACTS, expect=range(20, 51)))
    assert verdicts([life.next(partial(shortened, rows=40)) for _ in range(3)]) == ["ok"] * 3
    life = lived(facts=msgspec.structs.replace(FACTS, expect=range(20, 51)))
    assert verdicts([life.next(partial(shortened, rows=30)) for _ in range(9)]) == ["short"] * 5 + ["ok"] * 4


def test_what_the_facts_call_usual_is_not_short_where_it_floats() -> None:
    """Eleven rows where twelve to twenty-five came; one row where seven to ten came, as by the nature of small lists."""
    floating = lived(facts=msgspec.structs.replace(FACTS, expect=range(8, 26)), make=lambda hour: moving(hour, 12 + hour * 7 % 14))
    assert floating.next(partial(moving, rows=11)).verdict is Verdict.OK
    small = lived(facts=msgspec.structs.replace(FACTS, expect=range(1, 11)), make=lambda hour: moving(hour, 7 + hour % 4))
    assert small.next(partial(moving, rows=1)).verdict is Verdict.OK


def test_small_lists_float() -> None:
    """Five rows where six to ten are usual are no news; one is."""

    def floating(hour: int, rows: int | None = None) -> list[Item]:
        return moving(hour, 6 + hour % 5 if rows is None else rows)

    life = lived(facts=stranger("small"), make=floating)
    assert life.next(partial(floating, rows=4)).verdict is Verdict.OK
    assert life.next(partial(floating, rows=1)).verdict is Verdict.SHORT


def test_the_first_repeat_of_a_list_that_always_moves_is_frozen() -> None:
    """After a learned day; however long it lasts it is never adopted, and is forgotten when it moves again."""
    life = lived(26)
    frozen = [life.see(moving(life.hour)) for _ in range(30)]
    assert verdicts(frozen) == ["frozen"] * 30
    assert "has not changed for 1.0 h; in 26 good readings of 2 days at least 50 rows were new each time" in frozen[0].evidence
    assert life.next().verdict is Verdict.OK


def test_two_readings_within_a_minute_may_be_the_same() -> None:
    """A list that is read again at once has had no time to move."""
    life = lived(26)
    assert life.see(moving(life.hour), hours=0.01).verdict is Verdict.OK


def resting(hour: int, rest: int = 5) -> list[Item]:
    return moving(hour // rest * rest)


def test_a_list_may_rest_as_long_as_it_always_does() -> None:
    """Half as long again as its own longest rest; an outage of days teaches little."""
    life = lived(24 * 20, facts=stranger("resting"), make=resting)
    last = moving(life.hour // 5 * 5)
    assert "frozen" in verdicts([life.see(last) for _ in range(10)])
    outage = [life.see(last) for _ in range(24 * 20)]
    assert verdicts(outage) == ["frozen"] * len(outage)
    life.hour += 5
    assert life.next(resting).verdict is Verdict.OK
    last = moving(life.hour // 5 * 5)
    assert "frozen" in verdicts([life.see(last) for _ in range(14)])


def test_rests_that_come_again_and_again_are_natural() -> None:
    """A list that always moved, and now stands still for a while each day, is warned of at first only."""
    life = lived()
    warned = []
    for _ in range(12):
        life.pass_hours(20)
        warned.append("frozen" in verdicts([life.see(moving(life.hour)) for _ in range(3)]))
    assert warned[0]
    assert not any(warned[6:])


def test_a_list_that_stands_still_is_told_by_the_facts_at_first() -> None:
    """`rest_hours` counts while nothing is known of its rests."""
    life = Life(msgspec.structs.replace(FACTS, rest_hours=3))
    assert verdicts([life.see(still(0)) for _ in range(6)]) == ["ok"] * 4 + ["frozen"] * 2


def published(hour: int, hours_old: float) -> list[Item]:
    at = NOON + timedelta(hours=hour - hours_old)
    return [msgspec.structs.replace(item, published_at=at - timedelta(minutes=number)) for number, item in enumerate(moving(hour))]


def test_rows_that_are_all_old_are_stale() -> None:
    """By `fresh_hours` of the facts, until newer and newer rows that old have come six times."""
    life = lived(30, msgspec.structs.replace(FACTS, fresh_hours=12), partial(published, hours_old=2))
    ruling = life.next(partial(published, hours_old=13))
    assert (ruling.verdict, ruling.evidence) == (Verdict.STALE, "the newest row is 13.0 h old, where 12.0 h is the most that is usual")
    assert verdicts(life.pass_hours(8, partial(published, hours_old=13))) == ["stale"] * 4 + ["ok"] * 4


def test_freshness_is_learned_where_the_facts_say_nothing() -> None:
    """A list whose newest row was never older than two hours may have none of a week ago."""
    life = lived(make=partial(published, hours_old=2))
    assert life.next(partial(published, hours_old=20)).verdict is Verdict.OK
    assert life.next(partial(published, hours_old=24 * 7)).verdict is Verdict.STALE


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ({"age": "3600"}, "ok"),
        ({"age": "200000"}, "stale"),
        ({"date": "Sun, 01 Mar 2026 12:00:00 GMT"}, "stale"),
        ({"date": "Wed, 04 Mar 2026 12:59:00 GMT"}, "ok"),
        ({"age": "soon", "date": "long ago"}, "ok"),
        ({"age": "9" * 40, "date": "Sun, 99 Mar 99999 12:00:00 GMT"}, "ok"),
    ],
)
def test_an_answer_that_a_cache_kept_too_long_is_stale(headers: dict[str, str], verdict: str) -> None:
    """By its `Age` or `Date`; what can't be read says nothing."""
    assert Life().see(moving(0), body=Body(headers=headers)).verdict == verdict


def test_another_platforms_list_is_never_adopted() -> None:
    """While it is the list of another platform of the batch, which the evidence names; but by nature two platforms may share titles."""
    life = lived()

    def of_another(hour: int) -> Any:
        return {"siblings": {"total": frozenset(measured(Listing.of(foreign(hour))).titles)}}

    rulings = []
    for _ in range(20):
        life.hour += 1
        rulings.append(life.see(foreign(life.hour), **of_another(life.hour)))
    assert verdicts(rulings) == ["wrong_list"] * 20
    assert "50 of 50 titles stand on the list of total, 0 on the last good one" in rulings[0].evidence
    assert life.next().verdict is Verdict.OK
    kindred = Life()
    assert verdicts([kindred.see(foreign(hour), **of_another(hour)) for hour in range(0, 3_000, 100)]) == ["ok"] * 30


def test_daily_lists_may_share_a_part_of_their_titles() -> None:
    """Where no title is left from the day before, half of another platform's list is no proof, but the whole of it is."""
    life = Life(stranger("daily"))
    for day in range(30):
        life.see(moving(100 * day), hours=24)
    other = {"total": frozenset(measured(Listing.of(moving(5_000))).titles)}
    assert life.see([*moving(5_000)[:25], *moving(6_000)[:25]], hours=24, siblings=other).verdict is Verdict.OK
    assert (
        life.see(moving(5_000), hours=24, siblings={"total": frozenset(measured(Listing.of(moving(5_001))).titles)}).verdict is Verdict.OK
    )
    assert life.see(moving(7_000), hours=24).verdict is Verdict.OK
    assert life.see(moving(5_000), hours=24, siblings=other).verdict is Verdict.WRONG_LIST


def test_after_a_long_gap_all_titles_may_be_new() -> None:
    """And on daily lists they always may."""
    life = lived()
    life.hour += 60
    assert life.next(hours=60).verdict is Verdict.OK
    daily = Life(stranger("daily"))
    assert {daily.see(moving(100 * day), hours=24).verdict for day in range(60)} == {Verdict.OK}


def test_lists_that_are_replaced_whole_by_nature_are_no_wrong_lists() -> None:
    """Read each hour, new each morning."""
    life = Life(stranger("morning"))
    assert "wrong_list" not in verdicts(life.pass_hours(24 * 14, lambda hour: moving(hour // 24 * 24)))


def test_another_length_and_other_heats_without_a_known_title_are_another_list() -> None:
    """Each alone would keep the list."""
    life = Life(stranger("daily"))
    for day in range(30):
        life.see(moving(100 * day), hours=24)
    ruling = life.see(moving(4_000, 10, heat=1), hours=24)
    assert ruling.verdict is Verdict.WRONG_LIST
    assert ruling.evidence.startswith("no title of the last good list is left; 10 items")


def test_heats_from_ranks_are_not_judged() -> None:
    """They say nothing of the scale."""
    life = lived(facts=msgspec.structs.replace(FACTS, heat_from_rank=True))
    assert life.next(rescaled).verdict is Verdict.OK


def test_a_small_move_of_all_heats_is_told_where_they_never_move() -> None:
    """From 240,000 to twice that overnight is inside nothing that was seen; and what was adopted may go back."""
    life = lived()
    ruling = life.next(partial(rescaled, by=2.4))
    assert ruling.verdict is Verdict.DRIFTED
    assert ruling.evidence.startswith("the heat in the middle is 4")
    life.pass_hours(20, partial(rescaled, by=2.4))
    assert verdicts(life.pass_hours(5)) == ["ok"] * 5


def test_fields_that_are_gone_are_named() -> None:
    """With how many rows had them, and have them."""
    life = lived(30, make=lambda hour: moving(hour, url="https://example.com/1", extras={"label": "hot"}))
    ruling = life.next()
    assert ruling.verdict is Verdict.DRIFTED
    assert ruling.evidence == "fields that the rows always had are gone: extras.label 100 % before, 0 % now, url 100 % before, 0 % now"


def test_fields_that_come_and_go_are_not_missed() -> None:
    """Only what was always there is."""
    life = lived(30, make=lambda hour: moving(hour, heat_text="hot" if hour % 3 else None))
    assert life.next(moving).verdict is Verdict.OK


def test_keys_that_were_always_in_the_body_are_missed() -> None:
    """A quarter of them, at the same endpoint, after ten bodies; those that were only in some are not."""
    body = Body("example.com/hot", paths=frozenset(range(40)))
    life = lived(30, body=body)
    assert life.next(body=body._replace(paths=frozenset(range(5, 60)))).verdict is Verdict.OK
    assert life.next(body=body._replace(endpoint="example.com/other", paths=frozenset(range(100, 140)))).verdict is Verdict.OK
    life = lived(30, body=body)
    ruling = life.next(body=body._replace(paths=frozenset(range(20, 60))))
    assert ruling.evidence == "20 of the 40 keys that were in every body are gone, and 20 others are there"


def test_an_older_reading_is_judged_and_teaches_nothing() -> None:
    """A list that comes late is held against what is known, but not for its order; so is a second one of the same moment."""
    life = lived()
    for at in (life.at, life.at - timedelta(minutes=30), life.at - timedelta(days=400)):
        assert life.judged(moving(0), at) == Ruling(Verdict.OK, "50 items", None)
        assert life.judged(foreign(0), at).verdict is Verdict.OK
        assert life.judged(moving(0, 10), at)[::2] == (Verdict.SHORT, None)


def test_without_a_past_the_facts_decide_and_nothing_is_left() -> None:
    """The database was away: nobody knows what is known."""
    life = lived()
    past = Past(baseline=life.baseline, known=False)
    assert judge(FACTS, Listing.of(foreign(0)), past, life.at + timedelta(hours=1)) == Ruling(Verdict.OK, "50 items", None)
    assert judge(FACTS, Listing.of(moving(0, 10)), past, life.at)[::2] == (Verdict.SHORT, None)


def test_an_empty_list_leaves_the_past_as_it_is() -> None:
    """It is a failure, and teaches nothing; the next list is judged by what was known."""
    life = lived()
    assert life.see([])[::2] == (Verdict.EMPTY, None)
    assert life.next(foreign).verdict is Verdict.WRONG_LIST


def damaged(baseline: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(baseline))
    place: Any = copy
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return copy


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), 2),
        (("at",), "soon"),
        (("at",), -1),
        (("days", 0), [1]),
        (("days", 0, 2), 10**30),
        (("good", 1), "AAA"),
        (("good", 1), "ä"),
        (("good", 2), "AAAA"),
        (("good",), None),
        (("gaps",), [0] * 9),
        (("days",), []),
        (("shape",), [1, 20, "AAAA"]),
        (("pending",), [{"heat": 5}, 0, 0, 0, [0, "", "", ""]]),
    ],
)
def test_a_damaged_baseline_never_breaks_a_reading(path: tuple[Any, ...], value: Any) -> None:
    """One of another version, or one that can't be, is as none; one that merely lacks something is used as far as it goes."""
    life = lived(30)
    assert life.baseline is not None
    life.baseline = damaged(life.baseline, path, value)
    assert life.next(body=Body(paths=frozenset({1}))).verdict is Verdict.OK


def test_a_baseline_stays_small() -> None:
    """Under six thousand characters, for two lists of a hundred rows and thirty days."""
    life = lived(24 * 32, make=lambda hour: moving(hour, 100, url="https://example.com"), body=Body(paths=frozenset(range(150))))
    life.next(lambda hour: moving(hour, 100, heat=1e9))
    assert life.baseline is not None
    assert len(json.dumps(life.baseline, separators=(",", ":"))) < 6_000
    known = load(life.baseline)
    assert isinstance(known, Baseline)
    assert json.loads(json.dumps(dump(known))) == life.baseline


HEATS = st.one_of(st.none(), st.integers(-10, 10**12), st.integers(), st.floats())
ITEMS = st.builds(
    Item,
    title=st.text(max_size=5),
    id=st.none() | st.text(max_size=3),
    heat=HEATS,
    published_at=st.none() | st.datetimes(timezones=st.just(UTC)) | st.datetimes(),
    extras=st.dictionaries(st.text(max_size=60), st.integers(), max_size=3),
)
PATHS = st.none() | st.frozensets(st.integers(0, 2**32 - 1), max_size=9)
READINGS = st.tuples(
    st.lists(ITEMS, max_size=12), st.integers(-(10**6), 10**6), st.none() | st.frozensets(st.integers(0, 2**32 - 1), max_size=9)
)


@settings(deadline=None)
@given(
    st.lists(READINGS, max_size=12),
    st.sampled_from([FACTS, stranger("example")]),
    st.dictionaries(st.sampled_from(["age", "date"]), st.text(max_size=99)),
)
def test_judging_is_pure(readings: list[tuple[list[Item], int, frozenset[int] | None]], facts: Any, headers: dict[str, str]) -> None:
    """Whatever the lists, their times and headers: no exception, one line of evidence, the same each time, and a past to be kept."""
    past, at = Past(), NOON
    for items, seconds, paths in readings:
        at = datetime.fromtimestamp(min(max(at.timestamp() + seconds, 0), 10**10), UTC)
        listing, body = Listing.of(items), Body("example.com", headers, paths)
        ruling = judge(facts, listing, past, at, body)
        assert ruling == judge(facts, listing, past, at, body)
        assert 0 < len(ruling.evidence) <= 300
        assert ruling.evidence.isprintable()
        if ruling.baseline is not None:
            past = Past(baseline=json.loads(msgspec.json.encode(ruling.baseline)))
            assert load(past.baseline) is not None
