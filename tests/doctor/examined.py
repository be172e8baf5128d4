"""What the tests of the diagnosis share: to examine, and to do exactly what a cure says."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from pydantic import SecretStr

from hotledger.app import silent
from hotledger.config import Settings
from hotledger.diagnosis import Finding, examined

_OURS = ("HOTLEDGER_", "DATABASE_URL", "SUPABASE_", "PG")


def direct(url: str, home: Path, **more: Any) -> Settings:
    """Settings that mean a PostgreSQL database and nothing else."""
    return Settings(_env_file=None, database_url=SecretStr(url), supabase_url=None, supabase_key=None, home=home, **more)  # type: ignore[call-arg]


def api(url: str, key: str, home: Path, **more: Any) -> Settings:
    """Settings that mean a project's REST API and nothing else."""
    values = {"SUPABASE_URL": url, "SUPABASE_KEY": SecretStr(key), "DATABASE_URL": None}
    return Settings(_env_file=None, home=home, **values, **more)  # type: ignore[call-arg, arg-type]


async def found(settings: Settings, **options: Any) -> list[Finding]:
    """Everything that the diagnosis finds."""
    return [finding async for finding in examined(settings, silent, **options)]


async def trouble(settings: Settings, **options: Any) -> Finding:
    """The one thing that is wrong."""
    (wrong,) = [finding for finding in await found(settings, **options) if not finding.good]
    return wrong


async def wrongs(settings: Settings, **options: Any) -> list[str]:
    """The codes of what is wrong: none on a healthy database."""
    return [finding.code for finding in await found(settings, **options) if not finding.good]


async def run_sql(script: str, url: str) -> None:
    """Run a cure's SQL as somebody does who pastes it: all of it at once."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as owner:
        await owner.execute(script.encode())


async def run_command(command: str, settings: Mapping[str, str], folder: Path) -> str:
    """Run a cure's command in a shell, as it is written, and return what it printed."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    process = await asyncio.create_subprocess_shell(command, cwd=folder, env=clean | settings | {"PATH": path}, stdout=PIPE, stderr=PIPE)
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode()
