"""The version of a parser, by which a body is known to have been read by another one."""

from __future__ import annotations

import hashlib
from pathlib import Path

from hotledger import platforms
from hotledger.platforms import readers

FOLDER = Path(platforms.__file__).parent


def version_of(*modules: str) -> str:
    return hashlib.sha256(b"".join((FOLDER / f"{module}.py").read_bytes() for module in modules)).hexdigest()[:12]


def test_version_is_of_all_that_reads() -> None:
    """A parser's version is that of its module, and of what the module shares with others."""
    assert readers()["steam"].version == version_of("steam")
    assert readers()["genshin"].version == version_of("genshin", "_miyoushe")
    assert readers()["yystv"].version == version_of("yystv", "_rows")
    assert readers()["google-trends"].version == version_of("google_trends", "_feed")
