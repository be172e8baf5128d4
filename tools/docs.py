"""Writes the parts of the documentation that say what the code says: commands, settings, queries, platforms, rights.

`--check` fails on drift. Whole files: docs/cli.md, docs/settings.md, .env.example. Parts of pages, between `<!-- query NAME -->`,
`<!-- platforms -->`, `<!-- rights -->` or `<!-- diagnoses LANGUAGE -->` and `<!-- end -->`: any page in docs/. Also compares the
two READMEs, which must have the same headings, commands and links.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import msgspec
import typer
from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from typer._click import Command
from typer.cli import get_docs_for_click
from typer.core import TyperGroup

from hotledger import sql
from hotledger.cli import app
from hotledger.config import Settings, environment_name
from hotledger.diagnosis.table import Case, Language, table
from hotledger.model import Plan, Reader
from hotledger.platforms import readers
from hotledger.sql import rights

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh-CN.md")
# What stands in the SQL of a cure in the documentation, where `hotledger doctor` writes the real names.
EXAMPLES = {"role": '"ROLE"', "database": '"DATABASE"', "statements": 'GRANT SELECT, INSERT ON TABLE public.batch_jobs TO "ROLE";'}
NOTICE = "<!-- Generated from the code by `make docs`: change the code, not this page. -->\n\n"
BLOCK = re.compile(r"(<!-- (query|platforms|rights|diagnoses) ?(\S*) -->\n).*?(<!-- end -->)", re.DOTALL)


def cli_page() -> str:
    """Every command with its arguments and options."""
    command = typer.main.get_command(app)
    context = typer.Context(command, info_name="hotledger", **command.context_settings)
    return NOTICE + "\n".join(command_sections(command, context, "hotledger", 0)).rstrip() + "\n"


def command_sections(command: Command, context: typer.Context, name: str, level: int) -> Iterator[str]:
    """A command, and below it its own commands. Typer's own list of them cuts their sentences off."""
    page = get_docs_for_click(obj=command, ctx=context, indent=level, name=name, title=None if level else "Commands")
    yield page.partition("**Commands**:")[0].rstrip() + "\n"
    if isinstance(command, TyperGroup):
        found = {each: command.commands[each] for each in command.list_commands(context)}
        yield "**Commands**:\n"
        yield "".join(f"* `{each}`: {(inner.help or '').strip().splitlines()[0]}\n" for each, inner in found.items())
        for each, inner in found.items():
            yield from command_sections(inner, context, f"{name} {each}", level + 1)


