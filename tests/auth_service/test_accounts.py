import asyncio
from typing import Any

import pytest

from auth_service import store
from auth_service.accounts import Accounts
from auth_service.model import Role, Session, SessionsEnded, User, UserChanged
from auth_service.passwords import Passwords
from auth_service.sessions import Sessions
from mesh.database import Database
from mesh.errors import AlreadyExists, Forbidden, Invalid, NotFound, ParlanceError, Unauthenticated, Unavailable
from tests.auth_service.conftest import PASSWORD, Clock
from tests.patience import PATIENCE_SECONDS

OTHER_PASSWORD = "staple correct horse"


@pytest.fixture
async def session(accounts: Accounts) -> Session:
    return await accounts.register("Ada", PASSWORD, email="Ada@Example.org")


@pytest.fixture
def user(session: Session) -> User:
    return session.user


async def standing(sessions: Sessions, *opened: Session) -> list[bool]:
    found = dict(await sessions.check([session.id for session in opened]))
    return [session.id in found for session in opened]


async def test_registering_opens_an_account_and_logs_in(accounts: Accounts, sessions: Sessions, clock: Clock) -> None:
    session = await accounts.register("Ada", PASSWORD, email="Ada@Example.org")
    assert session.user == User(
        id=session.user.id,
        username="Ada",
        email="ada@example.org",
        display_name="Ada",
        role=Role.USER,
        created_ms=clock(),
    )
    assert await accounts.get(user_id=session.user.id) == session.user
    assert await standing(sessions, session) == [True]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("username", "a"), ("password", "short"), ("display_name", "\x00"), ("email", "nowhere")],
)
async def test_registering_names_the_field_that_is_wrong(accounts: Accounts, field: str, wrong: str) -> None:
    fields = {"username": "ada", "password": PASSWORD, field: wrong}
    with pytest.raises(Invalid) as refused:
        await accounts.register(**fields)
    assert refused.value.field == field
    assert await accounts.page(prefix="", page_size=0, page_token="") == ([], "")


async def test_a_username_is_taken_in_any_case(accounts: Accounts, user: User) -> None:
    with pytest.raises(AlreadyExists) as refused:
        await accounts.register("aDA", PASSWORD)
    assert (refused.value.reason, refused.value.field) == ("USERNAME_TAKEN", "username")


async def test_of_many_registrations_of_one_name_at_once_exactly_one_wins(accounts: Accounts) -> None:
    names = ["grace", "Grace", "GRACE", "gRaCe"] * 3
    outcomes = await asyncio.gather(*(accounts.register(name, PASSWORD) for name in names), return_exceptions=True)
    winners = [outcome for outcome in outcomes if isinstance(outcome, Session)]
    assert len(winners) == 1
    assert sum(isinstance(outcome, AlreadyExists) for outcome in outcomes) == len(names) - 1
    assert await accounts.get(username="grace") == winners[0].user


async def test_logging_in_takes_the_name_in_any_case(accounts: Accounts, user: User) -> None:
    assert (await accounts.login("ADA", PASSWORD)).user == user


async def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(accounts: Accounts, user: User) -> None:
    await accounts.create_guest("Visitor", "room-1")
    answers = set()
    for username, password in [
        ("ada", OTHER_PASSWORD),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        ("ada", ""),
        ("Visitor", ""),
    ]:
        with pytest.raises(Unauthenticated) as refused:
            await accounts.login(username, password)
        error = refused.value
        answers.add((error.message, error.reason, error.field, error.retry_after))
    assert answers == {("Wrong username or password.", "WRONG_CREDENTIALS", None, None)}


