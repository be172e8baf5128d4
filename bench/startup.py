"""Start-up of `hotledger --help` against a bare start of the same interpreter: processes in turns, medians."""

from __future__ import annotations

import subprocess
import sys
from statistics import median
from time import perf_counter
from typing import NamedTuple

_TURNS = 7


class Startup(NamedTuple):
    """Medians, in milliseconds."""

    help_ms: float
    bare_ms: float

    @property
    def ratio(self) -> float:
        return self.help_ms / self.bare_ms


def measure() -> Startup:
    """Start both in turns, after one start of each that fills the caches."""
    help_command = (sys.executable, "-c", "from hotledger.cli import main; main()", "--help")
    bare_command = (sys.executable, "-c", "pass")
    turns = [(_milliseconds(help_command), _milliseconds(bare_command)) for _ in range(1 + _TURNS)][1:]
    return Startup(median(turn[0] for turn in turns), median(turn[1] for turn in turns))


def _milliseconds(command: tuple[str, ...]) -> float:
    began = perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return (perf_counter() - began) * 1000
