"""Every function of the ledger has a contract test, or is called by other functions alone."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import hotledger
from hotledger import sql
from hotledger.sql.rights import TRIGGERS

INTERNAL = {
    "alert_batches",
    "alert_incidents",
    "alert_keywords",
    "baseline_note",
    "batch_blank",
    "batch_brief",
    "batch_explained",
    "batch_lost",
    "batch_noted",
    "batch_refusal",
    "batch_refuse",
    "batch_repaired",
    "batch_rival",
    "batch_settled",
    "batch_write",
    "hot_days_add",
    "hot_days_counted",
    "hot_days_whole_since",
    "hot_grams",
    "hot_list_find",
    "hot_list_keeps",
    "hot_list_rows",
    "hot_list_store",
    "hot_list_withdraw",
    "hot_lists_enter",
    "hot_platform_id",
    "hot_rhythm",
    "hot_span",
    "hot_titles_found",
    "hot_topic",
    "hot_topic_entries",
    "hot_worst",
    "incident_missed",
    "incidents_anchor",
    "incidents_fold",
    "incidents_moments",
    "incidents_quiet_after",
    "incidents_state",
    "incidents_tell",
    "incidents_write",
    "platform_changed_at",
    "reading_read_again",
    "reading_store",
    *TRIGGERS,
}


def covered() -> set[str]:
    """The functions that the modules beside this one say they cover; that they do call them is checked when they run."""
    found: set[str] = set()
    for file in Path(__file__).parent.glob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "covers":
                found |= {argument.value for argument in node.args if isinstance(argument, ast.Constant)}
    return found


def test_every_function_has_a_contract_test() -> None:
    """A new function needs a test that runs over both transports, or a place among the internal ones; none has both."""
    assert covered() | INTERNAL == set(sql.functions())
    assert covered() & INTERNAL == set()


@pytest.mark.parametrize("function", sorted(INTERNAL))
def test_nothing_calls_an_internal_function_from_outside(function: str) -> None:
    """No module of ours names an internal function in a call, so that it is truly internal."""
    called = re.compile(rf'call\(\s*"{function}"')
    assert not [file for file in Path(hotledger.__file__).parent.rglob("*.py") if called.search(file.read_text("utf-8"))]
