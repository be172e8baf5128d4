"""Whether a test that skips is noticed where nothing may be skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

RULE = Path(__file__).with_name("skips.py")
EXPECTED_FAILURE = "import pytest\n\n@pytest.mark.xfail(reason='known')\ndef test():\n    assert False\n"
EXIT_FINE, EXIT_FAILED, EXIT_NOT_COLLECTED = 0, 1, 2


def skipping(reason: str) -> str:
    return f"import pytest\n\ndef test():\n    pytest.skip({reason!r})\n"


def skipping_module(reason: str) -> str:
    return f"import pytest\n\npytest.skip({reason!r}, allow_module_level=True)\n"


@pytest.mark.parametrize(
    ("source", "no_skips", "exit_code"),
    [
        (skipping("no database"), "1", EXIT_FAILED),
        (skipping_module("no database"), "1", EXIT_NOT_COLLECTED),
        (skipping("not on this machine: a printer"), "1", EXIT_FINE),
        (EXPECTED_FAILURE, "1", EXIT_FINE),
        (skipping("no database"), "", EXIT_FINE),
    ],
)
def test_skip_fails_only_where_none_is_excused(source: str, no_skips: str, exit_code: int, tmp_path: Path) -> None:
    """With HOTLEDGER_NO_SKIPS a skip fails the run, unless its reason is excused; without it, a skip is a skip."""
    shutil.copy(RULE, tmp_path / "conftest.py")
    (tmp_path / "test_one.py").write_text(source)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(tmp_path), str(tmp_path)]
    environment = {**os.environ, "HOTLEDGER_NO_SKIPS": no_skips, "PYTEST_ADDOPTS": ""}
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == exit_code, ended.stdout
