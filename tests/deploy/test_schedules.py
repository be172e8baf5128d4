"""Whether the systemd units and the crontab are valid, and whether mail comes exactly when something went wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Lint = Callable[..., subprocess.CompletedProcess[str]]
MOST_EXPOSED = 2.0  # of 10, as systemd counts it; services that nobody has hardened have more than 9


@pytest.fixture
def units(deploy: Path, tmp_path: Path) -> list[Path]:
    """The units as they would be on a machine where the collector is installed: systemd wants to see what it is to start."""
    made = []
    for unit in sorted((deploy / "systemd").iterdir()):
        text = unit.read_text("utf-8").replace("/opt/hotledger/.venv/bin/hotledger", sys.executable)
        made.append(tmp_path / unit.name)
        made[-1].write_text(text)
    return made


def test_systemd_accepts_the_units(units: list[Path], lint: Lint) -> None:
    """systemd finds no unknown word and nothing missing in service and timer."""
    checked = lint("systemd-analyze", "verify", "--man=no", *units)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert {unit.name for unit in units} == {"hotledger-collect.service", "hotledger-collect.timer"}


def test_the_service_is_well_shut_in(units: list[Path], lint: Lint) -> None:
    """By systemd's own count, the service could do little harm if it were taken over."""
    checked = lint("systemd-analyze", "security", "--offline=true", f"--threshold={int(MOST_EXPOSED * 10)}", units[0])
    assert checked.returncode == 0, checked.stdout[-400:] + checked.stderr


def test_the_timer_makes_up_for_what_was_missed_and_keeps_off_the_full_hour(deploy: Path) -> None:
    """A run missed while the machine was off is made up for, and the exact time is left to chance."""
    timer = (deploy / "systemd/hotledger-collect.timer").read_text("utf-8")
    assert re.search(r"^Persistent=yes$", timer, re.MULTILINE)
    assert re.search(r"^RandomizedDelaySec=\d+min$", timer, re.MULTILINE)
    assert re.search(r"^OnCalendar=hourly$", timer, re.MULTILINE)


def cron_entry(deploy: Path) -> tuple[list[str], str]:
    """The times and the command of the only entry of the crontab."""
    lines = (deploy / "cron/hotledger").read_text("utf-8").splitlines()
    (entry,) = (line for line in lines if line and not re.match(r"#|[A-Z_]+=", line))
    *times, command = entry.split(maxsplit=5)
    return times, command


def test_the_crontab_has_the_form_of_one(deploy: Path) -> None:
    """Five times that cron understands, a command without the sign that cron takes for a new line, and a last line that ends."""
    times, command = cron_entry(deploy)
    assert len(times) == 5
    assert all(re.fullmatch(r"\*|\d+", each) for each in times)
    assert "%" not in command
    assert (deploy / "cron/hotledger").read_text("utf-8").endswith("\n")


@pytest.mark.parametrize(("code", "mailed"), [(0, ""), (3, "exit code 3\na table\na log line\n")])
def test_cron_has_something_to_mail_exactly_when_the_exit_code_is_not_0(code: int, mailed: str, deploy: Path, tmp_path: Path) -> None:
    """A collection that went well says nothing; one that did not says its exit code and everything it had to say."""
    played = tmp_path / ".venv/bin/hotledger"
    played.parent.mkdir(parents=True)
    played.write_text(f"#!/bin/sh\necho a table\necho a log line >&2\nexit {code}\n")
    played.chmod(0o755)
    command = cron_entry(deploy)[1].replace("/opt/hotledger", str(tmp_path))
    ended = subprocess.run(["/bin/sh", "-c", command], env={"PATH": os.defpath}, capture_output=True, text=True, check=False)
    assert (ended.stdout, ended.stderr) == (mailed, "")