async def test_a_login_hashes_anew_what_was_hashed_with_other_parameters(
    database: Database, users: store.Users, sessions: Sessions, clock: Clock, user: User
) -> None:
    stronger = Passwords(memory_kib=16, rounds=2, threads=1, max_waiting=10)
    after = Accounts(users, stronger, sessions, lambda _event: None, now=clock)
    await after.login("ada", PASSWORD)
    hashed = (await database["users"].find_one({"_id": user.id}) or {})["password_hash"]
    assert hashed.startswith("$argon2id$v=19$m=16,t=2,p=1$")

    await after.login("ada", PASSWORD)
    assert (await database["users"].find_one({"_id": user.id}) or {})["password_hash"] == hashed
    stronger.close()


async def test_a_login_that_was_waiting_does_not_outlive_a_change_of_the_password(
    accounts: Accounts, sessions: Sessions, clock: Clock, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Session] = []
    open_session = sessions.open

    async def open_after_the_change(owner: User, *, device: str) -> Session:
        clock.advance(1)
        await accounts.update(owner.id, password=OTHER_PASSWORD, by_admin=True)
        opened.append(await open_session(owner, device=device))
        return opened[0]

    monkeypatch.setattr(sessions, "open", open_after_the_change)
    with pytest.raises(Unauthenticated):
        await accounts.login("ada", PASSWORD)
    assert await standing(sessions, *opened) == [False]


async def test_a_flood_of_logins_stays_bounded_and_leaves_other_calls_their_turn(
    users: store.Users, sessions: Sessions, clock: Clock, user: User
) -> None:
    slow = Passwords(memory_kib=16 * 1024, rounds=4, threads=1, max_waiting=2)
    accounts = Accounts(users, slow, sessions, lambda _event: None, now=clock)
    refused, served = asyncio.Event(), asyncio.Event()

    async def flood() -> None:
        while not served.is_set():
            try:
                await accounts.login("ada", OTHER_PASSWORD)
            except Unavailable:
                refused.set()
                await asyncio.sleep(0)  # let others on
            except Unauthenticated:
                pass

    async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(flood())
        await refused.wait()
        for _ in range(10):
            assert await accounts.get(user_id=user.id) == user
        served.set()
    slow.close()


async def test_a_guest_has_a_name_and_one_room(accounts: Accounts, sessions: Sessions) -> None:
    session = await accounts.create_guest("", "room-1")
    assert session.user.is_guest
    assert (session.user.display_name, session.user.guest_room_id) == ("Guest", "room-1")
    assert (await sessions.refresh(session.refresh_token)).user == session.user


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("\u200fנועה\u200f", "נועה"),
        ("Ada\nLovelace\u202e", "Ada Lovelace"),
        ("x" * 500, "x" * 80),
        ("\u202e", "Guest"),
        ("\u200b", "Guest"),
    ],
)
async def test_no_visitor_is_kept_out_because_of_its_name(accounts: Accounts, said: str, name: str) -> None:
    assert (await accounts.create_guest(said, "room-1")).user.display_name == name


@pytest.mark.parametrize("room_id", ["", "x" * 65])
async def test_a_guest_without_a_room_is_refused(accounts: Accounts, room_id: str) -> None:
    with pytest.raises(Invalid) as refused:
        await accounts.create_guest("Visitor", room_id)
    assert refused.value.field == "room_id"


async def test_guests_may_all_have_the_same_name(accounts: Accounts) -> None:
    guests = [await accounts.create_guest("Visitor", "room-1") for _ in range(3)]
    assert len({guest.user.id for guest in guests}) == 3


async def test_a_guest_of_a_room_is_logged_in_again(accounts: Accounts) -> None:
    first = await accounts.create_guest("Vera", "room-1", "guest-1")
    again = await accounts.create_guest("Vera", "room-1", "guest-1")
    assert (again.user, again.id != first.id) == (first.user, True)


@pytest.mark.parametrize("room_id", ["room-1", "room-2"])
async def test_nobody_becomes_somebody_else_by_its_id(accounts: Accounts, user: User, room_id: str) -> None:
    await accounts.create_guest("Vera", "room-1", "guest-1")
    with pytest.raises(Invalid):
        await accounts.create_guest("Mallory", room_id, user.id if room_id == "room-1" else "guest-1")


