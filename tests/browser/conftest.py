"""One browser, and a site with the history of the demonstration, shared by all tests here; they run in one process (`xdist_group`)."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright
from tests.browser.hostile import record_hostile
from tests.browser.serving import Served, served
from tests.browser.watching import Watched

from hotledger.app import DataCollector
from hotledger.config import Settings
from hotledger.demonstration import remembered
from hotledger.ledger.ledger import Ledger
from hotledger.platforms import readers
from hotledger.simulator import Fault, Simulator
from hotledger.simulator.history import BROKEN_NOW, PLATFORMS, rounds
from hotledger.web.here import Here

_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
    "--disable-quic",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests here in one process and on one loop, with the browser."""
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.xdist_group("browser"))
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The program of the system's Chromium."""
    found = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    if found is None:
        pytest.skip("not on this machine: Chromium")
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """A browser that runs as long as the tests here do."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="session")
async def watched(browser: Browser) -> AsyncIterator[Watched]:
    """Opens pages, and proves at the end that nothing went wrong in any of them."""
    made = Watched(browser)
    yield made
    await made.close()
    assert made.troubles == []


@pytest.fixture(scope="session")
def demo(chromium: str, postgres: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The site of a demonstration: weeks of history, and a collection of today by real HTTP from the simulator."""
    home = tmp_path_factory.mktemp("demo")
    known = {name: readers()[name] for name in PLATFORMS}

    async def fill(ledger: Ledger) -> None:
        await remembered(ledger, rounds(known, datetime.now(UTC)), known)
        simulator = Simulator()
        simulator.faults.set(BROKEN_NOW, Fault("changed"))
        async with simulator as url:
            settings = Settings(_env_file=None, home=home, via=url, host_interval_seconds=0, log_level="error")  # type: ignore[call-arg]
            await DataCollector(settings).collect_into(ledger, list(known.values()))

    with served(postgres, template, f"hotledger_test_{uuid4().hex[:12]}", fill, demo=True, here=Here(known)) as site:
        yield site


@pytest.fixture(scope="session")
def hostile(chromium: str, postgres: str, template: str) -> Iterator[Served]:
    """A site whose lists hold titles that mean harm."""
    with served(postgres, template, f"hotledger_test_{uuid4().hex[:12]}", record_hostile, demo=False) as site:
        yield site
