"""`hotledger serve`: where it listens, who it refuses to listen for, and how it ends."""

from __future__ import annotations

import asyncio
import re
import signal

import httpx2
import pytest
from tests.cli.commands import PROGRAM, Commands

from hotledger.web.passwords import matches


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_serves_until_it_is_told_to_stop(run: Commands, number: signal.Signals) -> None:
    """It says where it listens and whether a login is asked for, answers there, and ends well when it is told to."""
    process = await run.start("serve", "--port", "0", HOTLEDGER_WEB_TOKEN="a-token-for-this-test")
    assert process.stderr is not None
    said = (await process.stderr.readline()).decode()
    found = re.search(r"The ledger is at (http://127\.0\.0\.1:\d+/), a login is asked for", said)
    assert found, said
    async with httpx2.AsyncClient(base_url=found[1]) as client:
        assert (await client.get("/readyz")).text == "ready\n"
        assert (await client.get("/metrics")).status_code == 401
        process.send_signal(number)
        assert await process.wait() == 0
    assert (await process.stderr.read()).decode() == ""


async def test_it_refuses_to_listen_wider_without_a_login(run_nothing: Commands) -> None:
    """Without a password or a token, an address that others can reach is refused in one sentence."""
    done = await run_nothing("serve", "--host", "0.0.0.0")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "HOTLEDGER_WEB_PASSWORD_HASH" in done.err


async def test_there_is_no_demonstration_before_it_was_made(run_nothing: Commands) -> None:
    """Who asks for the demonstration, and has none, is told how it is made; nothing is made."""
    done = await run_nothing("serve", "--demo")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "make run" in done.err
    assert not (run_nothing.folder / "untouched").exists()


async def test_it_makes_the_line_for_a_password(run_nothing: Commands) -> None:
    """A password from stdin becomes a line for .env, which does not hold it."""
    process = await asyncio.create_subprocess_exec(
        *PROGRAM, "serve", "--hash-password", cwd=run_nothing.folder, env=run_nothing.environment({}),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate(b"correct horse\n")
    name, _, kept = out.decode().strip().partition("=")
    assert (process.returncode, name) == (0, "HOTLEDGER_WEB_PASSWORD_HASH")
    assert matches("correct horse", kept)
