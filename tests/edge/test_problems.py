import json
from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta, Struct

from edge import problems
from mesh.errors import KINDS, Internal, Invalid, NotFound, ParlanceError, RateLimited, Unauthenticated, Unavailable


class Inner(Struct):
    name: str


class Input(Struct):
    name: Annotated[str, Meta(min_length=2, max_length=4)]
    count: Annotated[int, Meta(ge=1, le=5)] = 1
    kind: Literal["a", "b"] = "a"
    text: Annotated[str, Meta(min_length=1)] = "x"
    inner: list[Inner] = []


def rendered(error: ParlanceError) -> tuple[Any, dict[str, Any]]:
    response = problems.render(error)
    assert isinstance(response.body, bytes)
    return response, json.loads(response.body)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_of_error_is_a_problem_of_its_status(kind: type[ParlanceError]) -> None:
    response, problem = rendered(kind("It is so.", reason="SO", retry_after=2.5, field="name"))
    assert response.content_type == "application/problem+json"
    assert response.status == problem["status"] == kind.http_status
    assert (problem["type"], problem["code"], problem["reason"]) == ("about:blank", kind.kind, "SO")
    assert (problem["detail"], problem["field"], problem["retry_after"]) == ("It is so.", "name", 2.5)
    assert response.headers["Retry-After"] == "3"


def test_what_is_not_known_is_left_out() -> None:
    response, problem = rendered(NotFound("There is none."))
    assert problem.keys() == {"type", "title", "status", "detail", "code", "reason"}
    assert "Retry-After" not in response.headers


@pytest.mark.parametrize("kind", [RateLimited, Unavailable])
def test_what_may_work_later_always_says_when(kind: type[ParlanceError]) -> None:
    response, problem = rendered(kind("Not now."))
    assert (response.headers["Retry-After"], problem["retry_after"]) == ("1", 1.0)


def test_somebody_unknown_is_told_how_to_log_in() -> None:
    assert rendered(Unauthenticated("Log in."))[0].headers["WWW-Authenticate"] == "Bearer"
    assert "WWW-Authenticate" not in rendered(Internal())[0].headers


@pytest.mark.parametrize(
    ("text", "field", "message"),
    [
        ("{}", "name", "`name` is missing."),
        ('{"name": 1}', "name", "`name` must be of type str, not int."),
        ('{"name": "a"}', "name", "`name` must have at least 2 characters."),
        ('{"name": "abcde"}', "name", "`name` must have at most 4 characters."),
        ('{"name": "abc", "count": 0}', "count", "`count` must be at least 1."),
        ('{"name": "abc", "count": 6}', "count", "`count` must be at most 5."),
        ('{"name": "abc", "kind": "c"}', "kind", "`kind` cannot be 'c'."),
        ('{"name": "abc", "text": ""}', "text", "`text` must not be empty."),
        ('{"name": "abc", "inner": [{}]}', "inner[0].name", "`inner[0].name` is missing."),
        ("[]", None, "The input must be of type object, not array."),
        ("{", None, "The body is not valid JSON."),
    ],
)
def test_a_wrong_input_is_explained(text: str, field: str | None, message: str) -> None:
    with pytest.raises(msgspec.DecodeError) as wrong:
        msgspec.json.decode(text, type=Input)
    error = problems.unacceptable(wrong.value)
    assert isinstance(error, Invalid)
    assert (error.field, error.message) == (field, message)
