"""JSON Schemas of structs, with what the source says about each field.

A struct's docstring describes it; a string below a field describes the field. msgspec knows only of the former, and says of
moments only that they are text.
"""

import ast
import inspect
import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from itertools import pairwise
from textwrap import dedent
from typing import Any, get_args, get_type_hints

import msgspec
from msgspec import Struct

Schema = dict[str, Any]
Kind = type[Struct]

REF = "#/components/schemas/{name}"


def ref(struct: Kind) -> Schema:
    """Refer to a struct's schema among the components of a document."""
    return {"$ref": REF.format(name=struct.__name__)}


def components(structs: Iterable[Kind]) -> dict[str, Schema]:
    """Schemas of these structs and of all that they are made of, by name."""
    structs = list(dict.fromkeys(structs))
    _, schemas = msgspec.json.schema_components(structs, ref_template=REF)
    for struct in _closure(structs):
        properties = schemas[struct.__name__]["properties"]
        for name, description in field_descriptions(struct).items():
            properties[name]["description"] = description
        for name, kind in get_type_hints(struct).items():
            if datetime in (kind, *get_args(kind)):
                _mark_moment(properties[name])
    return {name: schemas[name] for name in sorted(schemas)}


def field_schemas(struct: Kind) -> dict[str, Schema]:
    """The schema of each field of a struct, by name, described."""
    properties: dict[str, Schema] = components([struct])[struct.__name__]["properties"]
    return properties


def required(struct: Kind) -> set[str]:
    """The names of the fields that must be given."""
    return {field.encode_name for field in msgspec.structs.fields(struct) if field.required}


@cache
def field_descriptions(struct: Kind) -> dict[str, str]:
    """The strings that stand below fields in the source of a struct and of those it extends."""
    descriptions: dict[str, str] = {}
    for ancestor in reversed(struct.__mro__):
        if issubclass(ancestor, Struct) and ancestor is not Struct:
            descriptions |= _written_in(ancestor)
    return descriptions


def sentences(docstring: str | None) -> tuple[str, str]:
    """The first sentence of a docstring, without its full stop, and the rest."""
    text = re.sub(r"(?<=\S)\n(?=\S)", " ", inspect.cleandoc(docstring or ""))
    first, _, rest = text.partition("\n")
    summary, stop, more = first.partition(". ")
    return summary.removesuffix("."), (more + rest).strip() if stop else rest.strip()


def _written_in(struct: Kind) -> dict[str, str]:
    (definition,) = ast.parse(dedent(inspect.getsource(struct))).body
    statements = definition.body if isinstance(definition, ast.ClassDef) else []
    return {
        field.target.id: inspect.cleandoc(below.value.value)
        for field, below in pairwise(statements)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
        and isinstance(below.value.value, str)
    }


def _mark_moment(schema: Schema) -> None:
    """Say that a text is a moment (RFC 3339)."""
    for choice in schema.get("anyOf", [schema]):
        if choice["type"] == "string":
            choice["format"] = "date-time"


def _closure(structs: Iterable[Kind]) -> set[Kind]:
    """These structs and all that their fields mention."""
    found: set[Kind] = set()
    waiting: list[Any] = list(structs)
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, type) and issubclass(kind, Struct) and kind not in found:
            found.add(kind)
            waiting.extend(get_type_hints(kind).values())
        waiting.extend(get_args(kind))
    return found
