"""The settings: where they come from, which wins, and what is shown of secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotledger.config import Settings, environment_name, load
from hotledger.errors import SettingsError


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the tester's own settings is around."""
    for name in Settings.model_fields:
        monkeypatch.delenv(environment_name(name), raising=False)
    monkeypatch.chdir(tmp_path)


def test_argument_wins_over_environment_over_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting comes from the argument, else the environment, else `.env`, else its default."""
    assert load().attempts == 3
    Path(".env").write_text("HOTLEDGER_ATTEMPTS=4\nHOTLEDGER_BODY_MIB=9\n", encoding="utf-8")
    assert load().attempts == 4
    monkeypatch.setenv("HOTLEDGER_ATTEMPTS", "5")
    assert (load().attempts, load().body_mib) == (5, 9)
    assert load(attempts=6).attempts == 6


def test_empty_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is set to nothing counts as not set."""
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("HOTLEDGER_ATTEMPTS", "")
    assert (load().database_url, load().attempts) == (None, 3)


def test_home_of_the_user_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A `~` in HOTLEDGER_HOME, which no shell has replaced in `.env`, is the user's home."""
    monkeypatch.setenv("HOME", str(tmp_path))
    Path(".env").write_text("HOTLEDGER_HOME=~/kept\n", encoding="utf-8")
    assert load().home == tmp_path / "kept"


@pytest.mark.parametrize("form", ["HOTLEDGER_COOKIE__WEIBO=SUB=sekret", """HOTLEDGER_COOKIE='{"weibo": "SUB=sekret"}'"""])
def test_cookie_in_both_forms(form: str) -> None:
    """A platform's cookie can be set by its own name, or all of them as JSON; neither form shows it."""
    Path(".env").write_text(f"{form}\nDATABASE_URL=postgresql://me:sekret@here/x\n", encoding="utf-8")
    settings = load()
    assert settings.cookie["weibo"].get_secret_value() == "SUB=sekret"
    assert "sekret" not in f"{settings} {settings!r}"


def test_each_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """All wrong values are told at once, by the names under which they were set."""
    monkeypatch.setenv("HOTLEDGER_ATTEMPTS", "0")
    monkeypatch.setenv("HOTLEDGER_LEASE_SECONDS", "x")
    with pytest.raises(SettingsError, match=r"HOTLEDGER_LEASE_SECONDS.*HOTLEDGER_ATTEMPTS"):
        load()


def test_settings_can_not_be_changed() -> None:
    """What was read stays as it is."""
    with pytest.raises(ValueError, match="frozen"):
        load().attempts = 9
