"""Old and new in, verdict and evidence out. Pure."""

from __future__ import annotations

from statistics import median

from hotledger.body import refuse_block_page, text
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

_RECENT_ENOUGH = 5
_SHARE_OF_USUAL = 0.7


def judge(facts: Platform, listing: Listing, past: Past) -> Judgement:
    """The verdict on a list that was read."""
    count = len(listing.ranked)
    if not count:
        beside = f"; {len(listing.pinned)} pinned and {len(listing.ads)} paid rows" if listing.pinned or listing.ads else ""
        if facts.may_be_empty:
            return Judgement(Verdict.OK, "no items, which is normal for this platform")
        return Judgement(Verdict.EMPTY, f"the list has no ranked item{beside}")
    usual = median(past.recent_items) if len(past.recent_items) >= _RECENT_ENOUGH else None
    if count < facts.expect.start and (usual is None or count < _SHARE_OF_USUAL * usual):
        known = _known(past.recent_items)
        return Judgement(Verdict.SHORT, f"{count} items where {facts.expect.start} to {facts.expect.stop - 1} are usual; {known}")
    return Judgement(Verdict.OK, f"{count} items")


def _known(recent: tuple[int, ...]) -> str:
    if not recent:
        return "there are no earlier readings to compare with"
    had = f"{recent[0]}" if len(set(recent)) == 1 else f"{min(recent)} to {max(recent)}, {median(recent):g} in the middle"
    return f"the last {len(recent)} good readings had {had}" if len(recent) > 1 else f"the only earlier reading had {had}"


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
