"""One module per page, each with its `router`. Found by scanning; `ORDER` and `NAME` put a page into the menu."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType


def modules() -> list[ModuleType]:
    """All pages, those of the menu in its order first."""
    found = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__) if module.name[0] != "_"]
    return sorted(found, key=lambda module: (getattr(module, "ORDER", 1000), module.__name__))
