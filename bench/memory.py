"""Peak memory of a collection: a process of its own collects all platforms from a simulator in another process."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import NamedTuple

from bench.database import fresh_home
from hotledger.embedded.server import EmbeddedServer

# VmHWM, because ru_maxrss is not reset by exec: a small process would show the memory of the one that started it.
_PEAK = "int(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1])"
_COLLECTION = f"""
from hotledger.app import collect
result = collect()
assert result.full, [reading.evidence for reading in result.readings]
print({_PEAK}, result.total_items)
"""
_BARE = f"print({_PEAK}, 0)"


class Memory(NamedTuple):
    """Peak resident memory in MiB of the collecting process and of a bare interpreter. The server's own processes are not in it."""

    collection_mib: float
    bare_mib: float
    items: int


async def measure() -> Memory:
    """One collection into a database that is up already, and one bare interpreter."""
    simulator = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hotledger.cli", "simulate", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert simulator.stdout is not None
        url = (await simulator.stdout.readline()).decode().split(";")[0].split()[-1]
        async with fresh_home() as home, EmbeddedServer(home):
            collection, items = await _peak(
                _COLLECTION, {"HOTLEDGER_HOME": str(home), "HOTLEDGER_VIA": url, "HOTLEDGER_LOG_LEVEL": "error"}
            )
        bare, _ = await _peak(_BARE, {})
    finally:
        simulator.terminate()
        await simulator.wait()
    return Memory(collection, bare, items)


async def _peak(program: str, settings: dict[str, str]) -> tuple[float, int]:
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("HOTLEDGER_", "DATABASE_URL", "SUPABASE_"))}
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, env=outside | settings, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"the measured process ended with exit code {process.returncode}")
    kibibytes, items = told.split()[-2:]
    return int(kibibytes) / 1024, int(items)
