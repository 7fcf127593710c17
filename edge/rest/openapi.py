"""The OpenAPI document of the REST API, made from the declarations of its routes."""

import sys
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from importlib.metadata import version
from typing import TYPE_CHECKING

from msgspec import Struct

from edge import problems, schemas
from edge.problems import Problem
from edge.schemas import Schema
from mesh.errors import Forbidden, Invalid, ParlanceError, Unauthenticated

if TYPE_CHECKING:
    from edge.rest.routing import Route

_JSON = "application/json"
_BYTES = "application/octet-stream"
_ANYTHING = "*/*"
_FILE: Schema = {"type": "string", "format": "binary"}
_PROBLEM = "Problem"


def document(routes: Sequence["Route"]) -> Schema:
    """Describe the routes."""
    paths: dict[str, Schema] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Parlance",
            "version": version("parlance"),
            "description": "Rooms, people and messages over HTTP. What happens live comes over the WebSocket at `/ws`.",
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": description} for name, description in _tags(routes).items()],
        "paths": paths,
        "components": {
            "schemas": schemas.components([*_structs(routes), Problem]),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "responses": {_PROBLEM: _problem_response("Anything else that goes wrong.")},
        },
    }


def _operation(route: "Route") -> Schema:
    summary, description = schemas.sentences(route.handler.__doc__)
    operation: Schema = {
        "operationId": route.handler.__name__,
        "tags": [_tag(route)],
        "summary": summary,
        "description": "\n\n".join(filter(None, (description, f"Open to {_who(route)}"))),
        "security": [] if route.access.is_public else [{"token": []}],
        "responses": _responses(route),
    }
    if parameters := [*_path_parameters(route), *_query_parameters(route)]:
        operation["parameters"] = parameters
    if route.body is not None:
        operation["requestBody"] = {
            "required": bool(schemas.required(route.body)),
            "content": {_JSON: {"schema": schemas.ref(route.body)}},
        }
    if route.takes_stream:
        operation["requestBody"] = {"required": True, "content": {_BYTES: {"schema": _FILE}}}
    return operation


def _responses(route: "Route") -> Schema:
    success: Schema = {"description": HTTPStatus(route.status).phrase}
    if route.answer is not None:
        success["content"] = {_JSON: {"schema": schemas.ref(route.answer)}}
    responses = {str(route.status): success}
    if route.status_found is not None:
        responses[str(route.status_found)] = success | {"description": HTTPStatus(route.status_found).phrase}
    if route.gives_stream:
        success["content"] = {_ANYTHING: {"schema": _FILE}}
        responses["206"] = success | {"description": HTTPStatus(206).phrase}
        responses["304"] = {"description": HTTPStatus(304).phrase}
        responses["416"] = _problem_response("The file has no such bytes.")
    if route.takes_stream:
        responses["413"] = _problem_response("The body is too large.")
    for status, errors in sorted(_errors(route).items()):
        responses[str(status)] = _problem_response(" ".join(error.__doc__ or "" for error in errors))
    return responses | {"default": {"$ref": f"#/components/responses/{_PROBLEM}"}}


def _errors(route: "Route") -> dict[int, list[type[ParlanceError]]]:
    """What the route may answer instead, by HTTP status; two kinds share one."""
    kinds = list(route.errors)
    if route.body is not None or route.query is not None:
        kinds.append(Invalid)
    if not route.access.is_public:
        kinds += [Unauthenticated, Forbidden]
    by_status: dict[int, list[type[ParlanceError]]] = {}
    for kind in dict.fromkeys(kinds):
        by_status.setdefault(kind.http_status, []).append(kind)
    return by_status


def _problem_response(description: str) -> Schema:
    return {"description": description, "content": {problems.CONTENT_TYPE: {"schema": schemas.ref(Problem)}}}


def _path_parameters(route: "Route") -> Iterable[Schema]:
    for name in route.path_parameters:
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query_parameters(route: "Route") -> Iterable[Schema]:
    if route.query is None:
        return
    required = schemas.required(route.query)
    for name, schema in schemas.field_schemas(route.query).items():
        described = {"description": schema.pop("description")} if "description" in schema else {}
        yield {"name": name, "in": "query", "required": name in required, **described, "schema": schema}


def _structs(routes: Iterable["Route"]) -> Iterable[type[Struct]]:
    for route in routes:
        yield from (struct for struct in (route.body, route.answer) if struct is not None)


def _tags(routes: Iterable["Route"]) -> dict[str, str]:
    """The resources and what they are for, in order."""
    return {_tag(route): schemas.sentences(sys.modules[route.handler.__module__].__doc__)[0] for route in routes}


def _tag(route: "Route") -> str:
    return route.handler.__module__.rpartition(".")[2]


def _who(route: "Route") -> str:
    who = route.access.value
    return who[0].lower() + who[1:]
