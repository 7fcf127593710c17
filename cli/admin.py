"""`parlance admin`: manages users and keys of a running installation over gRPC."""

import argparse
import asyncio
import getpass
import json
import os
import sys
from pathlib import Path

from cli.up import TARGETS_FILE
from mesh import access
from mesh.errors import ParlanceError
from mesh.replicas import connected
from mesh.rpc import Client
from mesh.settings import PREFIX
from parlance.auth.v1 import auth_pb2
from parlance.auth.v1.auth_pb2_grpc import AuthServiceStub

PASSWORD_VARIABLE = f"{PREFIX}PASSWORD"


def run(arguments: argparse.Namespace) -> int:
    """Do what the arguments say; returns the exit status."""
    target = _auth_target(Path(arguments.data))
    if target is None:
        print(
            f"No running installation: start `parlance up`, or name auth_service in {PREFIX}AUTH_TARGET.",
            file=sys.stderr,
        )
        return 1
    try:
        print(asyncio.run(_act(arguments, target)))
    except ParlanceError as error:
        print(f"parlance: {error.message}", file=sys.stderr)
        return 1
    return 0


async def _act(arguments: argparse.Namespace, target: str) -> str:
    async with connected(target) as replicas:
        auth = Client(replicas, AuthServiceStub, caller=access.CLI)
        match arguments.action:
            case "create-user":
                request = auth_pb2.CreateUserRequest(
                    username=arguments.username,
                    password=_password(),
                    role=auth_pb2.ROLE_ADMIN if arguments.admin else auth_pb2.ROLE_USER,
                )
                created = (await auth.call(lambda stub: stub.CreateUser, request)).user
                return f"Created {created.username} ({created.id})."
            case "promote":
                find = auth_pb2.GetUserRequest(username=arguments.username)
                user = (await auth.call(lambda stub: stub.GetUser, find)).user
                promote = auth_pb2.UpdateUserRequest(user_id=user.id, role=auth_pb2.ROLE_ADMIN, by_admin=True)
                await auth.call(lambda stub: stub.UpdateUser, promote)
                return f"{user.username} is an administrator now."
            case _:
                rotate = auth_pb2.RotateSigningKeysRequest()
                key = (await auth.call(lambda stub: stub.RotateSigningKeys, rotate)).key
                return f"Tokens are signed with {key.key_id} from now on. Nobody is logged out."


def _auth_target(data: Path) -> str | None:
    """Where auth_service is: as the environment says, else as the installation in the data folder does."""
    if target := os.environ.get(f"{PREFIX}AUTH_TARGET"):
        return target
    try:
        targets: dict[str, str] = json.loads((data / TARGETS_FILE).read_text())
    except FileNotFoundError:
        return None
    return targets["auth"]


def _password() -> str:
    """From the environment, else asked for, twice."""
    if password := os.environ.get(PASSWORD_VARIABLE):
        return password
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        sys.exit("The two are not the same.")
    return password
