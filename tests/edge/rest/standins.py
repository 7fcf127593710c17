"""Services that answer what a test tells them to: real servers and real calls, with nothing behind them."""

import inspect
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import Message

from edge.identity import ISSUER
from mesh import access
from mesh.errors import ParlanceError
from parlance.auth.v1 import auth_pb2, auth_pb2_grpc
from parlance.message.v1 import live_pb2, live_pb2_grpc, message_pb2, message_pb2_grpc
from parlance.room.v1 import (
    business_pb2,
    business_pb2_grpc,
    conversation_pb2,
    conversation_pb2_grpc,
    room_pb2,
    room_pb2_grpc,
)

Answer: TypeAlias = Message | ParlanceError | Callable[[Any], Message]

SERVICES: list[tuple[ServiceDescriptor, Any, Any]] = [
    (
        auth_pb2.DESCRIPTOR.services_by_name["AuthService"],
        auth_pb2_grpc.AuthServiceServicer,
        auth_pb2_grpc.add_AuthServiceServicer_to_server,
    ),
    (
        room_pb2.DESCRIPTOR.services_by_name["RoomService"],
        room_pb2_grpc.RoomServiceServicer,
        room_pb2_grpc.add_RoomServiceServicer_to_server,
    ),
    (
        business_pb2.DESCRIPTOR.services_by_name["BusinessService"],
        business_pb2_grpc.BusinessServiceServicer,
        business_pb2_grpc.add_BusinessServiceServicer_to_server,
    ),
    (
        conversation_pb2.DESCRIPTOR.services_by_name["ConversationService"],
        conversation_pb2_grpc.ConversationServiceServicer,
        conversation_pb2_grpc.add_ConversationServiceServicer_to_server,
    ),
    (
        message_pb2.DESCRIPTOR.services_by_name["MessageService"],
        message_pb2_grpc.MessageServiceServicer,
        message_pb2_grpc.add_MessageServiceServicer_to_server,
    ),
    (
        live_pb2.DESCRIPTOR.services_by_name["LiveService"],
        live_pb2_grpc.LiveServiceServicer,
        live_pb2_grpc.add_LiveServiceServicer_to_server,
    ),
]


class StandIns:
    """What the services answer, and what they were asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        """By RPC; an RPC without an answer fails."""
        self.users: dict[str, auth_pb2.User] = {}
        self.ended: set[str] = set()
        """Sessions that do not stand."""
        self._asked: dict[str, list[Any]] = defaultdict(list)
        self._key = Ed25519PrivateKey.generate()
        public_key = self._key.public_key().public_bytes_raw()
        self.answers["GetSigningKeys"] = auth_pb2.GetSigningKeysResponse(
            keys=[auth_pb2.SigningKey(key_id="key", public_key=public_key)]
        )
        self.answers["CheckSessions"] = self._check_sessions
        self.answers["BatchGetUsers"] = self._batch_get_users
        self.answers["ListPresence"] = live_pb2.ListPresenceResponse()

    def asked(self, rpc: str) -> list[Any]:
        """The requests of this RPC so far."""
        return self._asked[rpc]

    def add_user(self, user_id: str, **fields: Any) -> auth_pb2.User:
        """An account; its role is that of an ordinary user unless told otherwise."""
        fields = {"username": user_id, "display_name": user_id.title(), "role": auth_pb2.ROLE_USER} | fields
        user = self.users[user_id] = auth_pb2.User(id=user_id, **fields)
        return user

    def token(self, user_id: str, **claims: Any) -> str:
        """An access token of a session that is named after the user."""
        user = self.users.get(user_id) or self.add_user(user_id)
        return jwt.encode(
            {
                "iss": ISSUER,
                "exp": time.time() + 900,
                "sub": user_id,
                "sid": f"session-{user_id}",
                "name": user.display_name,
                "role": "user",
                "guest": user.is_guest,
                "room": user.guest_room_id,
            }
            | claims,
            self._key,
            algorithm="EdDSA",
            headers={"kid": "key"},
        )

    def session(self, user_id: str) -> auth_pb2.Session:
        """What logging in brings."""
        session = auth_pb2.Session(access_token=self.token(user_id), refresh_token=f"refresh-{uuid4()}")
        session.user.CopyFrom(self.users[user_id])
        session.expires_in.FromSeconds(900)
        session.refresh_expires_in.FromSeconds(3600)
        return session

    def registrations(self) -> dict[str, Callable[[Any], None]]:
        """What a server of the mesh needs to serve them."""
        return {service.full_name: partial(add, self._servicer(service, base)()) for service, base, add in SERVICES}

    def _servicer(self, service: ServiceDescriptor, base: type) -> type:
        methods = {method.name: access.allow(access.EDGE)(self._method(method.name)) for method in service.methods}
        return type(service.name, (base,), methods)

    def _method(self, name: str) -> Callable[..., Any]:
        async def method(_servicer: object, request: Message, _context: object) -> Message:
            self._asked[name].append(request)
            answer = self.answers[name]
            if isinstance(answer, ParlanceError):
                raise answer
            return answer(request) if inspect.isroutine(answer) else answer

        return method

    def _check_sessions(self, request: auth_pb2.CheckSessionsRequest) -> auth_pb2.CheckSessionsResponse:
        return auth_pb2.CheckSessionsResponse(
            sessions=[
                auth_pb2.ActiveSession(session_id=session_id, user=self.users[session_id.removeprefix("session-")])
                for session_id in request.session_ids
                if session_id not in self.ended
            ]
        )

    def _batch_get_users(self, request: auth_pb2.BatchGetUsersRequest) -> auth_pb2.BatchGetUsersResponse:
        return auth_pb2.BatchGetUsersResponse(
            users=[self.users[user_id] for user_id in request.user_ids if user_id in self.users]
        )
