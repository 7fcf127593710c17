"""Real edges behind one name, as an engine or `parlance up-native` runs them."""

from tests.integration.cluster import Cluster
from tests.nginx.front import Replicas
from tests.processes import Processes, parlance


class Fleet(Cluster):
    """A cluster whose edges have an address each and one port, and are known to a name server."""

    def __init__(self, processes: Processes, replicas: Replicas) -> None:
        self.replicas = replicas
        super().__init__(processes, edges=2, messages=1, settings={"PARLANCE_TRUSTED_PROXIES": "127.0.0.1"})
        replicas.addresses = list(self.addresses)

    @property
    def addresses(self) -> list[str]:
        """Where the edges are, in the order in which they were started."""
        return [url.removeprefix("http://").partition(":")[0] for url in self.edges]

    def _start_edge(self) -> None:
        address = f"127.0.1.{len(self.edges) + 1}:{self.replicas.port}"
        env = {**self._env, "PARLANCE_LISTEN": address}
        self.edge_processes.append(self._processes.start("edge", parlance("edge"), env))
        self.edges.append(f"http://{address}")
