"""Makes the SDK's types from the edge's descriptions of itself: the frames and the REST API.

python web/sdk/generate.py           say which files are out of date; fails if one is
python web/sdk/generate.py --write   write them
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from edge import asyncapi, frames
from edge.rest import ROUTES, openapi
from edge.rest.attachments import MAX_ATTACHMENT_BYTES
from edge.schemas import Kind, Schema

SOURCES = Path(__file__).parent / "src"
NOTE = "// Made by generate.py from the edge's own description of itself. Do not edit.\n"
LIMITS = {
    "MAX_FRAME_BYTES": frames.MAX_FRAME_BYTES,
    "MAX_BODY_CHARACTERS": frames.MAX_BODY_CHARACTERS,
    "MAX_ATTACHMENTS": frames.MAX_ATTACHMENTS,
    "MAX_ATTACHMENT_BYTES": MAX_ATTACHMENT_BYTES,
}
RENAMED = {"Error": "ErrorFrame"}
"""What would hide a name that every program needs."""


def files() -> dict[Path, str]:
    """The generated files, by where they belong."""
    return {
        SOURCES / "limits.ts": _limits(),
        SOURCES / "protocol.ts": _protocol(),
        SOURCES / "rest" / "api.ts": _api(),
    }


def _limits() -> str:
    return NOTE + "\n" + "".join(f"export const {name} = {value};\n" for name, value in LIMITS.items())


def _protocol() -> str:
    document = asyncapi.document()
    schemas = document["components"]["schemas"]
    asked = {frame.__name__ for frame in asyncapi.CLIENT_FRAMES}
    answered = [frame.__name__ for frame in asyncapi.SERVER_FRAMES]
    parts = [
        f"export const SUBPROTOCOL = {json.dumps(frames.SUBPROTOCOL)};",
        *(_interface(name, schema, written_by_us=name in asked) for name, schema in schemas.items()),
        _union("ClientFrame", sorted(asked)),
        _union("ServerFrame", answered),
        _replies(document["operations"]),
        *_shapes(schemas),
    ]
    return NOTE + "\n" + "\n\n".join(parts) + "\n"


def _api() -> str:
    document = openapi.document(ROUTES)
    schemas = document["components"]["schemas"]
    shared = [name for name in schemas if name in asyncapi.document()["components"]["schemas"]]
    bodies = _named([operation.get("requestBody") for operation in _operations(document)], schemas)
    answers = _named([operation["responses"] for operation in _operations(document)], schemas)
    asked = bodies - answers
    parts = [
        *(_interface(name, schemas[name], written_by_us=name in asked) for name in schemas if name not in shared),
        _routes(document),
    ]
    used = [name for name in shared if any(re.search(rf"\b{name}\b", part) for part in parts)]
    parts.insert(0, f'import type {{ {", ".join(used)} }} from "../protocol.ts";')
    return NOTE + "\n" + "\n\n".join(parts) + "\n"


def _named(part: Any, schemas: Schema) -> set[str]:
    """The schemas that a part of the document names, and those that these name in turn."""
    named: set[str] = set()
    waiting = [part]
    while waiting:
        found = {
            name for name in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(waiting.pop())) if name in schemas
        }
        waiting += [schemas[name] for name in found - named]
        named |= found
    return named


# Types


def _interface(name: str, schema: Schema, *, written_by_us: bool) -> str:
    """The type of an object. What has a default may be left out by us, and is always written by the server.

    What we leave out may also be `undefined`: JSON has no such thing.
    """
    required = set(schema.get("required", ()))
    lines = [f"{_comment(schema.get('description'))}export interface {_name(name)} {{"]
    for key, field in schema["properties"].items():
        always = key in required or ("default" in field and not written_by_us)
        kind = _type(field) if always or not written_by_us else f"{_type(field)} | undefined"
        lines.append(_comment(field.get("description"), "  ") + f"  readonly {key}{'' if always else '?'}: {kind};")
    return "\n".join([*lines, "}"])


def _type(schema: Schema) -> str:
    match schema:
        case {"$ref": ref}:
            text = _name(ref.rpartition("/")[2])
        case {"enum": values}:
            text = " | ".join(json.dumps(value) for value in values)
        case {"anyOf": choices}:
            text = " | ".join(_type(choice) for choice in choices)
        case {"type": "array", "items": items}:
            text = f"readonly {_type(items)}[]"
        case {"type": "object", "additionalProperties": values}:
            text = f"Readonly<Record<string, {_type(values)}>>"
        case {"type": kind}:
            text = "number" if kind == "integer" else kind
        case _:
            raise ValueError(f"There is no type for {schema}.")
    return text


def _union(name: str, members: Iterable[str]) -> str:
    return f"export type {name} =\n" + "\n".join(f"  | {_name(member)}" for member in members) + ";"


def _replies(operations: Schema) -> str:
    lines = ["/** What answers each frame of a client when it succeeds. */", "export interface Replies {"]
    for name, operation in operations.items():
        if operation["action"] == "receive":
            messages = operation.get("reply", {"messages": []})["messages"]
            kinds = [message["$ref"].rpartition("/")[2] for message in messages]
            lines.append(f"  {name}: {' | '.join(kind for kind in kinds if kind != 'Error') or 'never'};")
    return "\n".join([*lines, "}"])


def _routes(document: Schema) -> str:
    lines = ["/** What each call takes and gives. */", "export interface Routes {"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            lines += [_comment(operation["summary"] + ".", "  ") + f'  "{method.upper()} {path}": {{']
            lines += [f"    {part};" for part in _route_parts(operation)] + ["  };"]
    return "\n".join([*lines, "}"])


def _route_parts(operation: Schema) -> Iterator[str]:
    for place in ("path", "query"):
        if parameters := [each for each in operation.get("parameters", ()) if each["in"] == place]:
            optional = "" if any(each["required"] for each in parameters) else "?"
            fields = (
                f"{each['name']}{'' if each['required'] else '?'}: {_type(each['schema'])}" for each in parameters
            )
            yield f"{place}{optional}: {{ {'; '.join(fields)} }}"
    if "requestBody" in operation:
        yield f"body: {_ref(operation['requestBody'])}"
    success = next(response for status, response in operation["responses"].items() if status.startswith("2"))
    yield f"answer: {_ref(success) if 'content' in success else 'undefined'}"


# What is checked when a frame comes in


_AGENTS_ONLY = {"Conversation", "Visitor"}
"""Not looked into: every page would carry what only a dashboard reads."""


def _shapes(schemas: Schema) -> Iterator[str]:
    """What the fields of what the server sends must be. An enumeration is plain text: a newer server may add to it."""
    yield _comment("Fields: `name`, which is text, or `name:kind`. `?`: may be missing or null; `*`: a list.") + (
        "export type Shape = string;"
    )
    parts = {
        name: schema
        for name, schema in schemas.items()
        if "type" not in schema["properties"] and name not in _AGENTS_ONLY
    }
    yield _table("What things are made of.", "PARTS", parts)
    passed_over = {frames.Pong, *(frame for frame in asyncapi.SERVER_FRAMES if _tag(frame) == "ack")} - {frames.Ack}
    kinds = [frame for frame in asyncapi.SERVER_FRAMES if frame not in passed_over]
    by_type = {_tag(frame): schemas[frame.__name__] for frame in kinds}
    yield _table("Each type of frame. What else an `ack` holds depends on its request.", "FRAMES", by_type)
    answered = {frame: replies[0] for frame, replies in asyncapi.REPLIES.items() if len(replies) == 1}
    acks = {_tag(frame): schemas[ack.__name__] for frame, ack in answered.items() if _tag(ack) == "ack"}
    yield _table("The `ack` of each type of request.", "ANSWERS", acks)


def _table(comment: str, name: str, schemas: Schema) -> str:
    lines = [f"/** {comment} */", f"export const {name}: Readonly<Record<string, Shape>> = {{"]
    for key, schema in schemas.items():
        lines.append(f'  {key}: "{" ".join(_shape_of_fields(schema)) or "type"}",')
    return "\n".join([*lines, "};"])


def _shape_of_fields(schema: Schema) -> Iterator[str]:
    """Leave out what is known before: the `type`, and the `id` of an answer."""
    required = schema["required"]
    for key, field in schema["properties"].items():
        shape = _shape(field)
        if key in required and key != "type":
            yield key if shape == "string" else f"{key}:{shape}"
        elif key not in {"type", "id"}:
            yield f"{key}:{shape.removesuffix('?')}?"


def _shape(schema: Schema) -> str:
    match schema:
        case {"enum": _}:
            return "string"
        case {"anyOf": [kind, {"type": "null"}]}:
            return _shape(kind) + "?"
        case {"type": "array", "items": items}:
            return _shape(items) + "*"
    kind = _type(schema)
    return "object" if kind in _AGENTS_ONLY else kind


# Text


def _tag(frame: Kind) -> str:
    return str(frame.__struct_config__.tag)


def _name(name: str) -> str:
    return RENAMED.get(name, name)


def _ref(content: Schema) -> str:
    json_content = content["content"].get("application/json")
    return _type(json_content["schema"]) if json_content else "Blob"


def _operations(document: Schema) -> Iterator[Schema]:
    for methods in document["paths"].values():
        yield from methods.values()


def _comment(text: str | None, indent: str = "") -> str:
    return f"{indent}/** {' '.join(text.split())} */\n" if text else ""


def main() -> int:
    """Write the files, or say which ones differ."""
    stale = [path for path, text in files().items() if not path.exists() or path.read_text() != text]
    if "--write" in sys.argv[1:]:
        for path in stale:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files()[path])
        return 0
    for path in stale:
        sys.stderr.write(f"{path} is out of date. Run: python web/sdk/generate.py --write\n")
    return len(stale)


if __name__ == "__main__":
    sys.exit(main())
