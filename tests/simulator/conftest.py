"""A running simulator with a clock that stands still, and a client that sends everything to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from hotledger.fetch.via import ViaTransport
from hotledger.simulator import Simulator

AT = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """A simulator that plays the made-up lists of one instant."""
    played = Simulator(clock=lambda: AT)
    async with played:
        yield played


@pytest.fixture
async def client(simulator: Simulator) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that believes it talks to the sites."""
    async with httpx2.AsyncClient(transport=ViaTransport(simulator.url, httpx2.AsyncHTTPTransport()), timeout=20) as sent:
        yield sent


@pytest.fixture
async def person(simulator: Simulator) -> AsyncIterator[httpx2.AsyncClient]:
    """A client for the simulator's own pages."""
    async with httpx2.AsyncClient(base_url=simulator.url, timeout=20) as sent:
        yield sent


@pytest.fixture(scope="session")
def real_recordings() -> Path:
    """The folder of recorded bodies beside the repository, where there is one."""
    folder = Path(__file__).parents[3] / "shared" / "recordings"
    if not (folder / "INDEX.tsv").is_file():
        pytest.skip("not on this machine: recorded bodies beside the repository")
    return folder
