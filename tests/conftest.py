"""What all tests share: the fixtures of real PostgreSQL (see `database`), and the rule about skips (see `skips`)."""

from __future__ import annotations

import pytest
from tests.database import bare_database, database, ledger, postgres, template
from tests.project import direct, emptied, project, rest
from tests.skips import pytest_make_collect_report, pytest_runtest_makereport

__all__ = [
    "bare_database",
    "database",
    "direct",
    "emptied",
    "ledger",
    "postgres",
    "project",
    "pytest_make_collect_report",
    "pytest_runtest_makereport",
    "rest",
    "template",
]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "breaks_ledger: the test breaks the ledger on purpose, so that it is not reconciled afterwards")
    config.addinivalue_line(
        "markers", "covers(*functions): the contract test calls these functions of the ledger, and says what they promise"
    )
