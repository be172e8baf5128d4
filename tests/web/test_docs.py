"""The page that describes the API."""

from __future__ import annotations

from typing import cast

import httpx2
import pytest

from hotledger.ledger.ledger import Ledger
from hotledger.web.application import application
from hotledger.web.pages.docs import in_language
from hotledger.web.security import Security
from hotledger.web.words import LANGUAGES, words

_DESCRIBED = application(cast("Ledger", None), Security()).openapi()
_OPERATIONS = [operation for path in _DESCRIBED["paths"].values() for operation in path.values()]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_operation_is_described(site: httpx2.AsyncClient, language: str) -> None:
    """Each has its address, its summary and its parameters in the visitor's language, and its answer leads to fields that are there."""
    page = (await site.get(f"/docs?lang={language}")).text
    for path in _DESCRIBED["paths"]:
        assert path in page
    for operation in _OPERATIONS:
        assert in_language(operation["summary"], language) in page
    for name in page.split('href="#record-')[1:]:
        assert f'id="record-{name.split(chr(34))[0]}"' in page


def test_nothing_is_described_in_english_alone() -> None:
    """Each summary and each parameter has words in both languages."""
    english = {text["en"] for key, text in words().items() if key.startswith("docs.")}
    for operation in _OPERATIONS:
        assert operation["summary"] in english
        assert {each["description"] for each in operation.get("parameters", ())} <= english


def test_the_description_names_refusals_and_bounds() -> None:
    """Every operation says how it refuses, and every number that it takes has its bounds."""
    for operation in _OPERATIONS:
        assert {"200", "400", "401", "422", "429", "503"} <= operation["responses"].keys()
        for each in operation.get("parameters", ()):
            if each["schema"].get("type") == "integer":
                assert {"minimum", "maximum"} <= each["schema"].keys()
