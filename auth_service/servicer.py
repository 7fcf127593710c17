"""AuthService as the mesh calls it: requests into the domain's terms, and answers back."""

from datetime import timedelta
from typing import Any

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from auth_service import model
from auth_service.accounts import Accounts
from auth_service.sessions import Sessions
from auth_service.tokens import Tokens
from mesh import access
from mesh.errors import Invalid
from parlance.auth.v1 import auth_pb2, auth_pb2_grpc

_ROLES = {auth_pb2.ROLE_UNSPECIFIED: None, auth_pb2.ROLE_USER: model.Role.USER, auth_pb2.ROLE_ADMIN: model.Role.ADMIN}
_PROTO_ROLES = {model.Role.USER: auth_pb2.ROLE_USER, model.Role.ADMIN: auth_pb2.ROLE_ADMIN}


class AuthServicer(auth_pb2_grpc.AuthServiceServicer):
    """Each method is documented in protos/parlance/auth/v1/auth.proto."""

    def __init__(self, accounts: Accounts, sessions: Sessions, tokens: Tokens) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._tokens = tokens

    @access.allow(access.EDGE)
    async def Register(self, request: auth_pb2.RegisterRequest, context: Any) -> auth_pb2.RegisterResponse:
        session = await self._accounts.register(
            request.username,
            request.password,
            display_name=request.display_name,
            email=request.email,
            device=request.device,
        )
        return auth_pb2.RegisterResponse(session=_session(session))

    @access.allow(access.EDGE)
    async def Login(self, request: auth_pb2.LoginRequest, context: Any) -> auth_pb2.LoginResponse:
        session = await self._accounts.login(request.username, request.password, device=request.device)
        return auth_pb2.LoginResponse(session=_session(session))

    @access.allow(access.EDGE)
    async def Refresh(self, request: auth_pb2.RefreshRequest, context: Any) -> auth_pb2.RefreshResponse:
        return auth_pb2.RefreshResponse(session=_session(await self._sessions.refresh(request.refresh_token)))

    @access.allow(access.EDGE)
    async def Logout(self, request: auth_pb2.LogoutRequest, context: Any) -> auth_pb2.LogoutResponse:
        await self._sessions.logout(
            session_id=request.session_id, refresh_token=request.refresh_token, everywhere=request.everywhere
        )
        return auth_pb2.LogoutResponse()

    @access.allow(access.EDGE)
    async def ListSessions(self, request: auth_pb2.ListSessionsRequest, context: Any) -> auth_pb2.ListSessionsResponse:
        sessions = await self._sessions.listed(request.user_id)
        return auth_pb2.ListSessionsResponse(sessions=map(_listed_session, sessions))

    @access.allow(access.EDGE)
    async def EndSession(self, request: auth_pb2.EndSessionRequest, context: Any) -> auth_pb2.EndSessionResponse:
        await self._sessions.end_one_of(request.user_id, request.session_id)
        return auth_pb2.EndSessionResponse()

    @access.allow(access.EDGE)
    async def CheckSessions(
        self, request: auth_pb2.CheckSessionsRequest, context: Any
    ) -> auth_pb2.CheckSessionsResponse:
        standing = await self._sessions.check(request.session_ids)
        return auth_pb2.CheckSessionsResponse(
            sessions=[auth_pb2.ActiveSession(session_id=session_id, user=_user(user)) for session_id, user in standing]
        )

    @access.allow(access.EDGE, access.CLI)
    async def GetUser(self, request: auth_pb2.GetUserRequest, context: Any) -> auth_pb2.GetUserResponse:
        user = await self._accounts.get(user_id=request.user_id, username=request.username)
        return auth_pb2.GetUserResponse(user=_user(user))

    @access.allow(access.EDGE)
    async def BatchGetUsers(
        self, request: auth_pb2.BatchGetUsersRequest, context: Any
    ) -> auth_pb2.BatchGetUsersResponse:
        users = await self._accounts.get_many(request.user_ids)
        return auth_pb2.BatchGetUsersResponse(users=map(_user, users))

    @access.allow(access.EDGE, access.CLI)
    async def ListUsers(self, request: auth_pb2.ListUsersRequest, context: Any) -> auth_pb2.ListUsersResponse:
        users, next_page_token = await self._accounts.page(
            prefix=request.prefix, page_size=request.page_size, page_token=request.page_token
        )
        return auth_pb2.ListUsersResponse(users=map(_user, users), next_page_token=next_page_token)

    @access.allow(access.EDGE, access.CLI)
    async def CreateUser(self, request: auth_pb2.CreateUserRequest, context: Any) -> auth_pb2.CreateUserResponse:
        user = await self._accounts.create(
            request.username,
            request.password,
            display_name=request.display_name,
            email=request.email,
            role=_role(request.role) or model.Role.USER,
        )
        return auth_pb2.CreateUserResponse(user=_user(user))

    @access.allow(access.EDGE, access.CLI)
    async def UpdateUser(self, request: auth_pb2.UpdateUserRequest, context: Any) -> auth_pb2.UpdateUserResponse:
        user = await self._accounts.update(
            request.user_id,
            display_name=request.display_name if request.HasField("display_name") else None,
            email=request.email if request.HasField("email") else None,
            password=request.password if request.HasField("password") else None,
            current_password=request.current_password,
            role=_role(request.role),
            by_admin=request.by_admin,
            session_id=request.session_id,
        )
        return auth_pb2.UpdateUserResponse(user=_user(user))

    @access.allow(access.EDGE)
    async def DeleteUser(self, request: auth_pb2.DeleteUserRequest, context: Any) -> auth_pb2.DeleteUserResponse:
        await self._accounts.delete(request.user_id)
        return auth_pb2.DeleteUserResponse()

    @access.allow(access.EDGE)
    async def CreateGuest(self, request: auth_pb2.CreateGuestRequest, context: Any) -> auth_pb2.CreateGuestResponse:
        session = await self._accounts.create_guest(request.display_name, request.room_id, request.user_id)
        return auth_pb2.CreateGuestResponse(session=_session(session))

    @access.allow(access.EDGE)
    async def GetSigningKeys(
        self, request: auth_pb2.GetSigningKeysRequest, context: Any
    ) -> auth_pb2.GetSigningKeysResponse:
        return auth_pb2.GetSigningKeysResponse(keys=map(_signing_key, await self._tokens.listed()))

    @access.allow(access.EDGE, access.CLI)
    async def RotateSigningKeys(
        self, request: auth_pb2.RotateSigningKeysRequest, context: Any
    ) -> auth_pb2.RotateSigningKeysResponse:
        return auth_pb2.RotateSigningKeysResponse(key=_signing_key(await self._tokens.rotate()))


