"""Where HOTLEDGER_NO_SKIPS is set (as in CI), a test that skips fails, so that no test stops running unnoticed.

A reason that begins with "not on this machine:" is excused: it names something that a full machine need not have.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

EXCUSED = "not on this machine:"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Look at the report of each test. An expected failure is reported as a skip too, and is none."""
    report = yield
    if not hasattr(report, "wasxfail"):
        _fail_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Look at the report of each module, which may skip as a whole."""
    report = yield
    _fail_skip(report)
    return report


def _fail_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not os.environ.get("HOTLEDGER_NO_SKIPS") or report.outcome != "skipped" or not isinstance(report.longrepr, tuple):
        return
    path, line, said = report.longrepr
    reason = said.removeprefix("Skipped: ")
    if not reason.startswith(EXCUSED):
        report.outcome = "failed"
        report.longrepr = f"{path}:{line}: skipped where nothing may be skipped ({reason})"
