"""The settings of `parlance doctor`, and what is wrong with those of all processes as far as they are here."""

import os
from collections.abc import Iterator
from difflib import get_close_matches

from pydantic import ValidationError, field_validator

from auth_service.app import AuthSettings
from cli.doctor.finding import Finding, fault, ok, warning
from cli.installation import UpSettings
from edge.app import EdgeSettings
from mesh.settings import PREFIX, Settings, checked_address
from message_service.app import MessageSettings
from room_service.app import RoomSettings

_ADVICE = "Correct it in the environment, in .env, or in the file that {name}_FILE names."
_RENEW = "Run `parlance certs` on the folder that holds this one, or name another folder."
_ALIKE = 0.85
_OTHERS: tuple[type[Settings], ...] = (AuthSettings, RoomSettings, MessageSettings, EdgeSettings, UpSettings)


class DoctorSettings(Settings):
    """Where everything is, when it is not the installation in the data folder that is meant. What is not named is not
    checked."""

    mongodb_url: str | None = None
    redis_url: str | None = None
    auth_target: str | None = None
    room_target: str | None = None
    message_target: str | None = None
    """Where message_service is: host:port, several with commas between, or a name that resolves to all replicas."""
    edge_target: str | None = None
    """Where the edges are, in the same form."""

    @field_validator("edge_target")
    @classmethod
    def _can_be_asked(cls, value: str | None) -> str | None:
        for address in value.split(",") if value else ():
            checked_address(address.strip())
        return value


def read() -> tuple[DoctorSettings, list[Finding]]:
    """The settings without those that are wrong, and a finding for each of these."""
    wrong: dict[str, str] = dict(_faults(DoctorSettings))
    for kind in _OTHERS:
        others = {name: message for name, message in _faults(kind) if name not in DoctorSettings.model_fields}
        wrong = {**others, **wrong}
    found = [_finding(f"{PREFIX}{name.upper()}", message) for name, message in wrong.items()]
    found += _misspelt()
    return _without(set(wrong)), found or [ok("settings", "nothing is wrong with those that are set here")]


def _without(wrong: set[str]) -> DoctorSettings:
    fields = DoctorSettings.model_fields
    while True:  # without a certificate, targets that need one are wrong as well
        absent = {name: field.default for name, field in fields.items() if name in wrong}
        try:
            return DoctorSettings(**absent)
        except ValidationError as error:
            wrong = wrong | {str(found["loc"][0]) for found in error.errors()}


def _faults(kind: type[Settings]) -> Iterator[tuple[str, str]]:
    """What is wrong with the settings that are there, by name."""
    try:
        kind()
    except ValidationError as error:
        for found in error.errors():
            if found["type"] != "missing":
                yield str(found["loc"][0]), found["msg"].removeprefix("Value error, ")


def _finding(name: str, message: str) -> Finding:
    advice = _RENEW if name == f"{PREFIX}TLS_DIR" else _ADVICE.format(name=name)
    return fault("setting", f"{name}: {message}", advice)


def _misspelt() -> list[Finding]:
    """Variables that nobody reads, and that look like one that somebody does."""
    kinds: tuple[type[Settings], ...] = (DoctorSettings, *_OTHERS)
    names = {name.upper() for kind in kinds for name in kind.model_fields}
    names |= {f"{name}_FILE" for name in names}
    present = {name.removeprefix(PREFIX) for name in os.environ if name.startswith(PREFIX)}
    alike = {name: get_close_matches(name, names, 1, _ALIKE) for name in sorted(present - names)}
    return [
        warning("setting", f"{PREFIX}{name} is none", f"Write {PREFIX}{meant[0]}, if that is meant.")
        for name, meant in alike.items()
        if meant
    ]
