"""A real server over a database of the test server, in a thread with a loop of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import NamedTuple

import psycopg
from fastapi import FastAPI
from psycopg.conninfo import make_conninfo

from hotledger.app import configure_logging
from hotledger.config import Settings
from hotledger.ledger.ledger import Ledger
from hotledger.store.postgres import PostgresStore
from hotledger.web.application import application
from hotledger.web.here import Here
from hotledger.web.security import Security
from hotledger.web.server import serve_until_stopped

Fill = Callable[[Ledger], Awaitable[object]]


class Served(NamedTuple):
    """A site that is served: where it is, and where its database is."""

    url: str
    database: str

    @asynccontextmanager
    async def ledger(self) -> AsyncIterator[Ledger]:
        """The ledger that it shows, for another to write and read."""
        store = PostgresStore(self.database)
        try:
            yield Ledger(store)
        finally:
            await store.close()


@contextmanager
def served(server: str, template: str, name: str, fill: Fill, *, demo: bool, here: Here | None = None) -> Iterator[Served]:
    """A site over a fresh copy of the template, filled and then served."""
    _administer(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    ready: Future[Served] = Future()
    stop: Future[Callable[[], None]] = Future()
    thread = threading.Thread(
        target=lambda: asyncio.run(
            _serve(make_conninfo(server, dbname=name), fill, partial(application, demo=demo, here=here), ready, stop)
        )
    )
    thread.start()
    try:
        yield ready.result(timeout=120)
    finally:
        stop.result(timeout=5)()
        thread.join()
        _administer(server, f'DROP DATABASE "{name}" WITH (FORCE)')


async def _serve(
    address: str, fill: Fill, made: Callable[[Ledger, Security], FastAPI], ready: Future[Served], stop: Future[Callable[[], None]]
) -> None:
    configure_logging(Settings(_env_file=None, log_level="error"))  # type: ignore[call-arg]
    store = PostgresStore(address)
    ledger, loop = Ledger(store), asyncio.get_running_loop()

    def say(line: str) -> None:
        ready.set_result(Served(line.partition(" at ")[2].partition(" ")[0].rstrip(",/"), address))

    async def run() -> None:
        await fill(ledger)
        await serve_until_stopped(made(ledger, Security()), "127.0.0.1", 0, say)

    task = asyncio.ensure_future(run())
    stop.set_result(lambda: _tell(loop, task))
    try:
        await task
    except asyncio.CancelledError:
        pass
    except BaseException as error:
        if ready.done():
            raise
        ready.set_exception(error)
    finally:
        await store.close()


def _tell(loop: asyncio.AbstractEventLoop, task: asyncio.Future[None]) -> None:
    loop.call_soon_threadsafe(task.cancel)


def _administer(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())