def _role(role: auth_pb2.Role.ValueType) -> model.Role | None:
    if role not in _ROLES:
        raise Invalid("There is no such role.", reason="INVALID_ROLE", field="role")
    return _ROLES[role]


def _session(session: model.Session) -> auth_pb2.Session:
    return auth_pb2.Session(
        access_token=session.access_token,
        expires_in=_duration(session.expires_seconds),
        refresh_token=session.refresh_token,
        refresh_expires_in=_duration(session.refresh_expires_seconds),
        user=_user(session.user),
    )


def _listed_session(session: model.StoredSession) -> auth_pb2.ListedSession:
    return auth_pb2.ListedSession(
        session_id=session.id,
        device=session.device,
        created_at=_timestamp(session.created_ms),
        used_at=_timestamp(session.refreshed_ms),
    )


def _user(user: model.User) -> auth_pb2.User:
    return auth_pb2.User(
        id=user.id,
        username=user.username,
        email=user.email,
        display_name=user.display_name,
        role=_PROTO_ROLES[user.role],
        is_guest=user.is_guest,
        guest_room_id=user.guest_room_id,
        created_at=_timestamp(user.created_ms),
        deleted_at=None if user.deleted_ms is None else _timestamp(user.deleted_ms),
    )


def _signing_key(key: model.SigningKey) -> auth_pb2.SigningKey:
    return auth_pb2.SigningKey(key_id=key.id, public_key=key.public_key, created_at=_timestamp(key.created_ms))


def _timestamp(milliseconds: int) -> Timestamp:
    timestamp = Timestamp()
    timestamp.FromMilliseconds(milliseconds)
    return timestamp


def _duration(seconds: int) -> Duration:
    duration = Duration()
    duration.FromTimedelta(timedelta(seconds=seconds))
    return duration
