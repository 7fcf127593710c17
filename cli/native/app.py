"""`parlance up-native`, put together: what is started in which order, and stopped in the opposite one."""

import asyncio
import sys
import tempfile
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, redirect_stderr
from functools import partial
from pathlib import Path

from cli import certs, installation
from cli.child import together
from cli.embedded import children
from cli.installation import UpSettings
from cli.native import dns, nginx, orders
from cli.native.console import Console, LogStream
from cli.native.edges import Edges
from cli.native.orders import Orders
from cli.native.services import Services
from cli.native.topology import EDGE_NAME, Topology
from mesh import lifecycle, logs
from mesh.lifecycle import Tasks
from mesh.settings import load

_RENEWAL_SECONDS = 3600.0


def run(arguments: Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM; returns the exit status."""
    settings = load(UpSettings)
    console = Console(settings.log_format, sys.stdout)
    with redirect_stderr(LogStream(console, "parlance")):  # the log goes on writing to it
        logs.configure(settings.log_level, "json", process="parlance")

    async def main(stop: asyncio.Event) -> None:
        async with everything(arguments, settings, console) as running:
            console.announce(_welcome(arguments, running))
            await stop.wait()

    try:
        lifecycle.run(main)
    except (OSError, RuntimeError, ValueError) as error:
        print(f"parlance: {error}", file=sys.stderr)
        return 1
    return 0


@asynccontextmanager
async def everything(arguments: Namespace, settings: UpSettings, console: Console) -> AsyncIterator[Orders]:
    """Run all processes while the context lasts; ready when entered. Yields what takes orders."""
    front_door = nginx.find()
    data = installation.folder(arguments.data)
    certificates = data / "certificates"
    async with AsyncExitStack() as stack:
        stack.enter_context(installation.only_one(data))
        stack.callback(console.close)
        await _certify(certificates)
        renewing = Tasks()
        stack.push_async_callback(renewing.close)
        renewing.start(lifecycle.every(_RENEWAL_SECONDS, partial(_certify, certificates)))
        sockets = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parlance-")))
        mongodb_url, redis_url = settings.mongodb_url, settings.redis_url
        if mongodb_url is None or redis_url is None:
            embedded = await stack.enter_async_context(children.running(data, sockets))
            mongodb_url, redis_url = mongodb_url or embedded[0], redis_url or embedded[1]
        topology = Topology(
            console, certificates, messages=arguments.messages, mongodb_url=mongodb_url, redis_url=redis_url
        )
        services = Services(await topology.services())
        stack.push_async_callback(services.close)
        edges = Edges(topology.edge)
        resolver = await stack.enter_async_context(dns.answering(EDGE_NAME, edges.listed))
        await stack.enter_async_context(
            nginx.running(
                front_door,
                f"{arguments.host}:{arguments.port}",
                edge=f"{EDGE_NAME}:{topology.port}",
                resolver=resolver,
                data=data,
                console=console,
            )
        )
        stack.push_async_callback(edges.close)  # first of all, so that clients are told while everything still works
        await together(services.start(), edges.scale(arguments.edges))
        ready = Orders(services, edges)
        await stack.enter_async_context(orders.taken(sockets / "orders.sock", ready))
        fixed = {
            **topology.targets,
            "orders": str(sockets / "orders.sock"),
            "mongodb": mongodb_url,
            "redis": redis_url,
            "certificates": str(certificates),
        }

        def targets() -> dict[str, str]:
            return {**fixed, "edge": ",".join(f"{host}:{topology.port}" for host in edges.hosts())}

        publish = stack.enter_context(installation.published(data, targets()))
        edges.on_change = lambda: publish(targets())
        yield ready


async def _certify(folder: Path) -> None:
    """Make certificates, and renew those that are due."""
    await asyncio.to_thread(certs.make, folder)


def _welcome(arguments: Namespace, running: Orders) -> str:
    program, folder = sys.argv[0], "" if arguments.data == "data" else f" --data {arguments.data}"
    return f"""
Parlance is ready at http://{arguments.host}:{arguments.port}

  {running.status()}

  more or fewer edges   {program} scale{folder} edge={arguments.edges + 1}
  all processes anew    {program} roll{folder}
  stop                  Ctrl-C
"""
