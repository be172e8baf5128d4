"""Old and new in, verdict, evidence and what is known from now on out. Pure.

A list that something is wrong with is warned of, and teaches nothing. But sites do change: what has been wrong in the same way for
several readings in a row is reported as adopted, and is the new normal from then on. A list that stands still never is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from hotledger.body import refuse_block_page, text
from hotledger.collect import learning
from hotledger.collect.baseline import Baseline, dump, load, titles_of
from hotledger.collect.case import NO_SIBLINGS, Case, Finding, Siblings
from hotledger.collect.checks import frozen, short, stale
from hotledger.collect.drift import lost_fields, moved_heats, other_shape
from hotledger.collect.likeness import wrong_list
from hotledger.collect.measures import UNKNOWN_BODY, Body, Measures, measured
from hotledger.errors import (
    BadStatus,
    BodyBlocked,
    BodyEmpty,
    FetchError,
    HotledgerError,
    RequestTimeout,
)
from hotledger.ledger.batch import Past
from hotledger.model import Judgement, Listing, Platform, Verdict

ADOPTED_AFTER: Mapping[str, int] = {"short": 6, "heat": 6, "fields": 6, "shape": 6, "stale": 6, "list": 6}
_LATER = (short, moved_heats, lost_fields, other_shape)
_EVIDENCE_CHARACTERS = 300


class Ruling(NamedTuple):
    """A verdict, the sentence that says why, and the baseline for the next reading; `None` when nothing new is known."""

    verdict: Verdict
    evidence: str
    baseline: Mapping[str, Any] | None = None

    @property
    def judgement(self) -> Judgement:
        """The verdict and the sentence alone."""
        return Judgement(self.verdict, self.evidence)


class Decision(NamedTuple):
    """As `Ruling`, with the baseline as a record. Where nothing new is known it is the one that was there."""

    verdict: Verdict
    evidence: str
    known: Baseline | None


def judge(
    facts: Platform, listing: Listing, past: Past, now: datetime, body: Body = UNKNOWN_BODY, siblings: Siblings = NO_SIBLINGS
) -> Ruling:
    """The verdict on a list that was read at `now`.

    `siblings` are the last lists of other platforms (hashes of titles). When the past is not known (the database was away) the facts alone
    decide, and no baseline is left; nor is one by a reading that is older than the baseline.
    """
    before = load(past.baseline) if past.known else None
    decision = decide(facts, measured(listing, body), before, int(now.timestamp()), siblings, past.recent_items, _beside(listing))
    learned = past.known and decision.known is not None and decision.known is not before
    return Ruling(decision.verdict, decision.evidence, dump(decision.known) if learned and decision.known else None)


def last_lists(pasts: Mapping[str, Past]) -> Siblings:
    """The last good lists of all platforms of a batch, as hashes of their titles."""
    known = {name: load(past.baseline) for name, past in pasts.items()}
    return {name: titles_of(each.good) for name, each in known.items() if each and each.good}


def decide(
    facts: Platform,
    list_: Measures,
    before: Baseline | None,
    now: int,
    siblings: Siblings = NO_SIBLINGS,
    recent: tuple[int, ...] = (),
    beside: str = "",
) -> Decision:
    """The verdict on a list that was measured; the same as `judge` for those who keep baselines as records."""
    if not list_.length:
        if facts.may_be_empty:
            return Decision(Verdict.OK, "no items, which is normal for this platform", before)
        return Decision(Verdict.EMPTY, f"the list has no ranked item{beside}", before)
    case = Case(facts, list_, before or learning.blank(list_, now), siblings, now, recent)
    if before is not None and now <= before.at:
        return _out_of_order(case, before)
    return _in_order(case, _findings(case, before))


def _beside(listing: Listing) -> str:
    return f"; {len(listing.pinned)} pinned and {len(listing.ads)} paid rows" if listing.pinned or listing.ads else ""


def _findings(case: Case, before: Baseline | None) -> list[Finding]:
    """All that is wrong with the list, the gravest first."""
    moving = (wrong_list, frozen) if before else ()
    every = (*moving, stale, *_LATER)
    return [finding for check in every if (finding := check(case))]


def _out_of_order(case: Case, before: Baseline) -> Decision:
    """A reading that is older than what is known is judged by what does not depend on the order, and teaches nothing."""
    findings = [finding for check in (stale, *_LATER) if (finding := check(case))]
    verdict, evidence = _told(findings) if findings else (Verdict.OK, f"{case.list.length} items")
    return Decision(verdict, evidence, before)


def _in_order(case: Case, findings: Sequence[Finding]) -> Decision:
    findings = _gravest(case, findings)
    counts = learning.counted(case, findings)
    adopted = frozenset(cause for cause, readings in counts.items() if readings >= ADOPTED_AFTER.get(cause, readings + 1))
    left = [finding for finding in findings if finding.cause not in adopted]
    if left:
        return Decision(*_told(findings), learning.seen(case, findings, counts))
    evidence = f"{case.list.length} items"
    if adopted:
        evidence = _within(f"{evidence}; adopted as the new normal after {max(counts.values())} readings in a row: {_joined(findings)}")
    return Decision(Verdict.OK, evidence, learning.learned(case, adopted))


def _gravest(case: Case, findings: Sequence[Finding]) -> Sequence[Finding]:
    """The findings, or their sum: no title left, heats of another scale and another length together are another list."""
    causes = {finding.cause for finding in findings}
    good = case.known.good
    if not {"heat", "short"} <= causes or "list" in causes or good is None:
        return findings
    if frozenset(case.list.titles) & titles_of(good):
        return findings
    return [Finding(Verdict.WRONG_LIST, "list", f"no title of the last good list is left; {_joined(findings)}")]


def _told(findings: Sequence[Finding]) -> tuple[Verdict, str]:
    return findings[0].verdict, _within(_joined(findings))


def _joined(findings: Sequence[Finding]) -> str:
    return "; ".join(finding.evidence for finding in findings)


def _within(evidence: str) -> str:
    return evidence if len(evidence) <= _EVIDENCE_CHARACTERS else evidence[: _EVIDENCE_CHARACTERS - 1] + "…"


def judge_failure(error: HotledgerError) -> Judgement:
    """The verdict on a reading that gave no list."""
    if isinstance(error, BadStatus):
        return _judge_status(error)
    if isinstance(error, BodyBlocked):
        return Judgement(Verdict.BLOCKED, str(error))
    if isinstance(error, BodyEmpty):
        return Judgement(Verdict.EMPTY, str(error))
    if isinstance(error, RequestTimeout):
        return Judgement(Verdict.TIMEOUT, str(error))
    if isinstance(error, FetchError) and error.code in {"dns", "connect", "tls", "proxy", "connection_lost"}:
        return Judgement(Verdict.UNREACHABLE, str(error))
    return Judgement(Verdict.BROKEN, str(error))


def _judge_status(error: BadStatus) -> Judgement:
    try:
        refuse_block_page(text(error.response))
    except BodyBlocked as block:
        return Judgement(Verdict.BLOCKED, f"HTTP {error.response.status}, and {block}")
    verdict = Verdict.UNREACHABLE if error.response.status >= 500 else Verdict.REFUSED
    return Judgement(verdict, str(error))
