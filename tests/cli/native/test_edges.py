"""The list that nginx is told, while edges come and go."""

import sys

import pytest

from cli.child import Child
from cli.native import edges as module
from cli.native.edges import Edges

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FORGOTTEN_SECONDS", 0)


class Stage:
    """Edges that do nothing, and what was listed at the moment at which one was told to stop."""

    def __init__(self) -> None:
        self.edges = Edges(self.make)
        self.listed_at_stop: dict[str, list[str]] = {}
        self.broken: set[int] = set()

    async def make(self, number: int) -> Child:
        stage = self

        class Edge(Child):
            async def stop(self) -> None:
                stage.listed_at_stop[self.name] = stage.edges.listed()
                await super().stop()

        async def ready() -> bool:
            return True

        command = [sys.executable, "-c", "raise SystemExit(1)"] if number in self.broken else SLEEP
        return Edge(f"edge-{number}", command, never if number in self.broken else ready, output=2, see="nothing")


async def never() -> bool:
    return False


async def test_an_edge_is_listed_while_it_runs_and_no_longer_when_it_is_told_to_stop() -> None:
    stage = Stage()
    edges = stage.edges
    await edges.scale(3)
    assert edges.listed() == ["127.0.1.1", "127.0.1.2", "127.0.1.3"]
    await edges.scale(1)
    assert edges.listed() == ["127.0.1.1"]
    assert stage.listed_at_stop == {"edge-2": ["127.0.1.1"], "edge-3": ["127.0.1.1"]}
    await edges.close()
    assert edges.listed() == stage.listed_at_stop["edge-1"] == []


async def test_each_edge_goes_when_its_successor_is_there() -> None:
    stage = Stage()
    edges = stage.edges
    await edges.scale(2)
    await edges.roll()
    assert stage.listed_at_stop == {"edge-1": ["127.0.1.2", "127.0.1.3"], "edge-2": ["127.0.1.3", "127.0.1.1"]}
    assert sorted(edges.listed()) == ["127.0.1.1", "127.0.1.3"]
    await edges.close()


async def test_when_no_successor_gets_ready_the_old_edges_stay() -> None:
    stage = Stage()
    await stage.edges.scale(2)
    stage.broken = {3}
    with pytest.raises(RuntimeError, match="edge-3 does not start"):
        await stage.edges.roll()
    assert stage.edges.listed() == ["127.0.1.1", "127.0.1.2"]
    await stage.edges.close()
