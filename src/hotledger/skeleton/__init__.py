"""The first files of a new platform: a module that works on made-up bodies, those bodies with what is expected of them, and a test.

Pure: what is wanted in, texts by path out. Writing them is the command's.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import PurePosixPath
from string import Template
from typing import Any, Literal, NamedTuple, TypeAlias
from urllib.parse import urlsplit

from hotledger.errors import SettingsError
from hotledger.platforms import is_id

Kind: TypeAlias = Literal["json", "html", "feed"]
Files: TypeAlias = dict[PurePosixPath, str]

_ENDINGS = {"json": "json", "html": "html", "feed": "xml"}
_CASES = {"usual": "ok", "empty": "empty", "changed": "broken", "blocked": "blocked"}


class Wanted(NamedTuple):
    """The platform that is to be made."""

    id: str
    url: str
    kind: Kind
    title: str

    @property
    def module(self) -> str:
        """The name of its module."""
        name = self.id.replace("-", "_")
        return f"site_{name}" if name[0].isdigit() else name

    @property
    def words(self) -> dict[str, str]:
        """What stands for the names in the templates; those with `quoted_` are literals, in Python, TOML and JSON alike."""
        parts = urlsplit(self.url)
        plain = {"id": self.id, "module": self.module, "host": parts.netloc, "ending": _ENDINGS[self.kind], "path": parts.path or "/"}
        quoted = {
            "url": self.url,
            "title": self.title,
            "home": f"{parts.scheme}://{parts.netloc}/",
            "host": parts.netloc,
            "path": plain["path"],
        }
        return plain | {f"quoted_{name}": json.dumps(value, ensure_ascii=False) for name, value in quoted.items()}


def wanted(id_: str, url: str, kind: Kind, title: str | None) -> Wanted:
    """What is to be made, if it can be. Raises `SettingsError`."""
    if not is_id(id_):
        raise SettingsError(f"“{id_}” can't be the id of a platform: write a-z, 0-9, - and _, at most 63 of them.")
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname or not url.isprintable():
        raise SettingsError(f"“{url}” is no address: write one that begins with https:// or http://.")
    return Wanted(id_, url, kind, title or id_)


def package(made: Wanted) -> Files:
    """A small package of its own, with an entry point."""
    name = f"hotledger_{made.module}"
    return {
        PurePosixPath("pyproject.toml"): _filled("pyproject.toml", made),
        PurePosixPath(f"{name}.py"): _filled(f"{made.kind}.py", made),
        PurePosixPath(f"tests/test_{name}.py"): _filled("test.py", made),
        **_bodies(PurePosixPath("tests/bodies"), made),
    }


def in_clone(made: Wanted) -> Files:
    """The same in a clone of hotledger, where the tests of all platforms are its test, with its site for the simulator."""
    return {
        PurePosixPath(f"src/hotledger/platforms/{made.module}.py"): _filled(f"{made.kind}.py", made),
        PurePosixPath(f"src/hotledger/simulator/sites/{made.module}.py"): _filled(f"{made.kind}_site.py", made),
        **_bodies(PurePosixPath(f"tests/platforms/fixtures/{made.id}"), made),
    }


def declaration(made: Wanted) -> Files:
    """A declaration in TOML, without Python."""
    return {PurePosixPath(f"{made.id}.toml"): _filled(f"{made.kind}.toml", made)}


def _bodies(folder: PurePosixPath, made: Wanted) -> Files:
    """A made-up body for each case, and what is expected of it."""
    found: Files = {}
    for case, verdict in _CASES.items():
        ending = "html" if case == "blocked" else _ENDINGS[made.kind]
        template = "blocked.html" if case == "blocked" else f"{case}.{ending}"
        items = _items(made) if case == "usual" else []
        expected: dict[str, Any] = {"verdict": verdict, "items": items, "pinned": [], "ads": 0}
        found[folder / f"{case}.{ending}"] = _filled(template, made)
        found[folder / f"{case}.expected.json"] = json.dumps(expected, ensure_ascii=False, indent=1) + "\n"
    return found


def _items(made: Wanted) -> list[dict[str, Any]]:
    """The rows of the usual body, as its template says them."""
    heats = [None, None] if made.kind == "feed" else [12_000, 800]
    texts = [None, None] if made.kind == "feed" else ["1.2万", "800"]
    titles = ("The first title & more", "The second title")
    return [
        {
            "rank": rank, "title": title, "id": str(100 + rank), "url": f"https://{made.words['host']}/t/{100 + rank}",
            "heat": heat, "heat_text": text,
        }
        for rank, (title, heat, text) in enumerate(zip(titles, heats, texts, strict=True), 1)
    ]  # fmt: skip


def _filled(template: str, made: Wanted) -> str:
    text = files(__name__).joinpath("templates", f"{template}.template").read_text("utf-8")
    return Template(text).substitute(made.words)
