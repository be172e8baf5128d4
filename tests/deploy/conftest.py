"""Where the deployments lie, and the programs that check them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

Lint = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def deploy() -> Path:
    """The folder of the deployments."""
    return ROOT / "deploy"


@pytest.fixture
def lint() -> Lint:
    """Run a checking program: of our own environment, or of the machine. Skips where it is missing."""

    def run(program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        found = shutil.which(program, path=str(Path(sys.executable).parent)) or shutil.which(program)
        if found is None:
            pytest.skip(f"not on this machine: {program}")
        return subprocess.run([found, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)

    return run
