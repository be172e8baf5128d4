"""A story on a real simulator and a fresh database, at simulated moments."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.database import Database
from tests.made import NOON
from tests.reparse.mending import Story

from hotledger.simulator import Simulator


@pytest.fixture
async def story(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> AsyncIterator[Story]:
    """A platform whose site will change; another one than Weibo where a test asks for it."""
    simulator = Simulator(clock=lambda: NOON)
    async with simulator:
        yield Story(database, simulator, tmp_path / "bodies", getattr(request, "param", "weibo"))