async def test_a_user_is_found_by_id_or_by_name_in_any_case(accounts: Accounts, user: User) -> None:
    assert await accounts.get(user_id=user.id) == user
    assert await accounts.get(username="aDa") == user


@pytest.mark.parametrize("named", [{"user_id": "unknown"}, {"username": "unknown"}, {"username": '{"$gt": ""}'}])
async def test_an_unknown_user_is_not_found(accounts: Accounts, user: User, named: dict[str, str]) -> None:
    with pytest.raises(NotFound):
        await accounts.get(**named)


async def test_many_users_are_got_at_once_with_the_deleted_and_without_the_unknown(
    accounts: Accounts, user: User
) -> None:
    other = await accounts.create("grace", PASSWORD)
    await accounts.delete(other.id)
    found = {found.id: found for found in await accounts.get_many([user.id, other.id, "unknown"])}
    assert found.keys() == {user.id, other.id}
    assert found[other.id].deleted_ms is not None
    with pytest.raises(Invalid):
        await accounts.get_many([str(number) for number in range(1001)])


async def test_pages_list_accounts_in_order_of_their_names_without_guests_and_deleted_ones(
    accounts: Accounts,
) -> None:
    for name in ("delta", "Bravo", "alpha", "Echo", "charlie", "gone"):
        await accounts.create(name, PASSWORD)
    await accounts.create_guest("Aaron", "room-1")
    await accounts.delete((await accounts.get(username="gone")).id)

    pages: list[list[str]] = []
    token = ""
    while not pages or token:
        users, token = await accounts.page(prefix="", page_size=2, page_token=token)
        pages.append([user.username for user in users])
    assert pages == [["alpha", "Bravo"], ["charlie", "delta"], ["Echo"]]


async def test_a_prefix_narrows_the_pages_in_any_case(accounts: Accounts) -> None:
    for name in ("Anna", "anton", "ANNABEL", "bert", "an.na"):
        await accounts.create(name, PASSWORD)
    first, token = await accounts.page(prefix="ANN", page_size=1, page_token="")
    second, last = await accounts.page(prefix="ANN", page_size=1, page_token=token)
    assert ([user.username for user in first + second], last) == (["Anna", "ANNABEL"], "")


