"""Runs the real command as a newcomer's shell would: a process of its own, nothing of the tester's own settings around it."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

PROGRAM = (str(Path(sys.executable).with_name("hotledger")),)
_OURS = ("HOTLEDGER_", "DATABASE_URL", "SUPABASE_", "PG", "COLUMNS", "NO_COLOR", "FORCE_COLOR", "TERM")


class Done(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its answer, which is one JSON document on one line."""
        assert self.out.count("\n") == 1, self.out
        return msgspec.json.decode(self.out)


class Commands:
    """Runs commands in a folder of their own, with these settings."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self._settings = dict(settings)

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        return clean | {"HOTLEDGER_HOST_INTERVAL_SECONDS": "0"} | self._settings | more

    async def start(self, *arguments: str, **settings: str) -> asyncio.subprocess.Process:
        """A command that runs; whoever starts it ends it."""
        return await asyncio.create_subprocess_exec(
            *PROGRAM, *arguments, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, cwd=self.folder, env=self.environment(settings)
        )

    async def __call__(self, *arguments: str, **settings: str) -> Done:
        """Run one command to its end."""
        process = await self.start(*arguments, **settings)
        out, err = await process.communicate()
        assert process.returncode is not None
        done = Done(process.returncode, out.decode(), err.decode())
        assert "Traceback" not in done.out + done.err, done.err
        return done
