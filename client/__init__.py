"""The reference client of Parlance's public WebSocket protocol, and the model for clients in other languages.

`Client` is what programs use, with `Account` to log in. Inside, `session` is the protocol without socket or clock,
`connection` the shell that gives it both. The server promises that an acknowledged message is stored and that a connection
sees each room's changes in order. To make that "once, in order, nothing missed" for people, a client keeps its half of the
bargain:

1. **One revision a room.** Remember the revision of the last event of each room; pass over events that are not newer; send
   all of them (at most 1,000, those heard of last) as `resume` when connecting again. Nothing else moves the number but
   the answer to `join_room`. A room in `reset`, or left out of `resume`, is forgotten and joined anew.
2. **One id a message.** Make a message's id when it is written, not when it is sent, and keep the message until it is
   acknowledged. Send it again after every reconnect: the server knows it by its id.
3. **One message of a room at a time.** Then an error that passes (`unavailable`, `rate_limited`, `internal`) delays the
   messages behind it, instead of letting them overtake. Wait for `retry_after`, and back off. What else came too fast
   (`rate_limited`) is repeated likewise. Have at most 50 requests unanswered, and it seldom will be.
4. **Answers belong to requests by `id`.** Do not rely on their order.
5. **Silence is a fault.** Send `ping` every `heartbeat_seconds`; when nothing has come for twice as long, the connection is
   dead, whatever the socket says.
6. **Come back gently.** Wait a random time whose limit doubles. Leave a server that says `reconnect` at a random moment
   within the time that it names. After 4400, 4403 and 1009 do not come back; after 4401 once, with a fresh token.
7. **Renew the token before it expires** by sending `auth` again on the same connection.
8. **Expect more.** Ignore fields and types of frames that you do not know.
"""

from client.account import Account, User
from client.backoff import Backoff
from client.client import Client
from client.errors import AccountError, ClientError, ProtocolError, Refused, Stopped
from client.events import Connecting, Event, Offline, Online, RoomReset
from client.frames import (
    ConversationUpdated,
    InboxReset,
    MemberJoined,
    MemberLeft,
    MessageEvent,
    MessageUpdated,
    PresenceEvent,
    ReadEvent,
    RoomCreated,
    RoomDeleted,
    RoomEvent,
    RoomUpdated,
    TypingEvent,
    Welcome,
)
from client.model import Attachment, Message, Person, Reaction, RoomSummary
from client.requests import JoinAck
from client.tokens import Credentials, Token

__all__ = [
    "Account",
    "AccountError",
    "Attachment",
    "Backoff",
    "Client",
    "ClientError",
    "Connecting",
    "ConversationUpdated",
    "Credentials",
    "Event",
    "InboxReset",
    "JoinAck",
    "MemberJoined",
    "MemberLeft",
    "Message",
    "MessageEvent",
    "MessageUpdated",
    "Offline",
    "Online",
    "Person",
    "PresenceEvent",
    "ProtocolError",
    "Reaction",
    "ReadEvent",
    "Refused",
    "RoomCreated",
    "RoomDeleted",
    "RoomEvent",
    "RoomReset",
    "RoomSummary",
    "RoomUpdated",
    "Stopped",
    "Token",
    "TypingEvent",
    "User",
    "Welcome",
]
