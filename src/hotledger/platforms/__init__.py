"""One module per platform: facts (`PLATFORM`), `plan` (and `FALLBACKS`, further plans), `parse`. Found by scanning;
a module whose name begins with `_` is what several platforms share. Those of `feeds.toml` need no module.

Other packages add modules through the entry point group `hotledger.platforms`, and users declare their own in TOML files.
A module is pure: bytes in, items out.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType

from hotledger.errors import SettingsError
from hotledger.model import Reader
from hotledger.platforms._declared import declared, declared_in, is_id
from hotledger.platforms._feed import items as feed_items

__all__ = ["aliases", "feed_items", "is_id", "known_with", "left_out", "own", "reader", "readers"]

_FEEDS = Path(__file__).with_name("feeds.toml")


@cache
def readers() -> dict[str, Reader]:
    """All platforms by id, in alphabetical order: our own, and those that other packages bring."""
    return dict(sorted({**_foreign()[0], **own()}.items()))


@cache
def own() -> dict[str, Reader]:
    """Our own platforms by id: a module or a table of `feeds.toml` each."""
    modules = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__) if module.name[0] != "_"]
    return {module.PLATFORM.id: _reader(module) for module in modules} | declared(_FEEDS.read_text("utf-8"), _FEEDS.name)


def left_out() -> tuple[str, ...]:
    """A sentence for each platform of another package that can't be had, and why."""
    return _foreign()[1]


def known_with(folder: Path) -> dict[str, Reader]:
    """All platforms, and those that the files of a folder declare. Raises `SettingsError` for an id that is taken."""
    mine = declared_in(folder)
    for taken in sorted(mine.keys() & readers().keys()):
        raise SettingsError(f"The platform “{taken}” declared in {folder} has the id of one that comes with hotledger: give it another id.")
    return dict(sorted({**readers(), **mine}.items())) if mine else readers()


def reader(platform: str, known: Mapping[str, Reader] | None = None) -> Reader:
    """The reader of one platform, by its id or by a name that other projects give it. Raises `SettingsError` for an unknown one."""
    among = readers() if known is None else known
    named = among.get(platform) or among.get(aliases(among).get(platform, ""))
    if named is None:
        raise SettingsError(f"There is no platform “{platform}”. Known are: {', '.join(among)}.")
    return named


def aliases(known: Mapping[str, Reader] | None = None) -> dict[str, str]:
    """The names that other projects give to platforms, each with the id of the platform."""
    among = readers() if known is None else known
    return {alias: each.facts.id for each in among.values() for alias in each.facts.aliases}


@cache
def _foreign() -> tuple[dict[str, Reader], tuple[str, ...]]:
    """The platforms of other packages, and why some of them are left out: a fault of theirs must not stop every command."""
    found: dict[str, Reader] = {}
    troubles = []
    for entry in _entries():
        try:
            each = _reader(entry.load())
            if each.facts.id in own() or each.facts.id in found:
                raise ValueError(f"there is a platform “{each.facts.id}” already")
            found[each.facts.id] = each
        except (Exception, SystemExit) as error:
            package = entry.dist.name if entry.dist else "another package"
            said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
            troubles.append(f"The platform “{entry.name}” of {package} is left out ({said}): mend or remove it.")
    return found, tuple(troubles)


def _entries() -> Iterator[importlib.metadata.EntryPoint]:
    yield from sorted(importlib.metadata.entry_points(group="hotledger.platforms"), key=lambda entry: (entry.name, entry.value))


def _reader(module: ModuleType) -> Reader:
    plans = (module.plan, *getattr(module, "FALLBACKS", ()))
    sources = b"".join(Path(str(each.__file__)).read_bytes() for each in [module, *_shared(module)])
    return Reader(module.PLATFORM, plans, module.parse, hashlib.sha256(sources).hexdigest()[:12])


def _shared(module: ModuleType) -> list[ModuleType]:
    """What a module has of those that begin with `_`, and what these have: with a repair there, its parser is another one too."""
    found: dict[str, ModuleType] = {}
    waiting = [module]
    while waiting:
        for value in vars(waiting.pop()).values():
            name = str(value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", ""))
            if name.startswith(f"{__name__}._") and name not in found:
                found[name] = sys.modules[name]
                waiting.append(found[name])
    return [found[name] for name in sorted(found)]
