"""`hotledger new-platform`: writes the first files of a platform that hotledger does not know yet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from hotledger.config import Settings
    from hotledger.skeleton import Files, Wanted


def new_platform(
    name: Annotated[str, typer.Argument(metavar="ID", help="Id of the new platform: a-z, 0-9, - and _.")],
    url: Annotated[str, typer.Option(help="Address of its list.")],
    kind: Annotated[Literal["json", "html", "feed"], typer.Option(help="What the list is written in.")] = "json",
    title: Annotated[str | None, typer.Option(help="Its title for people; the id, when not given.")] = None,
    toml: Annotated[bool, typer.Option("--toml", help="Declare it in TOML, without Python.")] = False,
    into: Annotated[Path | None, typer.Option(help="Folder to write into.")] = None,
) -> None:
    """Write the first files of a new platform: a module, made-up bodies with what is expected of them, and a test that is green.

    In a clone of hotledger they go where they belong; else into a new folder, as a small package. With --toml it is one file, in the folder
    of your own platforms. Nothing is ever overwritten.
    """
    from hotledger.app import known_readers
    from hotledger.cli.screen import console, inert
    from hotledger.config import load
    from hotledger.errors import SettingsError
    from hotledger.skeleton import wanted

    settings = load()
    made = wanted(name, url, kind, title)
    if name in known_readers(settings):
        raise SettingsError(f"There is a platform “{name}” already: give the new one another id.")
    folder, files, next_step = _package(made, into) if not toml else _declaration(made, into, settings)
    _write(folder, files)
    for path in files:
        console().print(inert(str(folder / path)), highlight=False, soft_wrap=True)
    console().print(next_step, highlight=False, soft_wrap=True)


def _package(made: Wanted, into: Path | None) -> tuple[Path, Files, str]:
    from shlex import quote

    from hotledger.skeleton import in_clone, package

    clone = None if into else _clone(Path.cwd())
    if clone:
        return (
            clone,
            in_clone(made),
            f"Now: .venv/bin/pytest -q tests/platforms/test_fixtures.py tests/simulator/test_sites.py -k {made.id}",
        )
    folder = into or Path(made.id)
    there = quote(str(folder))
    return folder, package(made), f"Now: python -m pytest {there} (green), then python -m pip install -e {there}"


def _declaration(made: Wanted, into: Path | None, settings: Settings) -> tuple[Path, Files, str]:
    from hotledger.app import declarations
    from hotledger.skeleton import declaration

    return into or declarations(settings), declaration(made), f"Now: hotledger platforms check {made.id}"


def _clone(folder: Path) -> Path | None:
    """The clone of hotledger that a folder is in."""
    return next((each for each in (folder, *folder.parents) if (each / "src/hotledger/platforms/__init__.py").is_file()), None)


def _write(folder: Path, files: Files) -> None:
    """Write all of them, or none: what is there already is not touched."""
    from hotledger.errors import SettingsError

    for path in files:
        if (folder / path).exists():
            raise SettingsError(
                f"{folder / path} is there already, and nothing is overwritten: move it away, or give another id or --into."
            )
    try:
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            with (folder / path).open("x", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        raise SettingsError(f"{error.filename} can't be written ({error.strerror}). Name another folder with --into.") from None
