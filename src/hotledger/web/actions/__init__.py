"""The few things that the pages can do: one module per noun, each with its `router`. Found by scanning. `security` proves their forms."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType


def modules() -> list[ModuleType]:
    """All actions, in alphabetical order."""
    return [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__) if module.name[0] != "_"]
