import asyncio
from typing import Any

import pytest

from auth_service import store
from auth_service.accounts import Accounts
from auth_service.model import Session, SessionsEnded, UserChanged
from auth_service.sessions import Sessions
from mesh.database import Database
from mesh.errors import Invalid, NotFound, Unauthenticated
from tests.auth_service.conftest import PASSWORD, SESSION_SECONDS, Clock


@pytest.fixture
async def session(accounts: Accounts) -> Session:
    return await accounts.register("ada", PASSWORD)


async def refusal(sessions: Sessions, refresh_token: str) -> str:
    with pytest.raises(Unauthenticated) as refused:
        await sessions.refresh(refresh_token)
    return refused.value.reason


async def stands(sessions: Sessions, session_id: str) -> bool:
    return [found for found, _ in await sessions.check([session_id])] == [session_id]


async def test_refreshing_gives_a_new_pair_in_the_same_session(sessions: Sessions, session: Session) -> None:
    refreshed = await sessions.refresh(session.refresh_token)
    assert refreshed.id == session.id
    assert refreshed.refresh_token != session.refresh_token
    assert refreshed.user == session.user
    again = await sessions.refresh(refreshed.refresh_token)
    assert again.id == session.id


async def test_the_store_keeps_no_refresh_token(database: Database, sessions: Sessions, session: Session) -> None:
    refreshed = await sessions.refresh(session.refresh_token)
    stored = str(await database["sessions"].find_one({"_id": session.id}))
    for token in (session.refresh_token, refreshed.refresh_token):
        assert token.partition(".")[2] not in stored


async def test_a_token_used_again_ends_the_session_for_all_its_holders(
    sessions: Sessions, session: Session, announced: list[SessionsEnded | UserChanged]
) -> None:
    refreshed = await sessions.refresh(session.refresh_token)
    assert await refusal(sessions, session.refresh_token) == "REFRESH_TOKEN_REUSED"
    assert await refusal(sessions, refreshed.refresh_token) == "SESSION_ENDED"
    assert not await stands(sessions, session.id)
    assert announced == [SessionsEnded(session.user.id, session_ids=(session.id,))]


async def test_a_token_from_long_ago_is_recognised_too(sessions: Sessions, session: Session) -> None:
    latest = session
    for _ in range(10):
        latest = await sessions.refresh(latest.refresh_token)
    assert await refusal(sessions, session.refresh_token) == "REFRESH_TOKEN_REUSED"


async def test_reuse_ends_no_other_session_of_the_user(
    sessions: Sessions, accounts: Accounts, session: Session
) -> None:
    other = await accounts.login("ada", PASSWORD)
    await sessions.refresh(session.refresh_token)
    await refusal(sessions, session.refresh_token)
    assert await stands(sessions, other.id)


@pytest.mark.parametrize(
    "forged",
    ["", ".", "nonsense", "{id}", "{id}.", "{id}.short", "{id}.{secret}", "{id}.{secret}.x", "{id}\n.{secret}"],
)
async def test_a_token_that_is_nobodys_is_refused_and_ends_nothing(
    sessions: Sessions, session: Session, forged: str
) -> None:
    assert await refusal(sessions, forged.format(id=session.id, secret="A" * 43)) == "SESSION_ENDED"
    assert await sessions.refresh(session.refresh_token)


async def test_of_many_refreshes_at_once_with_one_token_exactly_one_wins(sessions: Sessions, session: Session) -> None:
    outcomes = await asyncio.gather(
        *(sessions.refresh(session.refresh_token) for _ in range(8)), return_exceptions=True
    )
    winners = [outcome for outcome in outcomes if isinstance(outcome, Session)]
    losers = [outcome for outcome in outcomes if isinstance(outcome, Unauthenticated)]
    assert (len(winners), len(losers)) == (1, 7)
    assert "REFRESH_TOKEN_REUSED" in {loser.reason for loser in losers}
    assert await refusal(sessions, winners[0].refresh_token) == "SESSION_ENDED"


async def test_a_session_lasts_while_it_is_refreshed(sessions: Sessions, session: Session, clock: Clock) -> None:
    for _ in range(3):
        clock.advance(SESSION_SECONDS - 1)
        session = await sessions.refresh(session.refresh_token)
    clock.advance(SESSION_SECONDS)
    assert not await stands(sessions, session.id)
    assert await refusal(sessions, session.refresh_token) == "SESSION_ENDED"


