"""A process of its own that uses the embedded server: says the server's process id, waits for a line, leaves, says so.

python visitor.py HOME [--uid N] [--tree PATH]
"""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from hotledger.embedded.binaries import Installation
from hotledger.embedded.server import EmbeddedServer
from hotledger.errors import EmbeddedError


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def visit(home: Path, installation: Installation | None) -> None:
    async with EmbeddedServer(home, installation=installation) as server:
        tell(str(server.status().pid))
        await line_of_stdin()
    tell("left")


async def line_of_stdin() -> None:
    """Wait for a line, or for the end: without a thread, so that an interrupt is enough to leave."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.readline()


async def warm_up() -> None:
    """Load what asyncio loads late: the interpreter may lie where the user that we become can't read it."""
    process = await asyncio.create_subprocess_exec("true", stdout=asyncio.subprocess.PIPE)
    await process.communicate()
    await asyncio.to_thread(os.getpid)


def become(uid: int) -> None:
    asyncio.run(warm_up())
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--uid", type=int)
    parser.add_argument("--tree", type=Path)
    options = parser.parse_args()
    # Who runs the tests in the background of a shell has them ignore the interrupt, and this process too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if options.uid is not None:
        become(options.uid)
    try:
        asyncio.run(visit(options.home, Installation(options.tree, "18.4") if options.tree else None))
    except EmbeddedError as error:
        tell(f"refused: {error}")


main()
