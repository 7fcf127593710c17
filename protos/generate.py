"""Builds the Python stubs of the contracts into `gen/`, with type information, whenever the project is installed."""

import shutil
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

from grpc_tools import protoc
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "gen"


def generate() -> None:
    """Replace `gen/` by fresh stubs; raises SystemExit when a contract does not compile."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    # The plug-in is looked up beside the running interpreter: a virtual environment need not be activated.
    plugins = Path(sys.executable).parent
    arguments = [
        "protoc",
        f"--proto_path={HERE}",
        f"--proto_path={files('grpc_tools') / '_proto'}",
        f"--plugin=protoc-gen-mypy={plugins / 'protoc-gen-mypy'}",
        f"--plugin=protoc-gen-mypy_grpc={plugins / 'protoc-gen-mypy_grpc'}",
        *(f"--{kind}_out={OUT}" for kind in ("python", "grpc_python", "mypy", "mypy_grpc")),
        *sorted(str(path.relative_to(HERE)) for path in HERE.rglob("*.proto")),
    ]
    if protoc.main(arguments) != 0:
        sys.exit("The contracts in protos/ do not compile; see above.")
    (OUT / "parlance" / "py.typed").touch()


class GenerateStubs(BuildHookInterface[Any]):
    """Called by the build before a wheel, an editable one included, is put together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Generate the stubs."""
        generate()


if __name__ == "__main__":
    generate()
