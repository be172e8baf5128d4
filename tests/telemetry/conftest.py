"""Collections from the simulator into a fresh database, told to others as the settings say."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from tests.database import Database

from hotledger.app import DataCollector
from hotledger.config import Settings
from hotledger.simulator import Simulator

Made = Callable[..., DataCollector]


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """The sites, played in this process."""
    made = Simulator()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def collector(database: Database, simulator: Simulator, tmp_path: Path) -> Made:
    """Makes a collector with these settings."""

    def made(**given: Any) -> DataCollector:
        usual = {"DATABASE_URL": SecretStr(database.url), "home": tmp_path, "via": simulator.url, "host_interval_seconds": 0, "attempts": 1}
        return DataCollector(Settings(_env_file=None, **(usual | given)))

    return made
