"""Made-up platforms and a fetcher that answers from memory, to be passed to the collector in place of the real ones."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from typing import Any

from tests.made import NOON

from hotledger.model import Item, Plan, Platform, Reader, Request, Response

Answer = bytes | BaseException | Response


class Fetcher:
    """Answers each address with a body, or raises. An address without an answer hangs until it is cancelled."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str]] = []
        self.hanging = asyncio.Event()

    def session(self, platform: str) -> Session:
        return Session(self, platform)


class Session:
    """The requests of one platform."""

    def __init__(self, fetcher: Fetcher, platform: str) -> None:
        self.attempts = 0
        self.fetching_seconds = 0.0
        self._fetcher = fetcher
        self._platform = platform

    async def send(self, request: Request) -> Response:
        self.attempts += 1
        self._fetcher.asked.append((self._platform, request.url))
        if request.url not in self._fetcher.answers:
            self._fetcher.hanging.set()
            await asyncio.Event().wait()
        answer = self._fetcher.answers[request.url]
        if isinstance(answer, BaseException):
            raise answer
        return answer if isinstance(answer, Response) else response(answer, url=request.url)

    async def send_all(self, requests: list[Request]) -> list[Response]:
        return [await self.send(request) for request in requests]


class Bodies:
    """Keeps bodies in memory, with whether they failed."""

    def __init__(self) -> None:
        self.kept: list[tuple[bytes, bool]] = []

    async def __call__(self, body: Response, *, failed: bool) -> str:
        self.kept.append((body.content, failed))
        return hashlib.sha256(body.content).hexdigest()


class Clock:
    """A clock that goes on by a second each time it is read."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def response(content: bytes = b"", *, url: str = "https://site.example/hot?token=1", status: int = 200) -> Response:
    return Response(url=url, status=status, content=content, received_at=NOON, headers={"content-type": "text/html; charset=utf-8"})


def lines(answer: Response) -> list[Item]:
    """A parser: one title a line."""
    return [Item(title=title) for title in answer.content.decode().splitlines()]


def address(platform: str, way: int = 0) -> str:
    return f"https://{platform}.example/way{way}?secret=1"


def site(
    name: str, *, parse: Callable[[Response], list[Item]] = lines, ways: int = 1, plans: tuple[Plan, ...] = (), **facts: Any
) -> Reader:
    """A platform whose list is one title a line, with as many ways to get it as wanted."""

    def way(number: int) -> Plan:
        def plan() -> Generator[Request | list[Request], Any, Response]:
            answer: Response = yield Request(url=address(name, number))
            return answer

        return plan

    usual: dict[str, Any] = {"title": name, "home": f"https://{name}.example", "expect": range(1, 51)}
    return Reader(Platform(id=name, **usual | facts), plans or tuple(way(number) for number in range(ways)), parse, "v1")
