"""JSON that a page or a script gives to a variable: `var data = {...};`, `window.data = {...}`. Shared by sites that serve lists so."""

from __future__ import annotations

import json
import re
from typing import TypeVar

import msgspec

from hotledger import body
from hotledger.errors import BodyBroken
from hotledger.model import Response

T = TypeVar("T")

_DECODER = json.JSONDecoder(strict=False)


def assigned(response: Response, name: str, shape: type[T]) -> T:
    """The value of the variable, as a typed record. What follows the value is not looked at.

    Raises `BodyBlocked` for a challenge page without the variable, `BodyBroken` for anything else that does not fit.
    """
    document = body.text(response)
    found = re.search(rf"(?:\b(?:var|let|const)\s+|\bwindow\.){re.escape(name)}\s*=\s*", document)
    if found is None:
        body.refuse_block_page(document)
        raise BodyBroken(f"nothing is given to the variable {name}")
    try:
        value, _ = _DECODER.raw_decode(body.without_halves(document[found.end() :]))
        return msgspec.convert(value, shape)
    except (ValueError, RecursionError) as error:  # msgspec.ValidationError is a ValueError.
        raise BodyBroken(f"the variable {name} is not in a known shape: {error}"[:300]) from error
