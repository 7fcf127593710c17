import json
from typing import Any

import pytest
from openapi_spec_validator import validate

from edge import rest
from edge.rest import openapi
from edge.rest.routing import Access


@pytest.fixture(scope="module")
def document() -> Any:
    return json.loads(json.dumps(openapi.document(rest.ROUTES)))


def test_the_document_is_valid(document: Any) -> None:
    validate(document)


def test_every_route_is_described_under_a_name_of_its_own(document: Any) -> None:
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len(operations) == len(rest.ROUTES)
    assert len({operation["operationId"] for operation in operations}) == len(rest.ROUTES)
    assert all(operation["summary"] for operation in operations)


def test_a_route_says_whether_it_needs_a_token(document: Any) -> None:
    for route in rest.ROUTES:
        security = document["paths"][route.path][route.method.lower()]["security"]
        assert bool(security) is (route.access is not Access.PUBLIC)


def test_a_route_names_its_parameters_body_answer_and_errors(document: Any) -> None:
    messages = document["paths"]["/api/rooms/{room_id}/messages"]
    names = [(parameter["name"], parameter["in"]) for parameter in messages["get"]["parameters"]]
    assert names == [("room_id", "path"), ("before", "query"), ("after", "query"), ("limit", "query")]
    assert messages["get"]["parameters"][3]["schema"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 100,
        "default": 50,
    }
    body = messages["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/NewMessage"}
    assert messages["post"]["responses"].keys() == {"201", "400", "401", "403", "404", "409", "429", "503", "default"}


def test_a_route_without_an_answer_has_no_content(document: Any) -> None:
    assert document["paths"]["/api/auth/logout"]["post"]["responses"]["204"] == {"description": "No Content"}


def test_fields_are_described(document: Any) -> None:
    session = document["components"]["schemas"]["Session"]["properties"]
    assert session["expires_in"]["description"] == "Seconds until the access token expires."
