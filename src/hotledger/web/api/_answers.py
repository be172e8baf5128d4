"""What all answers of the API share: when they were made, how old their data is, a tag that stays while the data does; refusals."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from fastapi import Response
from msgspec import Struct
from msgspec.structs import asdict
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic_core import to_json

_PASSING = frozenset({"generated_at", "age_seconds", "seconds", "last_good_seconds", "changed_seconds"})


class Record(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Answer(Record):
    """The whole of an answer."""

    generated_at: AwareDatetime = Field(description="When this answer was made.")
    data_at: AwareDatetime | None = Field(
        description="The newest instant that the data of this answer tells of; null where it tells of none."
    )
    age_seconds: float | None = Field(description="From `data_at` to `generated_at`.")


class Problem(Record):
    """Why there is no answer."""

    detail: str = Field(description="One sentence for people.", examples=["There is no batch of this id."])


REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "A parameter is beyond its limit, or can't be used."},
    401: {"model": Problem, "description": "This server asks for its token (`Authorization: Bearer …`) or a login."},
    422: {"model": Problem, "description": "A parameter is not of its form."},
    429: {"model": Problem, "description": "Too many requests; `Retry-After` says when to come again."},
    503: {"model": Problem, "description": "The database is away."},
}
MISSING: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "There is no such thing."}}


def answered(kind: type[Answer], content: Mapping[str, Any] | Struct, *instants: str | datetime | None) -> Response:
    """The answer of a kind, tagged. `instants` are those that its data tells of."""
    told = asdict(content) if isinstance(content, Struct) else content
    now = datetime.now(UTC)
    data_at = newest(instants)
    age = round(max(0.0, (now - data_at).total_seconds()), 1) if data_at else None
    whole = kind.model_validate({**told, "generated_at": now, "data_at": data_at, "age_seconds": age})
    tag = hashlib.blake2b(to_json(_lasting(whole.model_dump())), digest_size=12).hexdigest()
    return Response(whole.model_dump_json(), media_type="application/json", headers={"ETag": f'W/"{tag}"'})


def newest(instants: Iterable[str | datetime | None]) -> datetime | None:
    """The newest of some instants, as the ledger writes them."""
    return max((datetime.fromisoformat(each) if isinstance(each, str) else each for each in instants if each), default=None)


def _lasting(value: Any) -> Any:
    """A value without what changes only because time passes."""
    if isinstance(value, dict):
        return {name: _lasting(each) for name, each in value.items() if name not in _PASSING}
    return [_lasting(each) for each in value] if isinstance(value, list) else value
