"""One module per platform: facts (`PLATFORM`), `plan` (and `FALLBACKS`, further plans), `parse`. Found by scanning;
a module whose name begins with `_` is what several platforms of one site share.

Other packages add modules through the entry point group `hotledger.platforms`. A module is pure: bytes in, items out.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import pkgutil
from functools import cache
from pathlib import Path
from types import ModuleType

from hotledger.errors import SettingsError
from hotledger.model import Reader


@cache
def readers() -> dict[str, Reader]:
    """All platforms by id, in alphabetical order."""
    own = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__) if module.name[0] != "_"]
    foreign = [entry.load() for entry in importlib.metadata.entry_points(group="hotledger.platforms")]
    found = {module.PLATFORM.id: _reader(module) for module in [*own, *foreign]}
    return dict(sorted(found.items()))


def reader(platform: str) -> Reader:
    """The reader of one platform, by its id or by a name that other projects give it. Raises `SettingsError` for an unknown one."""
    named = readers().get(platform) or readers().get(aliases().get(platform, ""))
    if named is None:
        raise SettingsError(f"There is no platform “{platform}”. Known are: {', '.join(readers())}.")
    return named


@cache
def aliases() -> dict[str, str]:
    """The names that other projects give to our platforms, each with the id of the platform."""
    return {alias: each.facts.id for each in readers().values() for alias in each.facts.aliases}


def _reader(module: ModuleType) -> Reader:
    plans = (module.plan, *getattr(module, "FALLBACKS", ()))
    source = Path(str(module.__file__)).read_bytes()
    return Reader(module.PLATFORM, plans, module.parse, hashlib.sha256(source).hexdigest()[:12])
