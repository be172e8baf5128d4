"""The judge: every verdict, and the sentence that says why."""

from __future__ import annotations

import pytest
from tests.collect.sites import response
from tests.made import NOON

from hotledger import errors
from hotledger.collect.judge import judge, judge_failure
from hotledger.errors import BadStatus, FetchError, HotledgerError
from hotledger.ledger.batch import Past
from hotledger.model import Item, Kind, Listing, Platform, Verdict

FACTS = Platform(id="example", title="Example", home="https://example.com", expect=range(30, 51))
QUIET = Platform(id="quiet", title="Quiet", home="https://example.com", expect=range(30, 51), may_be_empty=True)


def rows(ranked: int, pinned: int = 0, ads: int = 0) -> Listing:
    kinds = [Kind.RANKED] * ranked + [Kind.PINNED] * pinned + [Kind.AD] * ads
    return Listing.of(Item(title=str(number), kind=kind) for number, kind in enumerate(kinds))


@pytest.mark.parametrize(
    ("facts", "listing", "recent", "verdict", "said"),
    [
        (FACTS, rows(50), (), Verdict.OK, "50 items"),
        (FACTS, rows(30), (), Verdict.OK, "30 items"),
        (FACTS, rows(200), (50,) * 9, Verdict.OK, "200 items"),
        (FACTS, rows(29), (), Verdict.SHORT, "29 items where 30 to 50 are usual; there are no earlier readings"),
        (FACTS, rows(1), (), Verdict.SHORT, "1 items where 30 to 50 are usual"),
        (FACTS, rows(29), (20,) * 4, Verdict.SHORT, "the last 4 lists had 20"),
        (FACTS, rows(20), (20,) * 5, Verdict.OK, "20 items"),
        (FACTS, rows(14), (20, 20, 10, 30, 20), Verdict.OK, "14 items"),
        (FACTS, rows(13), (20, 20, 10, 30, 20), Verdict.SHORT, "10 to 30, 20 in the middle"),
        (FACTS, rows(0), (), Verdict.EMPTY, "the list has no ranked item"),
        (FACTS, rows(0, pinned=2, ads=3), (), Verdict.EMPTY, "2 pinned and 3 paid rows"),
        (QUIET, rows(0), (), Verdict.OK, "normal for this platform"),
        (QUIET, rows(0, ads=3), (50,) * 9, Verdict.OK, "normal for this platform"),
        (FACTS, rows(29, pinned=5, ads=5), (), Verdict.SHORT, "29 items"),
    ],
)
def test_a_list_is_judged_by_its_ranked_rows(
    facts: Platform, listing: Listing, recent: tuple[int, ...], verdict: Verdict, said: str
) -> None:
    """Short of what is usual, by the platform's facts or by its own past, is a warning; nothing at all is a failure, unless declared."""
    judgement = judge(facts, listing, Past(recent_items=recent), NOON)
    assert judgement.verdict is verdict
    assert said in judgement.evidence


VERDICTS = {
    errors.NameNotResolved: Verdict.UNREACHABLE,
    errors.ConnectFailed: Verdict.UNREACHABLE,
    errors.TlsFailed: Verdict.UNREACHABLE,
    errors.ProxyFailed: Verdict.UNREACHABLE,
    errors.ConnectionLost: Verdict.UNREACHABLE,
    errors.RequestTimeout: Verdict.TIMEOUT,
    errors.TooLarge: Verdict.BROKEN,
    errors.BadEncoding: Verdict.BROKEN,
    errors.BadRedirect: Verdict.BROKEN,
    errors.BodyBroken: Verdict.BROKEN,
    errors.BodyBlocked: Verdict.BLOCKED,
    errors.BodyEmpty: Verdict.EMPTY,
}


@pytest.mark.parametrize("kind", VERDICTS)
def test_each_failure_has_its_verdict(kind: type[HotledgerError]) -> None:
    """The class of the error decides, and its sentence is the evidence."""
    assert judge_failure(kind("what happened")) == (VERDICTS[kind], "what happened")


def test_no_failure_is_forgotten() -> None:
    """Every error of fetching and reading that exists is in the table above, or has tests of its own."""

    def leaves(kind: type[HotledgerError]) -> set[type[HotledgerError]]:
        below = kind.__subclasses__()
        return set().union(*(leaves(each) for each in below)) if below else {kind}

    assert leaves(FetchError) | leaves(errors.ReadError) == VERDICTS.keys() | {BadStatus}


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (403, b"", Verdict.REFUSED),
        (404, b"<h1>Not found</h1>", Verdict.REFUSED),
        (418, b"teapot", Verdict.REFUSED),
        (429, b"slow down", Verdict.REFUSED),
        (500, b"oops", Verdict.UNREACHABLE),
        (503, b"", Verdict.UNREACHABLE),
        (403, "<title>百度安全验证</title>".encode(), Verdict.BLOCKED),
        (503, b"<title>Just a moment...</title>", Verdict.BLOCKED),
        (200, b"<title>Sina Visitor System</title>", Verdict.BLOCKED),
    ],
)
def test_a_status_is_judged_with_its_body(status: int, body: bytes, verdict: Verdict) -> None:
    """A challenge page is a block whatever its status; else the site refuses, or it is down."""
    judgement = judge_failure(BadStatus(f"HTTP {status}", response(body, status=status)))
    assert judgement.verdict is verdict
    assert f"HTTP {status}" in judgement.evidence
