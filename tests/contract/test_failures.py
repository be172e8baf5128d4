"""A failure of the database is the same failure of ours over both transports, told by its code."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.contract.conftest import Calls
from tests.made import reading

from hotledger.errors import SchemaMissing, StoreError, StoreRejected, StoreUnavailable

# Not 40001: PostgREST itself repeats a transaction that failed so, for as long as it fails so.
AGAIN_LATER = ("08006", "25006", "40P01", "53100", "53300", "55P03", "57014", "57P01", "57P03", "58030", "PT429")
FOR_GOOD = ("22023", "22P02", "23505", "23514", "28000", "42501", "42703", "P0001", "PT413", "XX000")
MISSING = ("3F000", "42883", "42P01")


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        *((state, StoreUnavailable) for state in AGAIN_LATER),
        *((state, StoreRejected) for state in FOR_GOOD),
        *((state, SchemaMissing) for state in MISSING),
    ],
)
async def test_a_code_means_the_same_over_both(call: Calls, state: str, kind: type[StoreError]) -> None:
    """The code decides what a failure is; the sentence quotes what the database said."""
    with pytest.raises(StoreError, match="raised by the test") as error:
        await call("test_raise", state=state)
    assert type(error.value) is kind
    if isinstance(error.value, StoreRejected):
        assert error.value.sqlstate == state


async def test_an_unknown_function_is_a_missing_schema(call: Calls) -> None:
    """A function that is not there, or not with these arguments, is told as a schema that is missing or old."""
    for function, arguments in (("batch_forget", {}), ("batch_get", {"id": uuid4()})):
        with pytest.raises(SchemaMissing, match="hotledger"):
            await call(function, **arguments)


async def test_a_call_that_fails_changes_nothing(call: Calls) -> None:
    """What the database can't read is refused, and one call is one transaction."""
    batch = await call.opened("weibo")
    broken = reading("one") | {"collected_at": "yesterday or so"}
    with pytest.raises(StoreRejected) as error:
        await batch.record("weibo", broken)
    assert error.value.sqlstate == "22007"
    assert (await batch.whole())["total_items"] == 0
    assert (await batch.record("weibo", reading("one")))["items"] == 1
