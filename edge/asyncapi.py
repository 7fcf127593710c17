"""The AsyncAPI document of the WebSocket protocol, made from the frames."""

from collections.abc import Iterable
from importlib.metadata import version
from typing import get_args

from edge import frames, schemas
from edge.schemas import Kind, Schema

_CHANNEL = "socket"

REPLIES: dict[Kind, tuple[Kind, ...]] = {
    frames.Auth: (frames.Welcome, frames.Ack),
    frames.JoinRoom: (frames.JoinAck,),
    frames.LeaveRoom: (frames.Ack,),
    frames.SendMessage: (frames.MessageAck,),
    frames.EditMessage: (frames.MessageAck,),
    frames.DeleteMessage: (frames.MessageAck,),
    frames.React: (frames.MessageAck,),
    frames.History: (frames.HistoryAck,),
    frames.MarkRead: (frames.ReadAck,),
    frames.Typing: (),
    frames.Ping: (frames.Pong,),
}
"""What answers each frame of a client when it succeeds; when it fails, `Error` does."""

CLIENT_FRAMES: tuple[Kind, ...] = get_args(frames.ClientFrames)
SERVER_FRAMES: tuple[Kind, ...] = get_args(frames.ServerFrames)


def document() -> Schema:
    """Describe the protocol."""
    everything = CLIENT_FRAMES + SERVER_FRAMES
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Parlance, live",
            "version": version("parlance"),
            "description": "Messages and what else happens in rooms, over one WebSocket. Every frame is a JSON object with "
            "a `type`. The first one is `auth`.",
        },
        "defaultContentType": "application/json",
        "channels": {
            _CHANNEL: {
                "address": "/ws",
                "description": f"A WebSocket with the subprotocol `{frames.SUBPROTOCOL}`. A frame has at most "
                f"{frames.MAX_FRAME_BYTES // 1024} KiB.",
                "messages": {frame.__name__: _component(frame) for frame in everything},
                "bindings": {"ws": {"method": "GET"}},
            }
        },
        "operations": {
            **{_type(frame): _request(frame) for frame in CLIENT_FRAMES},
            "events": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{_CHANNEL}"},
                "summary": "What the server sends unasked",
                "messages": _messages(_events()),
            },
        },
        "components": {
            "messages": {frame.__name__: _message(frame) for frame in everything},
            "schemas": schemas.components(everything),
        },
    }


def _request(frame: Kind) -> Schema:
    """The operation that a client's frame asks for, as the server sees it."""
    summary, description = schemas.sentences(frame.__doc__)
    operation: Schema = {
        "action": "receive",
        "channel": {"$ref": f"#/channels/{_CHANNEL}"},
        "summary": summary,
        "messages": _messages([frame]),
    }
    if description:
        operation["description"] = description
    if replies := REPLIES[frame]:
        operation["reply"] = {
            "channel": {"$ref": f"#/channels/{_CHANNEL}"},
            "messages": _messages([*replies, frames.Error]),
        }
    return operation


def _events() -> list[Kind]:
    replies = {frames.Error, *(reply for replies in REPLIES.values() for reply in replies)}
    return [frame for frame in SERVER_FRAMES if frame not in replies]


def _message(frame: Kind) -> Schema:
    summary, description = schemas.sentences(frame.__doc__)
    described = {"description": description} if description else {}
    return {
        "name": _type(frame),
        "title": frame.__name__,
        "summary": summary,
        **described,
        "payload": schemas.ref(frame),
    }


def _component(frame: Kind) -> Schema:
    return {"$ref": f"#/components/messages/{frame.__name__}"}


def _messages(some: Iterable[Kind]) -> list[Schema]:
    return [{"$ref": f"#/channels/{_CHANNEL}/messages/{frame.__name__}"} for frame in some]


def _type(frame: Kind) -> str:
    return str(frame.__struct_config__.tag)
