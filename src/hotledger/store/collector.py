"""A store that may only record: every call goes through `collector_call`, with a collector's token, whatever the transport is."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from hotledger.store.port import Store

_PREFIX = "hlc_"


class CollectorStore:
    """Wraps another store. What a collector may do is decided by the database, which refuses the rest."""

    def __init__(self, store: Store, token: str) -> None:
        self._store = store
        self._token = token

    async def call(self, function: str, arguments: Mapping[str, Any]) -> Any:
        """See `Store.call`."""
        return await self._store.call("collector_call", {"collector_token": self._token, "function": function, "arguments": arguments})

    def another(self) -> CollectorStore:
        """See `Store.another`."""
        return CollectorStore(self._store.another(), self._token)

    async def close(self) -> None:
        """See `Store.close`."""
        await self._store.close()


def new_token() -> str:
    """A token of a new collector, which only its owner keeps."""
    return _PREFIX + secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
