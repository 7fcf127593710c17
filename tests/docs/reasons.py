"""The reasons of errors, as the source names them."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mesh.errors import KINDS

ROOT = Path(__file__).parents[2]
PACKAGES = ("auth_service", "client", "edge", "mesh", "message_service", "room_service")
_KIND_OF_CLASS = {error.__name__: kind for kind, error in KINDS.items()}
_NAME = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")


@dataclass
class Reasons:
    """What was found: each reason with the kinds that are seen to carry it, and patterns for those that are composed."""

    kinds: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    patterns: set[str] = field(default_factory=set)


def trees() -> Iterator[ast.Module]:
    """Every module of the packages."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield ast.parse(path.read_text())


def used() -> Reasons:
    """Collect what is raised, what is passed as `reason=…`, and every other text that is written like a reason."""
    found = Reasons()
    for tree in trees():
        constants = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}  # `__all__` names them as text
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                _take_call(node, found)
            elif isinstance(node, ast.Constant) and _is_written_like_one(node.value) and node.value not in constants:
                found.kinds.setdefault(str(node.value), set())
    return found


def _is_written_like_one(value: object) -> bool:
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def _take_call(call: ast.Call, found: Reasons) -> None:
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    kind = _KIND_OF_CLASS.get(called)
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    match given.get("reason"):
        case None if kind is not None:
            found.kinds[kind.upper()].add(kind)
        case ast.Constant(value=str(reason)):
            found.kinds[reason].update({kind} if kind is not None else ())
        case ast.JoinedStr(values=parts):
            found.patterns.add("".join(str(p.value) if isinstance(p, ast.Constant) else "[A-Z_]+" for p in parts))
