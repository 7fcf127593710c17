import subprocess
from pathlib import Path

import pytest

from cli.native.edges import Edges
from cli.native.orders import Orders
from cli.native.services import Services
from tests.patience import PATIENCE_SECONDS
from tests.processes import parlance


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (["scale", "message=3"], "Only edges"),
        (["scale", "edge=0"], "from 1 to 100"),
        (["scale", "edge=101"], "from 1 to 100"),
        (["scale", "edge=many"], "from 1 to 100"),
        (["roll", "edge", "store"], "There is no store"),
        (["dance"], "Nothing that can be done"),
    ],
)
async def test_what_cannot_be_done_is_refused_with_what_can(words: list[str], refusal: str) -> None:
    async def nobody(_number: int) -> None:
        raise AssertionError

    with pytest.raises(ValueError, match=refusal):
        await Orders(Services({}), Edges(nobody)).obey(words)


def test_an_order_to_nobody_says_what_to_do(tmp_path: Path) -> None:
    command = parlance("roll", "--data", str(tmp_path))
    refused = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    assert refused.returncode == 1
    assert "parlance up-native" in refused.stderr
