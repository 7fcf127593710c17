"""What a session tells its shell to do or to pass on."""

from dataclasses import dataclass
from typing import TypeAlias

from client.errors import Refused
from client.events import Event


@dataclass(frozen=True, slots=True)
class Answer:
    """The request of this id was answered; `reply` is of the type that was asked for."""

    id: int
    reply: object


@dataclass(frozen=True, slots=True)
class Refusal:
    """The request of this id was refused for good."""

    id: int
    error: Refused


@dataclass(frozen=True, slots=True)
class RenewToken:
    """The token is about to expire: get a fresh one and call `renew`."""


@dataclass(frozen=True, slots=True)
class Drop:
    """Close the connection; take it as if the server had closed it with `code`."""

    code: int
    reason: str


Output: TypeAlias = Answer | Refusal | RenewToken | Drop | Event
