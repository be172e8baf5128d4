"""The simulator: one local HTTP server that plays all sites, addressed as `/https/HOST/PATH?QUERY`.

It joins the world (or the recordings), the sites' bodies, the faults and the clock; the bytes on the wire are `connection`'s.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote

from hotledger.errors import SettingsError
from hotledger.simulator import control
from hotledger.simulator.connection import Hang, Incoming, Reply, Reset, Send, serve
from hotledger.simulator.faults import ROWS_AT_MOST, Fault, Faults, Kind, bomb, spoiled
from hotledger.simulator.recordings import Recordings
from hotledger.simulator.scene import TEXT, Answer, Asked, Page, Scene, captcha
from hotledger.simulator.sites import sites
from hotledger.simulator.world import BOARDS, World

_REMEMBERED_REQUESTS = 10_000


class Seen(NamedTuple):
    """One request that a simulated site was sent."""

    platform: str
    host: str
    path: str


class Simulator:
    """Plays the sites. `latency_ms` says how long each platform takes to answer; the clock moves the lists.

    `recordings` is a folder of recorded bodies to serve in place of made ones, or the `Recordings` themselves;
    `choose` and `cycle` are passed on to them.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        seed: int = 1,
        recordings: Recordings | Path | None = None,
        choose: Mapping[str, str] | None = None,
        cycle: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        latency_ms: Mapping[str, float] | None = None,
    ) -> None:
        self.world = world or World(seed)
        self.faults = Faults()
        self.latency_ms = dict(latency_ms or {})
        self.url = ""
        self._requests: deque[Seen] = deque(maxlen=_REMEMBERED_REQUESTS)
        self._recordings = Recordings(recordings, choose=choose, cycle=cycle) if isinstance(recordings, Path) else recordings
        self._clock = clock
        self._shift = timedelta(0)
        self._hosts: dict[str, list[str]] = {}
        for site in sites().values():
            for host in site.hosts:
                self._hosts.setdefault(host, []).append(site.platform)
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen, and return the address to give to `--via`. Raises `SettingsError` when the port cannot be had."""
        try:
            self._server = await asyncio.start_server(self._connected, host, port)
        except (OSError, OverflowError) as error:
            raise SettingsError(f"The simulator cannot listen on {host}:{port}: {error}.") from error
        name = f"[{host}]" if ":" in host else host
        self.url = f"http://{name}:{self._server.sockets[0].getsockname()[1]}"
        return self.url

    async def stop(self) -> None:
        """Close the server and its connections, those that hang too."""
        if self._server is None:
            return
        self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    async def __aenter__(self) -> str:
        return await self.start()

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.stop()

    @property
    def platforms(self) -> tuple[str, ...]:
        """The ids of the platforms that are played, from the world or from recordings."""
        return tuple(sorted({*sites(), *(self._recordings.platforms if self._recordings else ())}))

    @property
    def boards(self) -> tuple[str, ...]:
        """The made-up lists that are served; none where recordings are served."""
        return () if self._recordings else tuple(dict.fromkeys([*BOARDS, *sites()]))

    @property
    def playing(self) -> str:
        """What is served, in words."""
        return "recorded bodies" if self._recordings else f"made-up lists of seed {self.world.seed}"

    @property
    def requests(self) -> list[Seen]:
        """The requests to the sites so far, oldest first (the last ten thousand)."""
        return list(self._requests)

    def now(self) -> datetime:
        """The simulated instant."""
        return self._clock() + self._shift

    def advance(self, seconds: float) -> None:
        """Move the simulated clock, so that the lists move. Raises `SettingsError` for an instant that no clock shows."""
        try:
            shift = self._shift + timedelta(seconds=seconds)
            year = (self._clock() + shift).year
        except (OverflowError, ValueError) as error:
            raise SettingsError(f"The clock cannot be moved by {seconds} seconds.") from error
        if not 2000 <= year < 2200:
            raise SettingsError(f"The clock would show the year {year}.")
        self._shift = shift

    def listing(self, platform: str) -> list[tuple[str, int]]:
        """The list that is current on a platform: (title, heat), in rank order. A heat that the platform does not show is 0."""
        site = sites().get(platform)
        rows = self.world.listing((site.board if site else None) or platform, self.now())
        return rows if site is None or site.heats else [(title, 0) for title, _ in rows]

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a connection is served by a task")
        self._connections.add(task)
        try:
            await serve(reader, writer, self._respond)
        except asyncio.CancelledError:
            pass  # By `stop`; asyncio would report it as an error of the connection.
        finally:
            self._connections.discard(task)

    async def _respond(self, incoming: Incoming) -> Reply:
        path, _, query = incoming.target.partition("?")
        scheme, _, rest = path.lstrip("/").partition("/")
        host, _, site_path = rest.partition("/")
        if scheme not in {"http", "https"} or not host:
            return Send(control.answer(self, incoming.method, path, _query(query)))
        asked = Asked(host.partition(":")[0].lower(), f"/{unquote(site_path)}", _query(query), incoming.headers)
        if incoming.method not in {"GET", "HEAD", "POST"}:
            return Send(Answer(b"Method Not Allowed\n", TEXT, 405, (("Allow", "GET, HEAD, POST"),)))
        return await self._site(asked)

    async def _site(self, asked: Asked) -> Reply:
        platform = self._owner(asked) or (self._recordings.platform(asked.host) if self._recordings else None)
        if platform is None:
            return Send(Answer(f"Nobody plays {asked.host} here.\n".encode(), TEXT, 404))
        self._requests.append(Seen(platform, asked.host, asked.path))
        fault = self.faults.take(platform, asked.host + asked.path)
        await asyncio.sleep(self.latency_ms.get(platform, 0) / 1000)
        if fault is None:
            return Send(self._answer(platform, asked))
        return await self._misbehave(platform, asked, fault)

    def _owner(self, asked: Asked) -> str | None:
        """The platform that is asked for: of those that share a host, the one that has the page."""
        sharing = self._hosts.get(asked.host, ())
        return next((platform for platform in sharing if self._page(platform, asked)), sharing[0] if sharing else None)

    async def _misbehave(self, platform: str, asked: Asked, fault: Fault) -> Reply:
        if fault.kind == Kind.RESET:
            return Reset()
        if fault.kind == Kind.HANG:
            return Hang(3600 if fault.seconds is None else fault.seconds)
        if fault.kind == Kind.BLOCK:
            return Send(sites()[platform].blocked(self._scene(asked)) if platform in sites() else captcha("安全验证", "访问验证"))
        if fault.kind in ROWS_AT_MOST and platform in sites():
            return Send(self._made(platform, asked, ROWS_AT_MOST[fault.kind]))
        if fault.kind == Kind.BOMB:
            await asyncio.to_thread(bomb)  # Takes a second, once.
        answer = spoiled(self._answer(platform, asked), fault)
        return Send(answer, (5 if fault.seconds is None else fault.seconds) if fault.kind == Kind.SLOW else 0)

    def _answer(self, platform: str, asked: Asked) -> Answer:
        if self._recordings is None:
            return self._made(platform, asked)
        file = self._recordings.pick(platform, asked)
        if file:
            return self._recordings.answer(file)
        preflights = sites()[platform].preflights if platform in sites() else {}
        if (asked.host, asked.path) in preflights:
            return self._made(platform, asked)
        return _not_found(asked, "Nothing was recorded at")

    def _made(self, platform: str, asked: Asked, at_most: int | None = None) -> Answer:
        page = self._page(platform, asked)
        return page(self._scene(asked, at_most)) if page else _not_found(asked, "There is no page")

    def _page(self, platform: str, asked: Asked) -> Page | None:
        return sites()[platform].page(asked.host, asked.path, asked.query) if platform in sites() else None

    def _scene(self, asked: Asked, at_most: int | None = None) -> Scene:
        return Scene(self.world, self.now(), asked, at_most)


def _query(written: str) -> dict[str, str]:
    return dict(parse_qsl(written, keep_blank_values=True))


def _not_found(asked: Asked, why: str) -> Answer:
    return Answer(f"{why} {asked.host}{asked.path}.\n".encode(), TEXT, 404)
