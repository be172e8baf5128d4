"""What all tests share: the fixtures of real PostgreSQL (see `database`), and the rule about skips (see `skips`)."""

from __future__ import annotations

import pytest
from tests.database import bare_database, database, ledger, postgres, template
from tests.skips import pytest_make_collect_report, pytest_runtest_makereport

__all__ = ["bare_database", "database", "ledger", "postgres", "pytest_make_collect_report", "pytest_runtest_makereport", "template"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "breaks_ledger: the test breaks the ledger on purpose, so that it is not reconciled afterwards")
