"""Hands messages to apprise, in a thread of their own, within a time limit. What goes wrong is a sentence without secrets.

apprise is imported when the first message is sent, and not before: it is large, and most runs have nothing to tell.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress

from hotledger.alerts.rules import Address
from hotledger.alerts.text import Letter, plain
from hotledger.errors import SettingsError

_SILENT = logging.NullHandler()

# Sends a letter; the answer is what went wrong, or None.
Send = Callable[[Address, Letter], Awaitable[str | None]]


def available() -> None:
    """Raise `SettingsError` where apprise is not installed."""
    from importlib.util import find_spec

    if find_spec("apprise") is None:
        raise SettingsError("Alerts need the extra `alerts`: pip install 'hotledger[alerts]'.")


class Sender:
    """Sends over apprise; no message takes longer than `limit_seconds`."""

    def __init__(self, limit_seconds: float = 15) -> None:
        self._limit_seconds = limit_seconds

    async def __call__(self, address: Address, letter: Letter) -> str | None:
        """Send, and return what went wrong, or `None`."""
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[str | None] = loop.create_future()

        def answer(failure: str | None) -> None:
            if not ended.done():
                ended.set_result(failure)

        def work() -> None:
            failure = _sent(address, letter)
            with suppress(RuntimeError):  # whoever waited may have gone, and its loop with it
                loop.call_soon_threadsafe(answer, failure)

        # A daemon: a service that never answers must not keep the process.
        threading.Thread(target=work, name="alert", daemon=True).start()
        try:
            failure = await asyncio.wait_for(ended, self._limit_seconds)
        except TimeoutError:
            return f"no answer within {self._limit_seconds:g} s"
        return plain(address.starred(failure), 300) if failure is not None else None


def _sent(address: Address, letter: Letter) -> str | None:
    try:
        import apprise
    except ImportError:
        return "apprise is not installed: pip install 'hotledger[alerts]'"
    # Whatever it logs may have the address in it: what went wrong is told by its result.
    logger = logging.getLogger("apprise")
    logger.propagate = False
    logger.addHandler(_SILENT)
    try:
        # Its own limits and its other mode work with threads that a process waits for when it ends, however long they hang.
        asset = apprise.AppriseAsset(app_id="hotledger", app_desc="hotledger", app_url="", async_mode=False, service_timeout=0)
        service = apprise.Apprise(asset=asset)
        if not service.add(address.reveal()):
            return "apprise does not know this kind of address, or a part of it is wrong"
        done = service.notify(body=letter.body, title=letter.title, body_format=apprise.NotifyFormat.TEXT, interpret_escapes=False)
    except Exception as error:  # a plugin of apprise may raise anything
        return f"{type(error).__name__}: {error}"
    if done:
        return None
    said = "; ".join(dict.fromkeys(entry.message for entry in done.logs()))
    return said or "the service did not take it"
