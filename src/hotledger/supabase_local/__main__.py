"""`make supabase-local`: runs a project until it is stopped, and prints the two lines for `.env` once it is ready."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from hotledger.errors import HotledgerError
from hotledger.supabase_local.stack import LocalSupabase


async def serve(home: Path | None, port: int) -> None:
    """Run until SIGINT or SIGTERM, then stop everything in order."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with LocalSupabase(home, port=port, say=_say) as project:
        print(f"SUPABASE_URL={project.url}\nSUPABASE_KEY={project.keys.secret}", flush=True)  # noqa: T201 - what it is for
        _say(f"The public key is {project.keys.publishable}; psql reaches the database at “{project.address()}”. Stop it with Ctrl-C.")
        await stopped.wait()
        _say("Stopping …")


def main() -> int:
    """Read the arguments, and run."""
    parser = argparse.ArgumentParser(prog="supabase-local", description="A local Supabase project with hotledger's schema in it.")
    parser.add_argument("--port", type=int, default=0, help="port to listen on, on loopback only; 0 takes a free one")
    parser.add_argument("--home", type=Path, help="folder for the data, which then stays; by default all is gone at the end")
    given = parser.parse_args()
    try:
        asyncio.run(serve(given.home, given.port))
    except (HotledgerError, OSError) as error:
        _say(str(error))
        return 1
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - progress for people


if __name__ == "__main__":
    sys.exit(main())
