"""The API described: the page is made of the same description that machines read, in the visitor's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from hotledger.web.showing import language_of, show
from hotledger.web.words import words

PATH = "/docs"
router = APIRouter(include_in_schema=False)
Schema: TypeAlias = Mapping[str, Any]
_BEGINNING = "#/components/schemas/"


class Part(NamedTuple):
    """A part of the name of a type; a record's name leads to its fields."""

    text: str
    record: str | None = None


class Parameter(NamedTuple):
    """What may be asked for."""

    name: str
    meaning: str
    shape: str
    required: bool
    otherwise: Any
    example: Any


class Operation(NamedTuple):
    """One address of the API."""

    id: str
    path: str
    summary: str
    parameters: list[Parameter]
    record: str | None
    can_be_tried: bool


class Field(NamedTuple):
    """A field of an answer. What it means is said in English, as in the description for machines."""

    name: str
    kind: list[Part]
    meaning: str


@router.get(PATH)
async def docs(request: Request) -> HTMLResponse:
    """The whole API on one page."""
    described = request.app.openapi()
    schemas = described["components"]["schemas"]
    language = language_of(request)
    groups: dict[str, list[Operation]] = {}
    for path, methods in described["paths"].items():
        for told in methods.values():
            groups.setdefault(told["tags"][0], []).append(_operation(path, told, schemas, language))
    records = [(name, told.get("description", ""), _fields(told), told.get("enum", ())) for name, told in schemas.items()]
    return show(request, "docs.html", groups=groups, records=records)


def in_language(english: str, language: str) -> str:
    """A text of the description in a language; as it is, where the words have no other."""
    return next((each[language] for key, each in words().items() if key.startswith("docs.") and each["en"] == english), english)


def _operation(path: str, told: Schema, schemas: Schema, language: str) -> Operation:
    parameters = [_parameter(each, schemas, language) for each in told.get("parameters", ())]
    answer = told["responses"]["200"]["content"].get("application/json", {}).get("schema", {})
    record = answer.get("$ref", "").removeprefix(_BEGINNING) or None
    tried = not any(each.required for each in parameters)
    return Operation(told["operationId"], path, in_language(told["summary"], language), parameters, record, tried)


def _parameter(told: Schema, schemas: Schema, language: str) -> Parameter:
    schema = told["schema"]
    example = next(iter(schema.get("examples", ())), None)
    meaning = in_language(told.get("description", ""), language)
    return Parameter(told["name"], meaning, _shape(schema, schemas), told["required"], schema.get("default"), example)


def _shape(schema: Schema, schemas: Schema) -> str:
    """The form of a parameter and its bounds, in a few signs."""
    inner = next((each for each in schema.get("anyOf", ()) if each.get("type") != "null"), schema)
    inner = schemas.get(inner.get("$ref", "").removeprefix(_BEGINNING), inner)
    name = "".join(part.text for part in _kind(inner))
    least, most = inner.get("minimum"), inner.get("maximum")
    return f"{name} {least}…{most}" if most is not None else f"{name} ≤ {inner['maxLength']}" if "maxLength" in inner else name


def _fields(schema: Schema) -> list[Field]:
    return [Field(name, list(_kind(told)), told.get("description", "")) for name, told in schema.get("properties", {}).items()]


def _kind(schema: Schema) -> Iterator[Part]:
    """The parts of the name of a type."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_BEGINNING)
        yield Part(name, name)
    elif "anyOf" in schema:
        for place, each in enumerate(schema["anyOf"]):
            yield from [Part(" | ")] * bool(place)
            yield from _kind(each)
    elif "enum" in schema:
        yield Part(" | ".join(map(str, schema["enum"])))
    elif schema.get("type") == "array":
        yield from _kind(schema.get("items", {}))
        yield Part("[]")
    else:
        yield Part(schema.get("format") or schema.get("type") or "any")
