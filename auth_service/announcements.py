"""What the edges are told of sessions and users."""

from auth_service.model import SessionsEnded, UserChanged
from parlance.message.v1 import live_pb2


def announcement(event: SessionsEnded | UserChanged) -> live_pb2.Announcement:
    """What the user's connections are told."""
    match event:
        case SessionsEnded(user_id, session_ids, except_session_id):
            revoked = live_pb2.SessionRevoked(
                user_id=user_id, session_ids=session_ids, except_session_id=except_session_id
            )
            live = live_pb2.LiveEvent(session_revoked=revoked)
        case UserChanged(user_id):
            live = live_pb2.LiveEvent(user_updated=live_pb2.UserUpdated(user_id=user_id))
    return live_pb2.Announcement(user_ids=[event.user_id], event=live)