def settings_page() -> str:
    """A table of all settings."""
    rows = [
        f"| {' or '.join(f'`{each}`' for each in names(field, info))} | {default(info)} | {sentence(info)} |"
        for field, info in Settings.model_fields.items()
    ]
    return NOTICE + "\n".join(
        [
            "# Settings",
            "",
            "Settings are read from the environment and from a file `.env` in the current folder; the environment wins. A setting that is",
            "empty counts as not set. None has to be set. `.env.example` lists them all, and `hotledger config` shows those in force.",
            "",
            "| Name | Default | What it is for |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def env_example() -> str:
    """A `.env` to copy: the databases first, then everything else, commented out."""
    blocks = [f"# {sentence(info)}\n{assignment(field, info)}\n" for field, info in Settings.model_fields.items()]
    return "# Copy this file to .env and fill in what you need: nothing has to be set.\n\n" + "\n".join(blocks)


def names(field: str, info: FieldInfo) -> list[str]:
    """All names under which a setting is found in the environment, the main one first."""
    if takes_members(info):
        return [f"{environment_name(field)}__<PLATFORM>"]
    alias = info.validation_alias
    return [str(choice) for choice in alias.choices] if isinstance(alias, AliasChoices) else [environment_name(field)]


def takes_members(info: FieldInfo) -> bool:
    """Whether a setting is a table, whose members have names of their own."""
    return info.default_factory is not None


def assignment(field: str, info: FieldInfo) -> str:
    """The line of `.env.example` for one setting."""
    if takes_members(info):
        return f"# {environment_name(field)}__WEIBO="
    own_name = info.validation_alias is not None
    value = "" if info.default is None or isinstance(info.default, (Path, SecretStr)) else info.default
    return f"{'' if own_name else '# '}{environment_name(field)}={value}"


def default(info: FieldInfo) -> str:
    """How a default is shown; that of a folder depends on the machine."""
    if info.default in (None, PydanticUndefined):
        return "—"
    if isinstance(info.default, Path):
        return "`~/.local/share/hotledger`, on macOS `~/Library/Application Support/hotledger`"
    return f"`{info.default}`"


def sentence(info: FieldInfo) -> str:
    """A description as a sentence."""
    text = info.description or ""
    return text[:1].upper() + text[1:] + "."


def query_block(name: str) -> str:
    """One documented query, in a fence."""
    return f"\n```sql\n{sql.query(name).strip()}\n```\n\n"


def platforms_block(_: str) -> str:
    """All platforms in one table, with how well each is known; then each: what its numbers are, and the ways in which it is read."""
    own = [reader for reader in readers().values() if reader.plans[0].__module__.startswith("hotledger.")]
    recorded = sum(reader.facts.recorded_on is not None for reader in own)
    summary = f"{len(own)} platforms, {recorded} of them proved with real bodies; the others are known from documentation."
    heading = "| id | list | language | category | rows | heat | known from | ways |\n|---|---|---|---|---|---|---|---|"
    rows = "\n".join(platform_row(reader) for reader in own)
    sections = "\n".join(platform_section(reader) for reader in own)
    return f"\n{summary}\n\n{heading}\n{rows}\n\n## Each by itself\n\n{sections}\n"


def platform_row(reader: Reader) -> str:
    """One platform in one line."""
    facts = reader.facts
    heat = "from the rank" if facts.heat_from_rank else facts.heat_unit or ("own score" if facts.heat else "none")
    known = f"recorded {facts.recorded_on}" if facts.recorded_on else "documentation"
    rows = f"{facts.expect.start}-{facts.expect.stop - 1}"
    return f"| `{facts.id}` | {facts.title} | {facts.language} | {facts.category} | {rows} | {heat} | {known} | {len(reader.plans)} |"


def platform_section(reader: Reader) -> str:
    """One platform, in a few lines."""
    facts = reader.facts
    lines = [
        f"### {facts.title}",
        "",
        f"`{facts.id}` · [{facts.home}]({facts.home}) · usually {facts.expect.start} to {facts.expect.stop - 1} rows · {facts.known_from}",
        "",
        *([f"Heat: {facts.heat}.", ""] if facts.heat else ["It shows no heat.", ""]),
        *[f"{number}. {first_line(plan)}" for number, plan in enumerate(reader.plans, 1)],
        "",
        f"It changes about every {facts.cadence_minutes} minutes, and rests {facts.rest_hours:g} hours at most.",
        "",
        *([facts.cookie, ""] if facts.cookie else []),
        *([f"Terms: {facts.terms}.".replace("..", "."), ""] if facts.terms else []),
        *([f"It is collected only when it is named: {facts.off}.", ""] if facts.off else []),
    ]
    return "\n".join(lines)


def first_line(plan: Plan) -> str:
    """What a plan says of itself."""
    return (plan.__doc__ or "").strip().splitlines()[0]


def rights_block(_: str) -> str:
    """Each role with what it may do to each table and function; what is open after `--public-read` only is marked."""
    heading = f"| | {' | '.join(f'`{role}`' for role in rights.ROLES)} |\n|---|{'---|' * len(rights.ROLES)}"
    tables = [rights_row(name, [verbs_of(role, name) for role in rights.ROLES]) for name in rights.relations()]
    functions = [rights_row(name, [mark(role, name) for role in rights.ROLES]) for name in rights.callable_functions()]
    return "\n" + "\n".join(
        [
            "## Tables and views",
            "",
            heading,
            *tables,
            "",
            "## Functions",
            "",
            "“By token”: with a collector's token, whatever the key is.",
            "",
            heading.replace(" |\n", " | by token |\n") + "---|",
            *[
                f"{row} {'✓' if rights.may_call_by_token(name) else '–'} |"
                for name, row in zip(rights.callable_functions(), functions, strict=True)
            ],
            "",
            "*p*: after `--public-read` only. –: refused. Functions run with the rights of their caller, and so the service role may call",
            "those too that only other functions call.",
            "",
            "",
        ]
    )


def rights_row(name: str, cells: list[str]) -> str:
    """One row of a table of rights."""
    return f"| `{name}` | {' | '.join(cells)} |"


def verbs_of(role: str, relation: str) -> str:
    """What a role may do to a table."""
    always = [verb for verb in rights.VERBS if rights.may_use(role, relation, verb)]
    opened = [
        f"*{verb.lower()} p*" for verb in rights.VERBS if verb not in always and rights.may_use(role, relation, verb, public_read=True)
    ]
    return ", ".join([verb.lower() for verb in always] + opened) or "–"


def mark(role: str, function: str) -> str:
    """Whether a role may call a function by itself."""
    if rights.may_call(role, function):
        return "✓"
    return "*p*" if rights.may_call(role, function, public_read=True) else "–"


def diagnoses_block(language: str) -> str:
    """Everything that `hotledger doctor` can find, in one of the languages."""
    spoken = msgspec.convert(language, Language)
    return "\n" + "\n".join(diagnosis_section(code, case, spoken) for code, case in table().cases.items()) + "\n"


def diagnosis_section(code: str, case: Case, language: Language) -> str:
    """One case: its code, the codes by which it is told, and the cure."""
    signs = "".join(f" · `{sign}`" for sign in dict.fromkeys(case.signs + case.api_signs))
    lines = [f"### {case.what.of(language)}", "", f"`{code}`{signs}", "", case.cure.of(language), ""]
    for kind, content in (("sql", case.sql.format_map(EXAMPLES)), ("sh", case.command)):
        lines += [f"```{kind}", content.strip(), "```", ""] if content else []
    return "\n".join(lines)


BLOCKS: dict[str, Callable[[str], str]] = {
    "query": query_block,
    "platforms": platforms_block,
    "rights": rights_block,
    "diagnoses": diagnoses_block,
}


def filled(page: str) -> str:
    """A page with its generated parts written anew."""
    return BLOCK.sub(lambda found: found[1] + BLOCKS[found[2]](found[3]) + found[4], page)


def wanted() -> Iterator[tuple[Path, str]]:
    """Every file that is generated, whole or in part, as it has to be."""
    whole = {ROOT / "docs/cli.md": cli_page(), ROOT / "docs/settings.md": settings_page(), ROOT / ".env.example": env_example()}
    yield from whole.items()
    for path in sorted(ROOT.glob("docs/**/*.md")):
        if path not in whole:
            yield path, filled(path.read_text("utf-8"))


def unlike_readmes() -> Iterator[str]:
    """Where the two READMEs differ in what has to be the same."""
    first, second = (skeleton((ROOT / name).read_text("utf-8")) for name in READMES)
    for one, other in zip_longest(first, second, fillvalue="nothing"):
        if one != other:
            yield f"{READMES[0]} has {one!r} where {READMES[1]} has {other!r}"


def skeleton(text: str) -> list[str]:
    """What two languages share: levels of headings, code (without comments), targets of links."""
    parts = re.split(r"^```\w*\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)
    found: list[str] = []
    for prose, code in zip_longest(parts[::2], parts[1::2], fillvalue=""):
        found += re.findall(r"^(#+) ", prose, flags=re.MULTILINE)
        found += [target for target in re.findall(r"\]\(([^)]+)\)", prose) if target not in READMES]
        found += [line for line in (re.sub(r"\s*# .*", "", line) for line in code.splitlines()) if line]
    return found


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` say which are not as they have to be."""
    stale = [(path, text) for path, text in wanted() if not path.exists() or path.read_text("utf-8") != text]
    complaints: list[Any] = list(unlike_readmes())
    if "--check" in arguments:
        complaints += [f"{path.relative_to(ROOT)} does not agree with the code: run `make docs`" for path, _ in stale]
    else:
        for path, text in stale:
            path.write_text(text, "utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