async def test_sweeping_removes_what_has_expired_and_nothing_else(
    database: Database, accounts: Accounts, sessions: Sessions, session: Session, clock: Clock
) -> None:
    clock.advance(SESSION_SECONDS)
    fresh = await accounts.login("ada", PASSWORD)
    await sessions.sweep()
    assert [document["_id"] async for document in database["sessions"].find({})] == [fresh.id]


@pytest.mark.parametrize("by_token", [False, True])
async def test_logging_out_ends_that_session_only_and_may_be_repeated(
    sessions: Sessions,
    accounts: Accounts,
    session: Session,
    announced: list[SessionsEnded | UserChanged],
    by_token: bool,
) -> None:
    other = await accounts.login("ada", PASSWORD)
    named: dict[str, Any] = {"refresh_token": session.refresh_token} if by_token else {"session_id": session.id}
    await sessions.logout(**named)
    await sessions.logout(**named)
    assert not await stands(sessions, session.id)
    assert await stands(sessions, other.id)
    assert announced == [SessionsEnded(session.user.id, session_ids=(session.id,))]


async def test_logging_out_everywhere_ends_all_sessions_of_the_user(
    sessions: Sessions, accounts: Accounts, session: Session, announced: list[SessionsEnded | UserChanged]
) -> None:
    other, stranger = await accounts.login("ada", PASSWORD), await accounts.register("grace", PASSWORD)
    await sessions.logout(session_id=session.id, everywhere=True)
    standing = await sessions.check([session.id, other.id, stranger.id])
    assert [session_id for session_id, _ in standing] == [stranger.id]
    assert announced == [SessionsEnded(session.user.id)]


async def test_a_token_that_is_nobodys_logs_nobody_out(sessions: Sessions, session: Session) -> None:
    await sessions.logout(refresh_token=f"{session.id}.{'A' * 43}", everywhere=True)
    await sessions.logout(refresh_token="nonsense", everywhere=True)
    assert await stands(sessions, session.id)


async def test_logging_out_of_nothing_is_refused(sessions: Sessions) -> None:
    with pytest.raises(Invalid):
        await sessions.logout()


async def test_checking_tells_standing_sessions_with_their_users_as_of_now(
    sessions: Sessions, accounts: Accounts, session: Session
) -> None:
    guest = await accounts.create_guest("Visitor", "room-1")
    renamed = await accounts.update(session.user.id, display_name="Countess")
    standing = dict(await sessions.check([session.id, guest.id, "unknown"]))
    assert standing == {session.id: renamed, guest.id: guest.user}


async def test_the_sessions_of_a_deleted_user_do_not_stand(
    sessions: Sessions, session_store: store.Sessions, accounts: Accounts, session: Session
) -> None:
    kept = await session_store.get(session.id)
    assert kept is not None
    await accounts.delete(session.user.id)
    await session_store.add(kept)  # as one that was opened at the same moment
    assert not await stands(sessions, session.id)
    assert await refusal(sessions, session.refresh_token) == "SESSION_ENDED"


async def test_more_than_1000_sessions_are_not_checked_at_once(sessions: Sessions) -> None:
    with pytest.raises(Invalid):
        await sessions.check([str(number) for number in range(1001)])


async def test_a_user_s_sessions_are_listed_the_one_used_last_first(
    accounts: Accounts, sessions: Sessions, session: Session, clock: Clock
) -> None:
    clock.now_ms += 1000
    phone = await accounts.login("ada", PASSWORD, device="A phone" + "!" * 300)
    await accounts.register("bob", PASSWORD, device="Somebody else's")
    listed = await sessions.listed(session.user.id)
    assert [one.id for one in listed] == [phone.id, session.id]
    assert listed[0].device == ("A phone" + "!" * 300)[:200]
    clock.now_ms += 1000
    await sessions.refresh(session.refresh_token)
    assert [one.id for one in await sessions.listed(session.user.id)] == [session.id, phone.id]
    clock.now_ms += SESSION_SECONDS * 1000
    assert await sessions.listed(session.user.id) == []


async def test_only_its_owner_ends_a_session(accounts: Accounts, sessions: Sessions, session: Session) -> None:
    bob = await accounts.register("bob", PASSWORD)
    with pytest.raises(NotFound):
        await sessions.end_one_of(bob.user.id, session.id)
    assert await stands(sessions, session.id)
    await sessions.end_one_of(session.user.id, session.id)
    assert not await stands(sessions, session.id)
    with pytest.raises(NotFound):
        await sessions.end_one_of(session.user.id, session.id)
