"""`parlance`: the whole product in one process, or one process of it; administration; a terminal client."""

import argparse
import sys
from collections.abc import Callable

Command = Callable[[argparse.Namespace], int]


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(
        prog="parlance", description="A real-time chat platform that scales by adding replicas."
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for add in (
        _add_up,
        _add_up_native,
        _add_services,
        _add_setup,
        _add_certs,
        _add_health,
        _add_doctor,
        _add_admin,
        _add_chat,
        _add_demo,
    ):
        add(commands)
    arguments = parser.parse_args()
    command: Command = arguments.command
    try:
        sys.exit(command(arguments))
    except KeyboardInterrupt:
        sys.exit(130)


# Each command imports what it needs when it runs: `parlance --help` answers at once.


def _add_up(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("up", help="run everything here, with an embedded store and broker")
    parser.add_argument("--host", default="127.0.0.1", help="address to serve on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to serve on (default: %(default)s)")
    parser.add_argument("--data", default="data", help="folder of the embedded store (default: ./%(default)s)")

    def run(arguments: argparse.Namespace) -> int:
        from cli import up  # noqa: PLC0415

        return up.run(arguments.host, arguments.port, arguments.data)

    parser.set_defaults(command=run)


def _add_up_native(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "up-native", help="run everything here as in production, behind nginx, one process each"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to serve on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="port to serve on (default: %(default)s)")
    parser.add_argument("--edges", type=_replicas, default=2, help="how many edges (default: %(default)s)")
    parser.add_argument(
        "--messages", type=_replicas, default=2, help="how many message services (default: %(default)s)"
    )
    parser.add_argument("--data", default="data", help="folder of the embedded store (default: ./%(default)s)")

    def run(arguments: argparse.Namespace) -> int:
        from cli.native import app  # noqa: PLC0415

        return app.run(arguments)

    parser.set_defaults(command=run)
    scale = commands.add_parser("scale", help="have more or fewer edges in a running `up-native`")
    scale.add_argument("order", nargs=1, metavar="edge=NUMBER")
    roll = commands.add_parser("roll", help="restart the processes of a running `up-native` while it serves")
    roll.add_argument("order", nargs="*", metavar="KIND", help="auth, room, message or edge (default: all of them)")
    for name, order in (("scale", scale), ("roll", roll)):
        order.add_argument("--data", default="data", help="folder of the installation (default: ./%(default)s)")

        def give(arguments: argparse.Namespace, name: str = name) -> int:
            from cli.native import orders  # noqa: PLC0415

            return orders.give(arguments.data, [name, *arguments.order])

        order.set_defaults(command=give)


def _replicas(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 100:
        raise argparse.ArgumentTypeError("between 1 and 100")
    return number


def _add_services(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    for name, purpose in (
        ("edge", "run one edge"),
        ("auth", "run auth_service"),
        ("room", "run room_service"),
        ("message", "run message_service"),
    ):
        parser = commands.add_parser(name, help=f"{purpose}, with settings from the environment")

        def run(_arguments: argparse.Namespace, name: str = name) -> int:
            from cli import process  # noqa: PLC0415

            return process.run(name)

        parser.set_defaults(command=run)


def _add_setup(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("setup", help="make the secrets and certificates of an installation, where missing")
    parser.add_argument("directory", help="folder to make them in")

    def run(arguments: argparse.Namespace) -> int:
        from pathlib import Path  # noqa: PLC0415

        from cli import setup  # noqa: PLC0415

        return setup.run(Path(arguments.directory))

    parser.set_defaults(command=run)


def _add_certs(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("certs", help="make the certificates of the mesh, or renew those that are due")
    parser.add_argument("directory", help="folder to keep them in; give each process its own folder inside alone")
    parser.add_argument("--days", type=float, default=7, help="how long new ones are good for (default: %(default)s)")
    parser.add_argument("--watch", action="store_true", help="stay, and renew each when it is due")

    def run(arguments: argparse.Namespace) -> int:
        from datetime import timedelta  # noqa: PLC0415
        from pathlib import Path  # noqa: PLC0415

        from cli import certs  # noqa: PLC0415

        lifetime = timedelta(days=arguments.days)
        return certs.run(Path(arguments.directory), lifetime=lifetime, watch=arguments.watch)

    parser.set_defaults(command=run)


def _add_health(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("health", help="say by the exit status whether a process is well")
    parser.add_argument(
        "address", nargs="?", help="host:port, unix:/path or http://host:port (default: its own setting)"
    )

    def run(arguments: argparse.Namespace) -> int:
        from cli import health  # noqa: PLC0415

        return health.run(arguments.address)

    parser.set_defaults(command=run)


def _add_doctor(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("doctor", help="look an installation over, and say what to do about each finding")
    parser.add_argument("--data", default="data", help="folder of the installation (default: ./%(default)s)")

    def run(arguments: argparse.Namespace) -> int:
        from pathlib import Path  # noqa: PLC0415

        from cli import doctor  # noqa: PLC0415

        return doctor.run(Path(arguments.data))

    parser.set_defaults(command=run)


def _add_admin(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("admin", help="manage users and keys of a running installation")
    parser.add_argument("--data", default="data", help="folder of the installation (default: ./%(default)s)")
    actions = parser.add_subparsers(metavar="ACTION", required=True, dest="action")
    create = actions.add_parser("create-user", help="open an account; asks for the password")
    create.add_argument("username")
    create.add_argument("--admin", action="store_true", help="with the role of an administrator")
    promote = actions.add_parser("promote", help="make a user an administrator")
    promote.add_argument("username")
    actions.add_parser("rotate-keys", help="sign access tokens with a new key from now on")

    def run(arguments: argparse.Namespace) -> int:
        from cli import admin  # noqa: PLC0415

        return admin.run(arguments)

    parser.set_defaults(command=run)


def _add_chat(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("chat", help="talk from the terminal")
    parser.add_argument("url", nargs="?", default="http://127.0.0.1:8000", help="the server (default: %(default)s)")
    parser.add_argument("--user", help="username; asked for when left out")
    parser.add_argument("--room", help="room to join")

    def run(arguments: argparse.Namespace) -> int:
        import asyncio  # noqa: PLC0415

        from cli import chat  # noqa: PLC0415

        return asyncio.run(chat.run(arguments.url, arguments.user, arguments.room))

    parser.set_defaults(command=run)


def _add_demo(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("demo", help="fill a running, empty installation with people and conversations")
    parser.add_argument("url", nargs="?", default="http://127.0.0.1:8000", help="the server (default: %(default)s)")

    def run(arguments: argparse.Namespace) -> int:
        import asyncio  # noqa: PLC0415

        from cli import demo  # noqa: PLC0415

        return asyncio.run(demo.run(arguments.url))

    parser.set_defaults(command=run)


if __name__ == "__main__":
    main()
