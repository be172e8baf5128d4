"""`hotledger parse`: reads saved bodies with a platform's parser, without network or database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from hotledger.cli.options import AsJson


def parse(
    platform: Annotated[str, typer.Argument(help="Id of a platform.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Bodies as the platform served them.")],
    as_json: AsJson = False,
) -> None:
    """Read saved bodies as a collection would, and show the verdict and the items of each; how old they are is not judged.

    The exit code is 3 when any file was not read well. With --json, one line is printed for each file, in the order given.
    """
    from hotledger.app import known_readers
    from hotledger.cli.screen import print_json
    from hotledger.config import load
    from hotledger.platforms import reader

    known = reader(platform, known_readers(load()))
    well = True
    for file in files:
        parsed, read_well = _parsed(known, _content(file))
        well = well and read_well
        if as_json:
            print_json(parsed)
        else:
            _show(file, parsed)
    if not well:
        raise typer.Exit(3)


def _content(file: Path) -> bytes:
    from hotledger.errors import SettingsError

    try:
        return file.read_bytes()
    except OSError as error:
        raise SettingsError(f"{file} can't be read ({error.strerror}). Name a file with a saved body.") from None


def _parsed(known: Any, content: bytes) -> tuple[dict[str, Any], bool]:
    from datetime import UTC, datetime

    import msgspec

    from hotledger.body import from_file
    from hotledger.collect.reading import Known, listed
    from hotledger.ledger.batch import Past

    timeless = known._replace(facts=msgspec.structs.replace(known.facts, fresh_hours=None))
    found = listed(timeless, from_file(content, datetime.now(UTC)), Known(Past()))
    judgement, listing = found.judgement, found.listing
    kept = judgement.verdict.keeps_list
    parsed = {
        "platform": known.facts.id,
        "verdict": judgement.verdict.value,
        "evidence": judgement.evidence,
        "items": [_row(item) | {"rank": rank} for rank, item in enumerate(listing.ranked if kept else (), 1)],
        "pinned": [_row(item) for item in listing.pinned],
        "ads": len(listing.ads),
    }
    return parsed, kept


def _row(item: Any) -> dict[str, Any]:
    return {"title": item.title, "id": item.id, "url": item.url, "heat": item.heat, "heat_text": item.heat_text}


def _show(file: Path, parsed: dict[str, Any]) -> None:
    from hotledger.cli.screen import console, inert, table, word

    screen = console()
    screen.print(f"{inert(str(file))}:", word(parsed["verdict"]), f"({inert(parsed['evidence'])})")
    if parsed["items"]:
        rows = [(item["rank"], item["heat"], item["id"], item["title"]) for item in parsed["items"]]
        screen.print(table(["rank", "heat", "id", "title"], rows, right=["rank", "heat"], wide=["title"], spare=["id", "heat"]))
    if parsed["pinned"] or parsed["ads"]:
        screen.print(f"{len(parsed['pinned'])} pinned, {parsed['ads']} paid rows beside the ranked ones")
