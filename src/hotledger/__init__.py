"""hotledger collects the hot lists of many platforms into PostgreSQL, and keeps a ledger of every run.

import hotledger
result = hotledger.collect(["weibo", "baidu"])          # from a script
result = await hotledger.DataCollector().collect_all()  # in async code
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["CollectionResult", "DataCollector", "Ledger", "Settings", "collect", "opened_ledger"]

if TYPE_CHECKING:
    from hotledger.app import DataCollector, collect, opened_ledger
    from hotledger.collect.collector import CollectionResult
    from hotledger.config import Settings
    from hotledger.ledger.ledger import Ledger

_HOMES = {
    "CollectionResult": "hotledger.collect.collector",
    "DataCollector": "hotledger.app",
    "Ledger": "hotledger.ledger.ledger",
    "Settings": "hotledger.config",
    "opened_ledger": "hotledger.app",
}


def __getattr__(name: str) -> Any:
    # Imported when first used, so that the command line starts fast.
    if name not in _HOMES:
        raise AttributeError(f"module 'hotledger' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


class _Door(ModuleType):
    """The package `hotledger.collect`, which is the function of that name too: Python binds a package over any function."""

    def __call__(self, platforms: Sequence[str] = ()) -> CollectionResult:
        """See `hotledger.app.collect`."""
        result: CollectionResult = import_module("hotledger.app").collect(platforms)
        return result


import_module("hotledger.collect")
sys.modules["hotledger.collect"].__class__ = _Door
