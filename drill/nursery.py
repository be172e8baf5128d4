"""A process that forks collections and kills them at random moments: `python -m drill.nursery TASK.json`.

Forking spares each collection the start of Python. The process is single-threaded and has no event loop, so that a fork is safe.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import statistics
import sys
import time
import traceback
from pathlib import Path

import msgspec

from drill.report import quiet
from hotledger.app import DataCollector
from hotledger.collect.collector import Phase, Progress
from hotledger.config import Settings

LEASE_SECONDS = 3
STORE_SECONDS = 0.5


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What to collect, how often, into what. `acknowledged` is a file of what the ledger said had landed
    or was in the spool, `failures` the beginning of the names of files that tell of collections that failed."""

    url: str
    via: str
    home: str
    platforms: list[str]
    acknowledged: str
    failures: str
    kills: int
    seed: int


class Acknowledged(msgspec.Struct, frozen=True, kw_only=True):
    """One reading that the ledger has taken. `titles` is the SHA-256 of its titles in order."""

    batch_id: str
    platform: str
    items: int
    titles: str


def fingerprint(titles: list[str]) -> str:
    """The SHA-256 of titles in order."""
    return hashlib.sha256("\n".join(titles).encode()).hexdigest()


def collect(task: Task) -> None:
    """One collection, in a process of its own; what the ledger takes is written down as soon as it has said so."""
    import asyncio

    acknowledged = os.open(task.acknowledged, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def note(step: Progress) -> None:
        if step.phase is Phase.RECORDED and step.reading is not None and step.reading.verdict.keeps_list:
            titles = [item.title for item in step.reading.items]
            line = Acknowledged(batch_id=step.batch_id, platform=step.platform, items=len(titles), titles=fingerprint(titles))
            os.write(acknowledged, msgspec.json.encode(line) + b"\n")

    asyncio.run(DataCollector(settings(task), progress=note).collect(task.platforms))


def settings(task: Task) -> Settings:
    """The settings of every collection of this drill: all of them share a spool."""
    return Settings.model_validate(
        {
            "DATABASE_URL": task.url,
            "via": task.via,
            "home": task.home,
            "lease_seconds": LEASE_SECONDS,
            "store_seconds": STORE_SECONDS,
            "keep_bodies_days": 0,
            "log_level": "error",
        }
    )


def forked(task: Task) -> int:
    """The id of a child that collects, silently, and ends; a failure of it, which no outage may cause, is written down."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        collect(task)
        code = 0
    except BaseException:
        Path(f"{task.failures}.{os.getpid()}").write_text(traceback.format_exc())
    finally:
        os._exit(code)


def timed(task: Task) -> float:
    """How long a whole collection takes."""
    began = time.monotonic()
    os.waitpid(forked(task), 0)
    return time.monotonic() - began


def main(path: Path) -> None:
    """Time some whole collections, then kill as many as asked, each at a random moment of its life."""
    task = msgspec.json.decode(path.read_bytes(), type=Task)
    chance = random.Random(task.seed)
    usual_seconds = statistics.median(timed(task) for _ in range(3))
    killed, parent = 0, os.getppid()
    while killed < task.kills and os.getppid() == parent:  # whoever asked for it may have been stopped
        child = forked(task)
        time.sleep(chance.uniform(0, usual_seconds * 1.2))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        killed += os.WIFSIGNALED(status)


if __name__ == "__main__":
    quiet()
    main(Path(sys.argv[1]))
