"""Every SQL statement we own, in files: migrations (tables), functions, views, and the queries of the documentation.

`schema.sql` is the picture of the tables after all migrations; a test proves that they agree. Migrations are idempotent, so that
`script()` can be run on any database, of any age, as often as one likes.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

_HERE = files(__name__)

_LOCK = """SELECT pg_advisory_xact_lock(hashtextextended('hotledger migrations', 0));
SET LOCAL check_function_bodies = off;
CREATE TABLE IF NOT EXISTS public.hot_migrations (
  number INTEGER NOT NULL,
  name TEXT NOT NULL,
  applied_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
  CONSTRAINT hot_migrations_pkey PRIMARY KEY (number)
);
"""
_NOTE = "INSERT INTO public.hot_migrations (number, name) VALUES ({number}, '{name}') ON CONFLICT (number) DO NOTHING;\n"
_MARK = "COMMENT ON TABLE public.hot_migrations IS 'hotledger {mark}';\n"


class Migration(NamedTuple):
    """One numbered step of the tables."""

    number: int
    name: str
    statements: str


@cache
def migrations() -> tuple[Migration, ...]:
    """All steps, in order."""
    return tuple(Migration(int(file.name[:4]), file.name[5:-4], file.read_text("utf-8")) for file in _sorted("migrations"))


def schema_version() -> int:
    """The number of the last migration that this code knows."""
    return migrations()[-1].number


@cache
def mark() -> str:
    """Tells one edition of functions, views and rights from another: the script leaves it in the database."""
    parts = [*_sorted("functions"), *_sorted("views"), _HERE.joinpath("rights.sql")]
    return hashlib.sha256("".join(file.read_text("utf-8") for file in parts).encode()).hexdigest()[:16]


def script(after: int = 0, *, public_read: bool = False) -> str:
    """The statements that bring a database from the step `after` to ours: steps, functions, views, rights. For one transaction."""
    steps = [step.statements + _NOTE.format(number=step.number, name=step.name) for step in migrations() if step.number > after]
    rights = [_HERE.joinpath("rights.sql"), *([_HERE.joinpath("public_read.sql")] if public_read else [])]
    parts = [*_sorted("functions"), *_sorted("views"), _HERE.joinpath("old_forms.sql"), *rights, _HERE.joinpath("untold.sql")]
    return "\n".join([_LOCK, *steps, *(file.read_text("utf-8") for file in parts), _MARK.format(mark=mark())])


def schema() -> str:
    """The tables as they are after all migrations."""
    return _HERE.joinpath("schema.sql").read_text("utf-8")


def query(name: str) -> str:
    """A query of the documentation, by the name of its file."""
    return _HERE.joinpath("queries", f"{name}.sql").read_text("utf-8")


def queries() -> tuple[str, ...]:
    """The names of all queries of the documentation."""
    return tuple(file.name[:-4] for file in _sorted("queries"))


def inspection(name: str) -> str:
    """A query of the diagnosis, by the name of its file: it asks the catalogue, since the functions may be what is missing."""
    return _HERE.joinpath("inspections", f"{name}.sql").read_text("utf-8")


def functions() -> tuple[str, ...]:
    """The names of all functions, as the files are named."""
    return tuple(file.name[:-4] for file in _sorted("functions"))


def views() -> tuple[str, ...]:
    """The names of all views, as the files are named."""
    return tuple(file.name[:-4] for file in _sorted("views"))


def _sorted(folder: str) -> list[Traversable]:
    return sorted((file for file in _HERE.joinpath(folder).iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
