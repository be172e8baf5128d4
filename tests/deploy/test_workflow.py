"""Whether the GitHub Actions workflow is a valid one, and does no more than it has to."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

Lint = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def path(deploy: Path) -> Path:
    return deploy / "github-actions/collect.yml"


@pytest.fixture
def workflow(path: Path) -> dict[Any, Any]:
    return yaml.safe_load(path.read_text("utf-8"))


@pytest.mark.parametrize("schema", ["vendor.github-workflows", "custom.github-workflows-require-timeout"])
def test_it_has_the_form_of_a_workflow(schema: str, path: Path, lint: Lint) -> None:
    """The workflow agrees with the published schema, and every job has a time limit."""
    checked = lint("check-jsonschema", "--builtin-schema", schema, path)
    assert checked.returncode == 0, checked.stdout


def test_an_audit_finds_nothing(path: Path, lint: Lint) -> None:
    """zizmor, at its strictest, finds no way in which the workflow could be misused."""
    config = Path(__file__).with_name("zizmor.yml")
    checked = lint("zizmor", "--offline", "--no-progress", "--persona=pedantic", "--config", config, path)
    assert checked.returncode == 0, checked.stdout


def test_it_may_only_read_and_runs_alone(workflow: dict[Any, Any]) -> None:
    """It asks for no right but to read, and one run waits for another instead of ending it."""
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"]["cancel-in-progress"] is False
    assert "permissions" not in workflow["jobs"]["collect"]


def test_it_keeps_off_the_full_and_the_half_hour(workflow: dict[Any, Any]) -> None:
    """GitHub's schedules are latest at the full and the half hour; ours is at neither. (YAML 1.1 reads `on` as true.)"""
    minutes = [entry["cron"].split()[0] for entry in workflow[True]["schedule"]]
    assert minutes
    assert not {"0", "30"} & {minute for each in minutes for minute in each.split(",")}
    assert all(re.fullmatch(r"[\d,]+", each) for each in minutes)


def test_keys_reach_only_the_steps_that_need_them(workflow: dict[Any, Any]) -> None:
    """No step that runs code of others, not even the set-up, sees a secret."""
    job = workflow["jobs"]["collect"]
    assert "secrets." not in str(job["env"])
    seeing = {step.get("name") for step in job["steps"] if "secrets." in str(step)}
    assert seeing == {"See that a database is named", "Collect"}


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ({}, 1),
        ({"SUPABASE_URL": "https://x.supabase.co"}, 1),
        ({"SUPABASE_URL": "https://x.supabase.co", "SUPABASE_KEY": "k"}, 0),
        ({"DATABASE_URL": "postgresql://x/y"}, 0),
    ],
)
def test_it_stops_when_no_database_is_named(named: dict[str, str], code: int, workflow: dict[Any, Any]) -> None:
    """Without a database, a run fails at once instead of collecting into one that goes away with the machine."""
    step = next(step for step in workflow["jobs"]["collect"]["steps"] if step.get("name") == "See that a database is named")
    environment = {name: named.get(name, "") for name in step["env"]}
    ended = subprocess.run(["/bin/sh", "-euc", step["run"]], env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == code, ended.stderr
    assert ("::error::" in ended.stdout) == (code == 1)
