"""Makes the tables of settings in docs/operations.md from the settings classes.

python docs/settings.py           show them
python docs/settings.py --write   put them into the page
"""

import ast
import inspect
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from textwrap import dedent

from auth_service.app import AuthSettings
from cli.admin import AdminSettings
from cli.doctor.settings import DoctorSettings
from cli.installation import UpSettings
from edge.app import EdgeSettings
from mesh.settings import PREFIX, ServiceSettings, Settings
from message_service.app import MessageSettings
from room_service.app import RoomSettings

PAGE = Path(__file__).parent / "operations.md"
BEGIN, END = "<!-- settings: begin -->", "<!-- settings: end -->"
SECTIONS: dict[str, type[Settings]] = {
    "Every process": Settings,
    "`parlance auth`, `room` and `message`": ServiceSettings,
    "`parlance auth`": AuthSettings,
    "`parlance room`": RoomSettings,
    "`parlance message`": MessageSettings,
    "`parlance edge`": EdgeSettings,
    "`parlance up`": UpSettings,
    "`parlance admin`": AdminSettings,
    "`parlance doctor`": DoctorSettings,
}

UNDESCRIBED = {
    "auth_target": "Where auth_service is, in the same form as `PARLANCE_MESSAGE_TARGET`.",
    "heartbeat_seconds": "Clients ping this often; one that is silent for twice as long is closed.",
    "log_level": "What is less important is not logged.",
    "mongodb_url": "The database, as `mongodb://…/name`; `parlance` when it names none.",
    "password_rounds": "How often one hash goes over its memory.",
    "access_token_seconds": "How long an access token is good for.",
    "redis_url": "The broker, as `redis://`, `rediss://` or `unix://`.",
    "room_target": "Where room_service is, in the same form as `PARLANCE_MESSAGE_TARGET`.",
}
"""For settings whose source says nothing. Where it does, that counts."""


def tables() -> str:
    """All settings, by who takes them."""
    return "\n".join(f"### {title}\n\n{_table(kind)}" for title, kind in SECTIONS.items())


def render(page: str) -> str:
    """Put the tables between the two marks of a page."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{tables()}{END}{after}"


def _table(kind: type[Settings]) -> str:
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    lines += [f"| `{PREFIX}{name.upper()}` | {default} | {meaning} |" for name, default, meaning in _rows(kind)]
    return "\n".join(lines) + "\n"


def _rows(kind: type[Settings]) -> Iterator[tuple[str, str, str]]:
    """What a class adds to those it extends, or says anew."""
    statements = _body(kind)
    for statement, below in pairwise([*statements, ast.Pass()]):
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        if (name := statement.target.id) in kind.model_fields:
            yield name, _default(kind, name, statement.value), _meaning(name, below)


def _body(kind: type[Settings]) -> list[ast.stmt]:
    (definition,) = ast.parse(dedent(inspect.getsource(kind))).body
    return definition.body if isinstance(definition, ast.ClassDef) else []


def _default(kind: type[Settings], name: str, source: ast.expr | None) -> str:
    field = kind.model_fields[name]
    if field.is_required():
        return "required"
    if isinstance(source, ast.Call) and ast.unparse(source.func) != "Field":
        return "by the machine"
    shown = "" if field.default is None else str(field.default)
    return f"`{shown.lower() if isinstance(field.default, bool) else shown}`" if shown else "none"


def _meaning(name: str, below: ast.stmt) -> str:
    written = below.value if isinstance(below, ast.Expr) else None
    if isinstance(written, ast.Constant) and isinstance(written.value, str):
        return " ".join(inspect.cleandoc(written.value).split())
    return UNDESCRIBED[name]


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(render(PAGE.read_text()))
    else:
        sys.stdout.write(tables())
