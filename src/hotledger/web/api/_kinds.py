"""Kinds of answers made of the records that the ledger answers with, so that no field is told twice: FastAPI wants pydantic's models."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import cache, reduce
from operator import or_
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from pydantic import AwareDatetime, create_model

from hotledger.web.api._answers import Answer, Record


def answer_of(kind: type[msgspec.Struct], *, name: str | None = None, without: Collection[str] = (), **instead: Any) -> type[Answer]:
    """The kind of answer that has the fields of a record; `instead` gives some of them another type."""
    fields = {field: of for field, of in _fields(kind).items() if field not in without} | {
        field: (of, ...) for field, of in instead.items()
    }
    return create_model(name or f"{kind.__name__}Answer", __base__=Answer, __doc__=kind.__doc__, **fields)


@cache
def record_of(kind: type[msgspec.Struct]) -> type[Record]:
    """The part of an answer that has the fields of a record. All are always there."""
    return create_model(kind.__name__, __base__=Record, __doc__=kind.__doc__, **_fields(kind))


def _fields(kind: type[msgspec.Struct]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: (_told(hints[field.name]), ...) for field in msgspec.structs.fields(kind)}


def _told(hint: Any) -> Any:
    """A type with pydantic's models in the places of records, and with instants that know their zone."""
    if hint is datetime:
        return AwareDatetime
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return record_of(hint)
    origin, inner = get_origin(hint), get_args(hint)
    if origin is None or origin is Literal:
        return hint
    members = tuple(_told(each) for each in inner)
    return reduce(or_, members) if origin in {UnionType, Union} else origin[members]