@pytest.mark.parametrize("wrong", [{"page_size": -1}, {"page_size": 101}, {"page_token": "!"}, {"page_token": "_w=="}])
async def test_a_page_that_cannot_be_is_refused(accounts: Accounts, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        await accounts.page(**{"prefix": "", "page_size": 0, "page_token": "", **wrong})
    assert refused.value.field in wrong


async def test_changes_touch_only_what_they_name(
    accounts: Accounts, user: User, announced: list[SessionsEnded | UserChanged]
) -> None:
    assert await accounts.update(user.id) == user
    changed = await accounts.update(user.id, email="new@example.org")
    assert (changed.email, changed.display_name) == ("new@example.org", "Ada")
    assert (await accounts.update(user.id, email="")).email is None
    assert announced == []


async def test_another_name_or_role_is_announced(
    accounts: Accounts, user: User, announced: list[SessionsEnded | UserChanged]
) -> None:
    await accounts.update(user.id, display_name="Ada")
    assert announced == []
    assert (await accounts.update(user.id, display_name="Countess")).display_name == "Countess"
    assert (await accounts.update(user.id, role=Role.ADMIN, by_admin=True)).role is Role.ADMIN
    assert announced == [UserChanged(user.id), UserChanged(user.id)]


async def test_only_administrators_change_roles(accounts: Accounts, user: User) -> None:
    with pytest.raises(Forbidden):
        await accounts.update(user.id, role=Role.ADMIN)
    assert (await accounts.get(user_id=user.id)).role is Role.USER


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"display_name": ""}, "display_name"),
        ({"email": "nowhere"}, "email"),
        ({"password": "short", "current_password": PASSWORD}, "password"),
        ({"password": OTHER_PASSWORD}, "current_password"),
        ({"password": OTHER_PASSWORD, "current_password": OTHER_PASSWORD}, "current_password"),
    ],
)
async def test_a_change_that_is_refused_changes_nothing(
    accounts: Accounts, sessions: Sessions, session: Session, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await accounts.update(session.user.id, **{"display_name": "Countess", **change})
    assert refused.value.field == field
    assert await accounts.get(user_id=session.user.id) == session.user
    assert (await accounts.login("ada", PASSWORD)).user == session.user
    assert await standing(sessions, session) == [True]


async def test_a_new_password_ends_the_other_sessions(
    accounts: Accounts, sessions: Sessions, session: Session, announced: list[SessionsEnded | UserChanged]
) -> None:
    other = await accounts.login("ada", PASSWORD)
    await accounts.update(session.user.id, password=OTHER_PASSWORD, current_password=PASSWORD, session_id=session.id)
    assert await standing(sessions, session, other) == [True, False]
    assert announced == [SessionsEnded(session.user.id, except_session_id=session.id)]
    assert await accounts.login("ada", OTHER_PASSWORD)
    with pytest.raises(Unauthenticated):
        await accounts.login("ada", PASSWORD)


async def test_an_administrator_sets_a_password_without_the_old_one(
    accounts: Accounts, sessions: Sessions, session: Session
) -> None:
    await accounts.update(session.user.id, password=OTHER_PASSWORD, by_admin=True)
    assert await standing(sessions, session) == [False]
    assert await accounts.login("ada", OTHER_PASSWORD)


@pytest.mark.parametrize("change", [{"email": "a@b.cd"}, {"password": PASSWORD}, {"role": Role.ADMIN}])
async def test_a_guest_changes_only_its_name(accounts: Accounts, change: dict[str, Any]) -> None:
    guest = (await accounts.create_guest("Visitor", "room-1")).user
    with pytest.raises(Invalid):
        await accounts.update(guest.id, by_admin=True, **change)
    assert (await accounts.update(guest.id, display_name="Eve")).display_name == "Eve"


async def test_a_deleted_account_keeps_nothing_of_its_owner(
    accounts: Accounts, database: Database, clock: Clock, user: User
) -> None:
    await accounts.delete(user.id)
    assert await database["users"].find_one({"_id": user.id}) == {
        "_id": user.id,
        "display_name": "Deleted user",
        "role": "user",
        "is_guest": False,
        "created_ms": clock(),
        "deleted_ms": clock(),
    }


async def test_deleting_an_account_ends_its_sessions(
    accounts: Accounts, sessions: Sessions, session: Session, announced: list[SessionsEnded | UserChanged]
) -> None:
    await accounts.delete(session.user.id)
    assert await standing(sessions, session) == [False]
    assert announced == [SessionsEnded(session.user.id), UserChanged(session.user.id)]


async def test_a_deleted_account_is_found_changed_and_entered_no_more(accounts: Accounts, user: User) -> None:
    await accounts.delete(user.id)
    await accounts.delete(user.id)  # again, as after a lost answer
    attempts = (
        accounts.get(user_id=user.id),
        accounts.get(username="ada"),
        accounts.update(user.id, display_name="Ada"),
        accounts.login("ada", PASSWORD),
    )
    for outcome in await asyncio.gather(*attempts, return_exceptions=True):
        assert isinstance(outcome, ParlanceError)
        assert outcome.kind in {"not_found", "unauthenticated"}


async def test_the_name_of_a_deleted_account_is_free(accounts: Accounts, user: User) -> None:
    await accounts.delete(user.id)
    assert (await accounts.register("ada", PASSWORD)).user.id != user.id


async def test_deleting_an_unknown_account_says_so(accounts: Accounts) -> None:
    with pytest.raises(NotFound):
        await accounts.delete("unknown")
