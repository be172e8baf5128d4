"""One platform, once: run its plan, keep the body, read it, judge it. Every failure ends as a verdict, none as an exception."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

import msgspec

from hotledger.collect.case import NO_SIBLINGS, Siblings
from hotledger.collect.judge import judge, judge_failure
from hotledger.collect.measures import Body
from hotledger.collect.shape import paths_of
from hotledger.errors import BadStatus, HotledgerError, ReadError, RequestTimeout
from hotledger.ledger.batch import Past
from hotledger.model import Item, Judgement, KeptBody, Listing, Plan, Reader, Reading, Request, Response, Verdict

NOTHING = Listing.of(())


class Session(Protocol):
    """What a reading needs of `fetch`: requests of one platform, with their own cookie jar."""

    attempts: int

    @property
    def fetching_seconds(self) -> float: ...

    async def send(self, request: Request) -> Response: ...

    async def send_all(self, requests: list[Request]) -> list[Response]: ...


class Keep(Protocol):
    """Keeps a raw body, and returns its SHA-256 in hex."""

    async def __call__(self, body: Response, *, failed: bool) -> str: ...


class Found(NamedTuple):
    """What one plan came to: a list or a failure, the response as far as there was one, and what the judge knows from now on."""

    judgement: Judgement
    listing: Listing
    response: Response | None
    error: HotledgerError | None
    failed_ways: tuple[str, ...] = ()
    others: tuple[Response, ...] = ()
    baseline: Mapping[str, Any] | None = None


class Known(NamedTuple):
    """What the judge is told beside the list: the platform's past, and the last lists of the other platforms of the batch."""

    past: Past
    siblings: Siblings = NO_SIBLINGS


async def read(reader: Reader, session: Session, known: Known, *, keep: Keep, now: Callable[[], datetime], limit_seconds: float) -> Reading:
    """Read one platform by its plans, in their order, until one gives a list."""
    started_at = now()
    found = await _within_limit(reader, session, known, limit_seconds)
    kept = found.judgement.verdict.keeps_list
    body = found.response
    ended_at = now()
    duration_ms = round((ended_at - started_at).total_seconds() * 1000)
    return Reading(
        platform=reader.facts.id,
        verdict=found.judgement.verdict,
        evidence=found.judgement.evidence,
        started_at=started_at,
        collected_at=body.received_at if body else ended_at,
        duration_ms=duration_ms,
        waited_ms=max(0, duration_ms - round(session.fetching_seconds * 1000)),
        items=found.listing.ranked if kept else (),
        pinned=found.listing.pinned,
        ads=len(found.listing.ads),
        attempts=session.attempts,
        endpoint=endpoint_of(body.url) if body else None,
        http_status=body.status if body else None,
        bytes=len(body.content) if body else None,
        body_hash=await keep(body, failed=not kept) if body and body.content else None,
        parser_version=reader.version,
        error_code=found.error.code if found.error else None,
        error_message=str(found.error) if found.error else None,
        failed_ways=found.failed_ways,
        other_bodies=tuple([await _kept(other, keep) for other in found.others]),
        baseline=found.baseline,
    )


async def _within_limit(reader: Reader, session: Session, known: Known, limit_seconds: float) -> Found:
    try:
        async with asyncio.timeout(limit_seconds):
            return await _by_plans(reader, session, known)
    except TimeoutError:
        error = RequestTimeout(f"{reader.facts.id} did not end within the {limit_seconds:g} s that one platform may take")
        return Found(Judgement(Verdict.TIMEOUT, str(error)), NOTHING, None, error)


async def _by_plans(reader: Reader, session: Session, known: Known) -> Found:
    tried: list[Found] = []
    for plan in reader.plans:
        found = await _by_plan(reader, plan, session, known)
        if found.judgement.verdict.keeps_list:
            return found._replace(failed_ways=tuple(_way(each) for each in tried))
        tried.append(found)
    first = tried[0]
    said = dict.fromkeys(found.judgement for found in tried)  # ways that failed in the same words are told once
    others = "".join(f"; then {verdict}: {evidence.rstrip('.')}" for verdict, evidence in list(said)[1:])
    judgement = Judgement(first.judgement.verdict, first.judgement.evidence.rstrip(".") + others)
    return first._replace(judgement=judgement, others=tuple(each.response for each in tried[1:] if each.response and each.response.content))


async def _kept(other: Response, keep: Keep) -> KeptBody:
    return KeptBody(body_hash=await keep(other, failed=True), endpoint=endpoint_of(other.url), http_status=other.status)


def _way(tried: Found) -> str:
    """What came of a way that was tried in vain."""
    at = endpoint_of(tried.response.url) if tried.response else "no answer"
    return f"{at}: {tried.judgement.verdict}, {tried.judgement.evidence}"


async def _by_plan(reader: Reader, plan: Plan, session: Session, known: Known) -> Found:
    try:
        response = await _run(plan, session)
    except BadStatus as error:
        return Found(judge_failure(error), NOTHING, error.response, error)
    except HotledgerError as error:
        return Found(judge_failure(error), NOTHING, None, error)
    except Exception as error:
        return _fault(reader, None, error)
    return listed(reader, response, known)


def listed(reader: Reader, response: Response, known: Known) -> Found:
    """Read and judge one body, at the moment at which it was received."""
    try:
        listing = Listing.of(_checked(reader.parse(response)))
    except HotledgerError as error:
        return Found(judge_failure(error), NOTHING, response, error)
    except Exception as error:
        return _fault(reader, response, error)
    body = Body(endpoint_of(response.url), response.headers, paths_of(response))
    ruling = judge(reader.facts, listing, known.past, response.received_at, body, known.siblings)
    return Found(ruling.judgement, listing, response, None, baseline=ruling.baseline)


def _checked(items: list[Item]) -> list[Item]:
    """The items of a parser, once each is of the promised types: else the ledger would refuse them, and the batch with them."""
    for item in items:
        msgspec.convert(msgspec.to_builtins(item), Item)
    return items


def _fault(reader: Reader, response: Response | None, error: Exception) -> Found:
    # The boundary of one reading: a fault of a platform's module must not hurt the others.
    fault = ReadError(f"the module of {reader.facts.id} failed: {type(error).__name__}: {error}")
    return Found(Judgement(Verdict.BROKEN, str(fault)), NOTHING, response, fault)


async def _run(plan: Plan, session: Session) -> Response:
    steps = plan()
    answer: Any = None
    while True:
        try:
            wanted = steps.send(answer)
        except StopIteration as end:
            response: Response = end.value
            return response
        answer = await (session.send_all(wanted) if isinstance(wanted, list) else session.send(wanted))


def endpoint_of(url: str) -> str:
    """An address as the ledger keeps it: without its query, where tokens may be."""
    parts = urlsplit(url)
    return f"{parts.hostname}{parts.path}"
