"""`parlance admin`: manages users and keys of a running installation over gRPC."""

import argparse
import asyncio
import getpass
import os
import sys
from pathlib import Path

from cli import installation
from mesh import access, tls
from mesh.errors import ParlanceError
from mesh.replicas import connected
from mesh.rpc import Client
from mesh.settings import PREFIX, Settings, load
from parlance.auth.v1 import auth_pb2
from parlance.auth.v1.auth_pb2_grpc import AuthServiceStub

_TIMEOUT_SECONDS = 30.0
"""A person at a terminal rather waits than asks again, where the machine is busy."""
PASSWORD_VARIABLE = f"{PREFIX}PASSWORD"


class AdminSettings(Settings):
    """Settings of `parlance admin`."""

    process = access.CLI
    auth_target: str | None = None
    """Where auth_service is, when it is not the installation in the data folder that is meant."""


def run(arguments: argparse.Namespace) -> int:
    """Do what the arguments say; returns the exit status."""
    settings, data = load(AdminSettings), Path(arguments.data)
    target = settings.auth_target or installation.targets(data).get("auth")
    if target is None:
        print(
            f"No running installation: start `parlance up`, or name auth_service in {PREFIX}AUTH_TARGET.",
            file=sys.stderr,
        )
        return 1
    try:
        print(asyncio.run(_act(arguments, target, settings.tls_dir or own_certificate(data))))
    except (ParlanceError, ValueError) as error:
        print(f"parlance: {error}", file=sys.stderr)
        return 1
    return 0


def own_certificate(data: Path) -> Path | None:
    """The folder of the command line's certificate in an installation that has one."""
    folder = data / "certificates" / access.CLI
    return folder if folder.exists() else None


async def _act(arguments: argparse.Namespace, target: str, certificate: Path | None) -> str:
    async with (
        tls.identity(certificate, access.CLI) as identity,
        connected(target, access.AUTH, identity) as replicas,
    ):
        auth = Client(replicas, AuthServiceStub, caller=access.CLI)
        match arguments.action:
            case "create-user":
                request = auth_pb2.CreateUserRequest(
                    username=arguments.username,
                    password=_password(),
                    role=auth_pb2.ROLE_ADMIN if arguments.admin else auth_pb2.ROLE_USER,
                )
                created = (await auth.call(lambda stub: stub.CreateUser, request, timeout=_TIMEOUT_SECONDS)).user
                return f"Created {created.username} ({created.id})."
            case "promote":
                find = auth_pb2.GetUserRequest(username=arguments.username)
                user = (await auth.call(lambda stub: stub.GetUser, find, timeout=_TIMEOUT_SECONDS, retry=True)).user
                promote = auth_pb2.UpdateUserRequest(user_id=user.id, role=auth_pb2.ROLE_ADMIN, by_admin=True)
                await auth.call(lambda stub: stub.UpdateUser, promote, timeout=_TIMEOUT_SECONDS, retry=True)
                return f"{user.username} is an administrator now."
            case _:
                rotate = auth_pb2.RotateSigningKeysRequest()
                key = (await auth.call(lambda stub: stub.RotateSigningKeys, rotate, timeout=_TIMEOUT_SECONDS)).key
                return f"Tokens are signed with {key.key_id} from now on. Nobody is logged out."


def _password() -> str:
    """From the environment, else asked for, twice."""
    if password := os.environ.get(PASSWORD_VARIABLE):
        return password
    try:
        password = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != password:
            sys.exit("The two are not the same.")
    except EOFError:
        sys.exit(f"Nobody can be asked for a password here: give it in {PASSWORD_VARIABLE}.")
    return password
