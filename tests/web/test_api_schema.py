"""The API does what its own description says: requests made from it, right and wrong ones, over a ledger that holds something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode
from tests.database import Database
from tests.made import collected, opened, reading

from hotledger.ledger.ledger import Ledger
from hotledger.store.port import Store
from hotledger.store.postgres import PostgresStore
from hotledger.web.application import application
from hotledger.web.security import Security

_EXAMPLES = 10
# A cursor may have the right form and still be none of ours.
_TAKEN = schemathesis.Config.from_dict({"checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", 400, 404]}}})
_ALONE = Security(names=frozenset({"testserver"}))


class CallByCall:
    """A store that connects anew for each call, whatever event loop it is called in."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def call(self, function: str, arguments: Mapping[str, Any]) -> Any:
        store = PostgresStore(self._url, connections=1)
        try:
            return await store.call(function, arguments)
        finally:
            await store.close()

    def another(self) -> Store:
        return self

    async def close(self) -> None:
        """Nothing is kept open."""


def _operations() -> list[tuple[str, bool]]:
    """Each operation, and whether it has parameters."""
    paths = application(cast("Ledger", None), _ALONE).openapi()["paths"]
    operations = [operation for path in paths.values() for operation in path.values()]
    return [(each["operationId"], bool(each.get("parameters"))) for each in operations]


async def _something(database: Database) -> None:
    """A few batches of two platforms, with a failure, an incident, and one that still runs."""
    for minutes in range(3):
        await collected(database, "weibo", f"title {minutes}", "热搜", minutes=minutes, heats=[100 - minutes, None])
    for minutes in (5, 6):
        batch = await opened(database, "weibo", "baidu")
        await batch.record("weibo", reading(verdict="blocked", minutes=minutes))
        await batch.record("baidu", reading("<b>hostile</b>", minutes=minutes))
    await opened(database, "baidu")


@pytest.mark.parametrize(("name", "has_parameters"), _operations())
async def test_it_answers_as_it_says(database: Database, name: str, has_parameters: bool) -> None:
    """Whatever is asked for, in its form or not, no answer is a failure of ours, and each has a status and a form that are described."""
    await _something(database)
    app = application(Ledger(CallByCall(database.url)), _ALONE)
    operation = schemathesis.openapi.from_asgi("/openapi.json", app, config=_TAKEN).find_operation_by_id(name)
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)[: 1 + has_parameters]:
        _ask(operation.as_strategy(generation_mode=mode))


def _ask(cases: SearchStrategy[schemathesis.Case]) -> None:
    @settings(max_examples=_EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=cases)
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate()

    ask()
