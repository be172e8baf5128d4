"""The port: a store is one verb, `call`. What a call means is said by the SQL function of that name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Store(Protocol):
    """Moves one call to the database, and its answer back."""

    async def call(self, function: str, arguments: Mapping[str, Any]) -> Any:
        """Call one SQL function by its named arguments; its `jsonb` answer comes decoded.

        Arguments are `None`, `str`, `int`, `bool`, aware `datetime`, `UUID`, lists of `str`, and (as JSON) mappings and lists of mappings.
        One call is one transaction. Raises `StoreUnavailable` when the database can't be reached, `SchemaMissing` when it does not
        know the function, `StoreRejected` when it says no.
        """
        ...

    def another(self) -> Store:
        """A store on the same database with connections of its own, for another thread, or when those at hand may be dead."""
        ...

    async def close(self) -> None:
        """Let the connections go."""
        ...
