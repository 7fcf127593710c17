"""How a business presents itself: the shapes that the API shares, which are those of the contracts, field by field."""

from typing import Annotated, Literal, TypeVar

import msgspec
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import Message
from msgspec import Meta, Struct

Name = Annotated[str, Meta(min_length=1, max_length=80)]
Text = Annotated[str, Meta(max_length=500)]
Minute = Annotated[int, Meta(ge=0, le=1440, description="Minutes since midnight; 1440 is its end.")]

Setting = TypeVar("Setting", bound=Struct)
Packed = TypeVar("Packed", bound=Message)


class DayPeriod(Struct, frozen=True, kw_only=True):
    """From a minute of a day to another of the same day."""

    opens: Minute
    closes: Minute


class WeeklyPeriod(Struct, frozen=True, kw_only=True):
    """A period on a day of every week."""

    weekday: Annotated[int, Meta(ge=1, le=7, description="1 is Monday, 7 Sunday.")]
    opens: Minute
    closes: Minute


class DayException(Struct, frozen=True, kw_only=True):
    """One day that is otherwise."""

    date: Annotated[str, Meta(max_length=10, description="As in 2026-12-24.")]
    periods: list[DayPeriod] = []
    """Closed all day when there are none."""


class Hours(Struct, frozen=True, kw_only=True):
    """When somebody answers."""

    time_zone: Annotated[str, Meta(max_length=64, description="As in Europe/Berlin.")] = "UTC"
    limited: bool = False
    """Always open when false."""
    periods: Annotated[list[WeeklyPeriod], Meta(max_length=70)] = []
    exceptions: Annotated[list[DayException], Meta(max_length=100)] = []


class Theme(Struct, frozen=True, kw_only=True):
    """How the widget looks and what it greets with."""

    accent: Annotated[str, Meta(max_length=7, description="As in #0b6e99.")] = "#0b6e99"
    position: Literal["left", "right"] = "right"
    colour_scheme: Literal["auto", "light", "dark"] = "auto"
    greeting: Annotated[str, Meta(max_length=200)] = ""
    launcher: Annotated[str, Meta(max_length=40)] = ""
    """What the button says that opens it."""


class FormField(Struct, frozen=True, kw_only=True):
    """A question."""

    key: Annotated[str, Meta(min_length=1, max_length=32)]
    """Names the answer. `name`, `email` and `phone` have columns of their own among the leads."""
    kind: Literal["text", "email", "phone", "textarea", "select", "checkbox"] = "text"
    label: Annotated[str, Meta(min_length=1, max_length=120)]
    required: bool = False
    options: Annotated[list[str], Meta(max_length=30)] = []
    """Of a `select`."""


class ChatForm(Struct, frozen=True, kw_only=True):
    """What is asked before a chat."""

    fields: Annotated[list[FormField], Meta(max_length=12)] = []
    consent: Text = ""
    """What the visitor must agree to; nothing when empty."""


def packed(setting: Struct, kind: type[Packed]) -> Packed:
    """A setting as the contracts have it."""
    return ParseDict(msgspec.to_builtins(setting), kind())


def unpacked(proto: Message, kind: type[Setting]) -> Setting:
    """A setting as the API shows it."""
    fields = MessageToDict(proto, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)
    return msgspec.convert(fields, kind)
