"""`hotledger alerts`: who is told what, how that went, and a test of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotledger.cli.options import AsJson
from hotledger.errors import SettingsError

if TYPE_CHECKING:
    from hotledger.alerts.alerting import Outcome
    from hotledger.alerts.rules import Rule, Rules
    from hotledger.ledger.telling import Told

app = typer.Typer(help="Be told of troubles, failed collections and keywords, on channels of your choice.", invoke_without_command=True)


@app.callback()
def alerts(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", "-n", min=0, max=1000, help="How many of the last deliveries.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Show the channels (their addresses as stars) and whether one is dead, the rules, and the last deliveries.

    The exit code is 3 when a channel is dead: it failed three times in a row.
    """
    if context.invoked_subcommand is None:
        from hotledger.cli.running import run
        from hotledger.cli.screen import print_json

        rules, told = run(_told(limit))
        if as_json:
            print_json(summary(rules, told))
        else:
            show(rules, told)
        if any(channel.dead for channel in told.channels if channel.name in rules.channels):
            raise typer.Exit(3)


@app.command("run")
def run_(
    every: Annotated[
        int | None, typer.Option(min=10, max=86_400, help="Look again and again, so many seconds apart, until Ctrl-C.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell now what is to be told: for cron. A collection does the same when it has ended.

    Where several machines do it, each event is still told once. The exit code is 3 when a channel failed.
    """
    from hotledger.cli.running import run
    from hotledger.cli.screen import print_json

    outcome = run(_looked(every))
    if as_json:
        print_json({"delivered": outcome.delivered, "events": outcome.events, "held": outcome.held, "failed": outcome.failed})
    else:
        show_outcome(outcome)
    if outcome.failed:
        raise typer.Exit(3)


@app.command("test")
def send_test(
    channel: Annotated[list[str] | None, typer.Option(help="Only this channel; can be given again.")] = None, as_json: AsJson = False
) -> None:
    """Send a test message on each channel, and say how it went. The exit code is 3 when one failed."""
    from hotledger.cli.running import run
    from hotledger.cli.screen import console, inert, print_json

    went = run(_tested(channel or []))
    if as_json:
        print_json([{"channel": name, "delivered": why is None, "error": why} for name, why in went.items()])
    else:
        for name, why in went.items():
            console().print(f"{inert(name)}: {'delivered' if why is None else f'failed: {inert(why)}'}")
    if any(why is not None for why in went.values()):
        raise typer.Exit(3)


async def _told(limit: int) -> tuple[Rules, Told]:
    from hotledger.alerts.configured import rules_of
    from hotledger.app import opened_ledger
    from hotledger.cli.screen import say
    from hotledger.config import load

    settings = load()
    rules = rules_of(settings)
    async with opened_ledger(settings, say) as ledger:
        return rules, await ledger.telling.told(at_most=limit, keep_hours=rules.keep_hours)


async def _looked(every: int | None) -> Outcome:
    import asyncio

    from hotledger.alerts.alerting import told_quietly
    from hotledger.alerts.configured import alerting
    from hotledger.app import configure_logging, opened_ledger, size_limit_mb
    from hotledger.cli.screen import say
    from hotledger.config import load

    settings = load()
    configure_logging(settings)
    async with opened_ledger(settings, say) as ledger:
        found = alerting(ledger, settings, size_limit_mb(settings))
        while every is not None:
            outcome = await told_quietly(found, every)
            if outcome is not None and (outcome.events or outcome.failed):
                show_outcome(outcome)
            await asyncio.sleep(every)
        return await found.run()


async def _tested(wanted: list[str]) -> dict[str, str | None]:
    from hotledger.alerts.configured import alerting, rules_of
    from hotledger.app import opened_ledger, size_limit_mb
    from hotledger.cli.screen import say
    from hotledger.config import load

    settings = load()
    known = rules_of(settings).channels
    for name in wanted:
        if name not in known:
            raise SettingsError(f"There is no channel “{name}” in the alert rules. Those there are: {', '.join(known)}.")
    async with opened_ledger(settings, say) as ledger:
        return await alerting(ledger, settings, size_limit_mb(settings)).test(wanted or list(known))


def summary(rules: Rules, told: Told) -> dict[str, Any]:
    """Rules, channels and deliveries for programs."""
    from msgspec import to_builtins

    known = {channel.name: to_builtins(channel) for channel in told.channels}
    return {
        "language": rules.language,
        "keep_hours": rules.keep_hours,
        "quiet": to_builtins(rules.quiet) if rules.quiet else None,
        "channels": [{"name": name, "address": repr(address), **known.get(name, {})} for name, address in rules.channels.items()],
        "rules": [to_builtins(rule) for rule in rules.rules],
        "deliveries": to_builtins(told.deliveries),
    }


def show(rules: Rules, told: Told) -> None:
    """Rules, channels and deliveries for people."""
    from hotledger.cli.screen import ago, console, inert, table, when

    screen = console()
    known = {channel.name: channel for channel in told.channels}
    rows = [
        (name, repr(address), "new", None, 0, None, None)
        if (channel := known.get(name)) is None
        else (
            name,
            repr(address),
            "dead" if channel.dead else "failing" if channel.failures else "well",
            ago(channel.delivered_at),
            channel.waiting,
            when(channel.retry_at),
            channel.error,
        )
        for name, address in rules.channels.items()
    ]
    columns = ["channel", "address", "state", "last delivered", "waiting", "tried again", "error"]
    screen.print(table(columns, rows, right=["waiting"], wide=["error"], spare=["address", "tried again"]))
    for number, rule in enumerate(rules.rules, 1):
        screen.print(f"Rule {number}: {inert(said(rule, rules))}")
    if rules.quiet is not None:
        screen.print(f"Quiet from {rules.quiet.begins} to {rules.quiet.ends} ({inert(rules.quiet.zone)}).")
    if told.deliveries:
        last = [
            (
                when(each.noted_at),
                each.channel,
                "given up" if each.given_up else each.state,
                each.kind,
                each.subject,
                each.attempts,
                each.error,
            )
            for each in told.deliveries
        ]
        columns = ["noted", "channel", "state", "event", "about", "attempts", "error"]
        screen.print(table(columns, last, right=["attempts"], wide=["error", "about"], spare=["attempts"]))
    else:
        screen.print("Nothing was told yet. `hotledger alerts test` sends a test message.")


def said(rule: Rule, rules: Rules) -> str:
    """A rule in a sentence."""
    parts = [", ".join(rule.events)]
    for name, words in (("platforms", rule.platforms), ("kinds", rule.kinds), ("keyword", rule.keywords)):
        parts += [f"{name} {', '.join(words)}"] if words else []
    parts += [f"{rule.ranks} ranks"] if "keyword_climbed" in rule.events else []
    parts += [f"from {rule.percent} %"] if "size_near" in rule.events else []
    parts += ["urgent"] if rule.urgent else []
    parts += [f"every {rule.digest_minutes} min together"] if rule.digest_minutes else []
    parts += [f"cooldown {rule.cooldown_minutes} min"] if rule.cooldown_minutes else []
    return f"{'; '.join(parts)} → {', '.join(rule.channels or rules.channels)}"


def show_outcome(outcome: Outcome) -> None:
    """How one look went, in a line, and one for each channel that failed."""
    from hotledger.cli.screen import console, inert

    screen = console()
    screen.print(f"{outcome.delivered} messages about {outcome.events} events delivered, {outcome.held} events wait.")
    for name, why in outcome.failed.items():
        screen.print(f"{inert(name)} failed: {inert(why)}", style="yellow")
