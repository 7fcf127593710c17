"""What the edges are told of rooms and memberships."""

from parlance.message.v1 import live_pb2
from room_service import events


def to_proto(announcement: events.Announcement) -> live_pb2.Announcement:
    """Pack an announcement."""
    return live_pb2.Announcement(
        room_ids=announcement.room_ids,
        user_ids=announcement.user_ids,
        business_ids=announcement.business_ids,
        event=_live_event(announcement.event),
    )


def _live_event(event: events.Event) -> live_pb2.LiveEvent:
    match event:
        case events.RoomCreated(room_id):
            live = live_pb2.LiveEvent(room_created=live_pb2.RoomCreated(room_id=room_id))
        case events.RoomUpdated(room_id):
            live = live_pb2.LiveEvent(room_updated=live_pb2.RoomUpdated(room_id=room_id))
        case events.RoomDeleted(room_id):
            live = live_pb2.LiveEvent(room_deleted=live_pb2.RoomDeleted(room_id=room_id))
        case events.MemberJoined(room_id, user_id):
            live = live_pb2.LiveEvent(member_joined=live_pb2.MemberJoined(room_id=room_id, user_id=user_id))
        case events.MemberLeft(room_id, user_id, removed):
            left = live_pb2.MemberLeft(room_id=room_id, user_id=user_id, removed=removed)
            live = live_pb2.LiveEvent(member_left=left)
        case events.Read(room_id, user_id, seq):
            live = live_pb2.LiveEvent(read=live_pb2.Read(room_id=room_id, user_id=user_id, seq=seq))
        case events.AgentChanged(business_id):
            live = live_pb2.LiveEvent(agent_changed=live_pb2.AgentChanged(business_id=business_id))
        case events.ConversationChanged(room_id, version):
            changed = live_pb2.ConversationChanged(room_id=room_id, version=version)
            live = live_pb2.LiveEvent(conversation_changed=changed)
    return live
