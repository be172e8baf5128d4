"""`new-platform`: what it writes is green as it is, whichever kind, in a package, in a clone and in TOML."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.commands import Commands
from tests.database import Database

from hotledger.simulator import Simulator

FEED = '[mine]\ntitle = "Mine"\nkind = "feed"\nurl = "https://www.theguardian.com/world/rss"\nexpect = [40, 50]\naliases = ["ours"]\n'

ROOT = Path(__file__).parents[2]
KINDS = ["json", "html", "feed"]


def green(folder: Path, *arguments: str, **more: str) -> str:
    """What pytest says in a folder, in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, **more},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.mark.parametrize("kind", KINDS)
async def test_a_package_is_green_and_installable(run_nothing: Commands, tmp_path: Path, kind: str) -> None:
    """The package's own test passes, and once its entry point is there, its platform is known."""
    done = await run_nothing(
        "new-platform", "my-board", "--url", "https://board.example.com/hot?a=1", "--kind", kind, "--title", "我的“榜”"
    )
    assert (done.code, done.err) == (0, "")
    package = tmp_path / "my-board"
    assert "5 passed" in green(package)
    assert 'my-board = "hotledger_my_board"' in (package / "pyproject.toml").read_text("utf-8")
    info = package / "hotledger_my_board-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: hotledger-my-board\nVersion: 0.1.0\n")
    (info / "entry_points.txt").write_text("[hotledger.platforms]\nmy-board = hotledger_my_board\n")
    usual = next(path for path in (package / "tests" / "bodies").glob("usual.*") if "expected" not in path.name)
    parsed = await run_nothing("parse", "my-board", str(usual), "--json", PYTHONPATH=str(package))
    assert [item["title"] for item in parsed.json["items"]] == ["The first title & more", "The second title"]
    assert "我的“榜”" in (await run_nothing("platforms", "my-board", PYTHONPATH=str(package))).out


async def test_in_a_clone_all_files_go_where_they_belong(run_nothing: Commands, tmp_path: Path) -> None:
    """In a clone, the tests of all platforms take the new ones in, and are green for them."""
    clone = tmp_path / "clone"
    junk = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src", clone / "src", ignore=junk)
    shutil.copytree(ROOT / "tests", clone / "tests", ignore=junk)
    shutil.copy(ROOT / "pyproject.toml", clone)
    run_nothing.folder = clone / "tests"
    for kind in KINDS:
        done = await run_nothing("new-platform", f"9-new-{kind}", "--url", f"https://{kind}.example.com/hot", "--kind", kind)
        assert (done.code, done.err) == (0, "")
    assert (clone / "src/hotledger/platforms/site_9_new_json.py").is_file()
    tests = ["tests/platforms/test_fixtures.py", "tests/simulator/test_sites.py"]
    said = green(clone, *tests, "-k", "9-new", PYTHONPATH=str(clone / "src"))
    assert "failed" not in said
    assert int(said.split(" passed")[0].split()[-1]) >= 40


@pytest.mark.parametrize("kind", KINDS)
async def test_a_declaration_is_read_at_once(run_nothing: Commands, tmp_path: Path, kind: str) -> None:
    """With --toml the platform is there right away, and is collected as its made-up body of the same kind is read."""
    address = ["--url", "https://board.example.com/hot", "--kind", kind]
    done = await run_nothing("new-platform", "mine", "--toml", *address)
    assert (done.code, done.err) == (0, "")
    assert (tmp_path / "untouched" / "platforms" / "mine.toml").is_file()
    await run_nothing("new-platform", "example", "--into", "example", *address)
    usual = next(path for path in (tmp_path / "example" / "tests" / "bodies").glob("usual.*") if "expected" not in path.name)
    parsed = (await run_nothing("parse", "mine", str(usual), "--json")).json
    assert [item["title"] for item in parsed["items"]] == ["The first title & more", "The second title"]
    assert "mine" in [row["id"] for row in (await run_nothing("platforms", "--json")).json]


async def test_nothing_is_overwritten(run_nothing: Commands, tmp_path: Path) -> None:
    """A file that is there stops all of them; so do an id that is taken or wrong, and what is no address."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "hotledger_mine.py").write_text("mine")
    for arguments in (["mine"], ["weibo"], ["My Board"], ["../x"]):
        done = await run_nothing("new-platform", *arguments, "--url", "https://board.example.com/hot")
        assert (done.code, done.err.count("\n")) == (2, 1)
    assert (await run_nothing("new-platform", "other", "--url", "board.example.com")).code == 2
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["hotledger_mine.py"]
    assert (tmp_path / "mine" / "hotledger_mine.py").read_text() == "mine"


async def test_a_wrong_declaration_stops_in_one_sentence(run_nothing: Commands, tmp_path: Path) -> None:
    """A command that needs the platforms names the file and what is wrong in it; the folder can be set."""
    folder = tmp_path / "declared"
    folder.mkdir()
    (folder / "bad.toml").write_text('[mine]\ntitle = "Mine"\nkind = "feed"\n')
    done = await run_nothing("platforms", HOTLEDGER_PLATFORM_FILES=str(folder))
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert str(folder / "bad.toml") in done.err
    assert "it lacks `url`" in done.err


async def test_a_declared_platform_is_checked_like_any_other(run_nothing: Commands, simulator: Simulator, tmp_path: Path) -> None:
    """A feed that the user declares is asked, read and judged."""
    folder = tmp_path / "untouched" / "platforms"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(FEED)
    done = await run_nothing("platforms", "check", "mine", "--via", simulator.url, "--json")
    assert (done.code, done.json[0]["verdict"], done.json[0]["items"]) == (0, "ok", 45)


async def test_a_declared_platform_is_kept_like_any_other(run: Commands, database: Database, simulator: Simulator, tmp_path: Path) -> None:
    """It is collected beside the others, by its id or another name of it, its past can be imported, and its title is in the ledger."""
    folder = tmp_path / "home" / "platforms"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(FEED)
    done = await run("collect", "ours", "guardian", "--via", simulator.url, "--json")
    assert [(each["platform"], each["items"]) for each in done.json["platforms"]] == [("mine", 45), ("guardian", 45)]
    (tmp_path / "past.jsonl").write_text('{"platform": "ours", "collected_at": "2024-06-01T00:00:00Z", "items": [{"title": "A"}]}\n')
    assert (await run("import", "past.jsonl", "--json")).json["readings"] == 1
    assert await database.value("SELECT title FROM hot_platforms WHERE name = 'mine'") == "Mine"
    assert await database.value("SELECT count(*) FROM hot_items WHERE platform = 'mine'") == 46
