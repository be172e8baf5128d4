"""`hotledger mcp`: the ledger for assistants, over standard input and output."""

from __future__ import annotations


def mcp() -> None:
    """Answer an assistant over the Model Context Protocol (stdio), read-only: what is hot, how a topic moved, what broke.

    An assistant starts it by itself: its settings name the command `hotledger mcp`.
    """
    from hotledger.cli.running import run
    from hotledger.errors import SettingsError

    try:
        import fastmcp  # noqa: F401
    except ModuleNotFoundError:
        raise SettingsError("This needs the extra `mcp`: pip install 'hotledger[mcp]'.") from None
    run(_served())


async def _served() -> None:
    from hotledger.app import opened_store
    from hotledger.cli.screen import say
    from hotledger.config import load
    from hotledger.ledger.ledger import Ledger
    from hotledger.mcp.server import server

    async with opened_store(load(), say) as store:
        await server(Ledger(store)).run_stdio_async(show_banner=False, log_level="ERROR")
