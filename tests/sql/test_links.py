"""The address that is derived from a template: the database and the code that leaves addresses out must agree."""

from __future__ import annotations

import pytest
from tests.database import Database

from hotledger.ledger.wire import linked
from hotledger.model import Item

CASES = {
    "by id": ("https://site/t/{id}", Item(title="a", id="42"), "https://site/t/42"),
    "without an id": ("https://site/t/{id}", Item(title="a"), None),
    "by id without its beginning": ("https://site/question/{id:Q_}", Item(title="a", id="Q_42"), "https://site/question/42"),
    "an id that begins otherwise": ("https://site/question/{id:Q_}", Item(title="a", id="AT_42"), None),
    "no id to take a beginning from": ("https://site/question/{id:Q_}", Item(title="a"), None),
    "by title": ("https://site/s?q=%23{title}%23", Item(title="热 a&b"), "https://site/s?q=%23%E7%83%AD%20a%26b%23"),
    "without a template": (None, Item(title="a", id="42"), None),
}


@pytest.mark.parametrize("case", CASES)
async def test_an_address_is_derived_alike_in_the_database_and_in_code(database: Database, case: str) -> None:
    """`hot_link` gives the address that `linked` takes for derivable."""
    template, item, address = CASES[case]
    derived = await database.value(
        "SELECT public.hot_link(%(template)s, %(id)s, %(title)s)", {"template": template, "id": item.id, "title": item.title}
    )
    assert derived == linked(template, item) == address
