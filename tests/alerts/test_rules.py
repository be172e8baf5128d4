"""`alerts.toml`: what is in it, what is wrong in it, and that no secret of it is ever shown."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from tests.alerts.made import rules

from hotledger.alerts.rules import Quiet, read
from hotledger.errors import SettingsError
from hotledger.ledger.telling import Event

TOKENS = {
    "TELEGRAM_TOKEN": f"123456789:{'a' * 35}",
    "TELEGRAM_CHAT": "12345",
    "SLACK_A": "T1JJ3T3L2",
    "SLACK_B": "A1BRTD4JD",
    "SLACK_C": "T" * 24,
}
CHANNEL = '[channels]\nphone = "ntfys://${TOPIC}"\n'


def event(on: str, **more: object) -> Event:
    """A made-up event."""
    return msgspec.convert({"key": on, "on": on, "at": "2026-03-04T12:00:00Z", **more}, Event)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('[channels]\nphone = "x" y', "at line 2, column 13"),
        ("[[rules]]\non = 'batch_failed'", "missing required field `channels`"),
        ("rules = 1\n[channels]", "at rules: expected `array`, got `int`"),
        (f"{CHANNEL}[[rules]]\non = 'batch_failed'\ncolour = 1", "at rule 1: object contains unknown field `colour`"),
        (f"{CHANNEL}[[rules]]\non = 'lunch'", "at rule 1, on (one or more of incident_opened,"),
        (f"{CHANNEL}[[rules]]\non = 'test'", "at rule 1, on: “test” is no event"),
        (f"{CHANNEL}[[rules]]\non = 'batch_lost'\n[[rules]]\non = []", "at rule 2, on: it is empty"),
        (f"{CHANNEL}[[rules]]\non = 'batch_failed'\nchannels = ['pager']", "at rule 1, channels: there is no channel “pager”"),
        (f"{CHANNEL}[[rules]]\non = 'keyword_appeared'", "at rule 1, keyword: it is missing"),
        (f"{CHANNEL}[[rules]]\non = 'batch_failed'\ndigest_minutes = -1", "at rule 1, digest_minutes"),
        (f"{CHANNEL}[quiet]\nfrom = '22:00'\nto = '07:00'\nzone = 'Mars/Base'\n[[rules]]\non = 'batch_lost'", "at quiet.zone"),
        (f"{CHANNEL}[quiet]\nfrom = '25:00'\nto = '07:00'\n[[rules]]\non = 'batch_lost'", "at quiet.from"),
        (f"{CHANNEL}[quiet]\nfrom = '07:00'\nto = '07:00'\n[[rules]]\non = 'batch_lost'", "from and to are the same"),
        ('[channels]\nphone = "ntfys://${PIN}"\n[[rules]]\non = "batch_lost"', "at channels.phone: PIN is not set"),
        ('[channels]\nphone = "12345"\n[[rules]]\non = "batch_lost"', "at channels.phone: it is no address"),
        ("rules = []\n[channels]", "at channels: there is none"),
        (f"keep_hours = 2\n{CHANNEL}[[rules]]\non = 'batch_lost'\ndigest_minutes = 120", "at keep_hours: it is no longer than rule 1"),
    ],
)
def test_a_wrong_file_is_one_sentence(tmp_path: Path, text: str, where: str) -> None:
    """It names the file and the line or the key, and shows no secret."""
    with pytest.raises(SettingsError) as raised:
        rules(tmp_path, text, TOPIC="very-secret")
    said = str(raised.value)
    assert said.startswith(str(tmp_path / "alerts.toml"))
    assert where in said
    assert "\n" not in said
    assert "very-secret" not in said


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    """It says which setting names it."""
    with pytest.raises(SettingsError, match="HOTLEDGER_ALERTS"):
        read(tmp_path / "none.toml", {})


def test_an_address_is_stars(tmp_path: Path) -> None:
    """Whoever prints it gets stars, and so does what a service says of it."""
    known = rules(tmp_path, f'{CHANNEL}[[rules]]\non = "batch_lost"', TOPIC="very-secret")
    address = known.channels["phone"]
    assert f"{address} {address!r} {known}".count("very-secret") == 0
    assert repr(address) == "ntfys://****"
    assert address.reveal() == "ntfys://very-secret"
    assert address.starred("POST https://ntfy.sh/very-secret failed") == "POST https://ntfy.sh/**** failed"


def test_filters_choose(tmp_path: Path) -> None:
    """By platform, kind, word, ranks and share; what is not given lets everything through."""
    text = """
[[rules]]
on = ["incident_opened"]
platforms = ["weibo"]
kinds = ["blocked"]
[[rules]]
on = ["keyword_appeared", "keyword_climbed"]
keyword = "Rust"
ranks = 5
[[rules]]
on = "size_near"
percent = 90
"""
    trouble, word, size = rules(tmp_path, f"{CHANNEL}{text}", TOPIC="t").rules
    assert trouble.wants(event("incident_opened", platforms=["weibo"], kind="blocked"))
    assert not trouble.wants(event("incident_opened", platforms=["baidu"], kind="blocked"))
    assert not trouble.wants(event("incident_opened", platforms=["weibo"], kind="short"))
    assert not trouble.wants(event("incident_recovered", platforms=["weibo"], kind="blocked"))
    assert word.wants(event("keyword_appeared", keyword="Rust"))
    assert not word.wants(event("keyword_appeared", keyword="Go"))
    assert [word.wants(event("keyword_climbed", keyword="Rust", climbed=ranks)) for ranks in (4, 5)] == [False, True]
    assert [size.wants(event("size_near", percent=percent)) for percent in (89, 90)] == [False, True]


@pytest.mark.parametrize(
    ("quiet", "hours"),
    [(Quiet("22:00", "07:00", "Asia/Shanghai"), range(14, 23)), (Quiet("09:00", "11:00"), range(9, 11))],
)
def test_quiet_hours_are_those_of_their_zone(quiet: Quiet, hours: range) -> None:
    """Over midnight too; the beginning is in them, the end is not."""
    assert [hour for hour in range(24) if quiet.covers(datetime(2026, 3, 4, hour, tzinfo=UTC))] == list(hours)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of modules that apprise loads
@pytest.mark.parametrize("number", [0, 1])
def test_the_documented_rules_are_right(tmp_path: Path, number: int) -> None:
    """Each file in the documentation can be read, and apprise knows each of its addresses."""
    from apprise import Apprise

    page = Path(__file__).parents[2] / "docs" / "alerts.md"
    text = re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)[number]
    secrets = {name: TOKENS.get(name, "a" * 32) for name in re.findall(r"\$\{(\w+)\}", text)}
    for name, address in rules(tmp_path, text, **secrets).channels.items():
        assert Apprise.instantiate(address.reveal()) is not None, name
