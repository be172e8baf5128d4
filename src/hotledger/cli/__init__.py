"""The command line: one file per command. A command reads, shapes and shows; it decides nothing.

Heavy imports stay inside the commands, so that `--help` is quick.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any

import typer

from hotledger.cli import (
    alerts,
    bodies,
    collect,
    collector,
    config,
    db,
    doctor,
    health,
    import_,
    incidents,
    job,
    jobs,
    mcp,
    migrate,
    new_platform,
    parse,
    platforms,
    psql,
    purge,
    reparse,
    run,
    serve,
    simulate,
    spool,
    sql,
    top,
    topic,
    trend,
    verify,
)
from hotledger.errors import HotledgerError

app = typer.Typer(
    name="hotledger",
    help="Collect hot lists into PostgreSQL, and keep an honest ledger of every run.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("collect")(collect.collect)
app.command("jobs")(jobs.jobs)
app.command("job")(job.job)
app.command("trend")(trend.trend)
app.command("top")(top.top)
app.command("topic")(topic.topic)
app.command("incidents")(incidents.incidents)
app.command("health")(health.health)
app.add_typer(alerts.app, name="alerts")
app.add_typer(platforms.app, name="platforms")
app.command("parse")(parse.parse)
app.command("new-platform")(new_platform.new_platform)
app.add_typer(bodies.app, name="bodies")
app.command("reparse")(reparse.reparse)
app.command("import")(import_.import_)
app.command("verify")(verify.verify)
app.command("purge")(purge.purge)
app.add_typer(spool.app, name="spool")
app.add_typer(doctor.app, name="doctor")
app.add_typer(collector.app, name="collector")
app.command("migrate")(migrate.migrate)
app.command("sql")(sql.sql)
app.add_typer(db.app, name="db")
app.command("psql", context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})(psql.psql)
app.command("serve")(serve.serve)
app.command("mcp")(mcp.mcp)
app.command("simulate")(simulate.simulate)
app.command("config")(config.config)
app.command("run")(run.run)


def version(asked: bool) -> None:
    """Print the version and leave."""
    if asked:
        from hotledger import __version__

        typer.echo(f"hotledger {__version__}")
        raise typer.Exit


@app.callback()
def root(_version: bool = typer.Option(False, "--version", callback=version, is_eager=True, help="Show the version and leave.")) -> None:
    """Collect hot lists into PostgreSQL, and keep an honest ledger of every run."""


def main() -> None:
    """The entry point: every failure is one sentence on stderr and an exit code."""
    warnings.showwarning = show_warning
    try:
        app()
    except HotledgerError as error:
        leave(str(error), error.exit_code, error)
    except KeyboardInterrupt:
        leave("interrupted.", 130)
    except BrokenPipeError:
        # Whoever read our output has left; nothing more can be said to them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        leave(f"an unexpected failure: {type(error).__name__}: {error}. HOTLEDGER_LOG_LEVEL=debug shows where.", 1, error)


def show_warning(message: Warning | str, category: type[Warning], filename: str, lineno: int, file: Any = None, line: Any = None) -> None:
    """A warning as one sentence, without its place in the code."""
    print(f"hotledger: {message}", file=sys.stderr)  # noqa: T201 - it may come from anywhere


def leave(sentence: str, code: int, error: BaseException | None = None) -> None:
    """Say why on stderr, with the traceback where debugging is asked for, and exit."""
    if error is not None and os.environ.get("HOTLEDGER_LOG_LEVEL") == "debug":
        import traceback

        traceback.print_exception(error)
    print(f"hotledger: {sentence}", file=sys.stderr)  # noqa: T201 - the last word, when nothing else may work
    sys.exit(code)
