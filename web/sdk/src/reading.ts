/**
 * How frames are read. Reading is tolerant, so that a newer server can add to the protocol: unknown fields and unknown
 * types of frame are passed over. A known frame that lacks what it must have is a `ProtocolError`.
 */

import { ProtocolError } from "./errors.ts";
import {
  FRAMES,
  PARTS,
  type Ack,
  type ConversationUpdated,
  type ErrorFrame,
  type InboxReset,
  type MemberJoined,
  type MemberLeft,
  type MessageEvent,
  type MessageUpdated,
  type PresenceEvent,
  type ReadEvent,
  type Reconnect,
  type RoomCreated,
  type RoomDeleted,
  type RoomUpdated,
  type Shape,
  type TypingEvent,
  type Welcome,
} from "./protocol.ts";

/** What happens in rooms and inboxes. */
export type RoomEvent =
  | MessageEvent
  | MessageUpdated
  | TypingEvent
  | PresenceEvent
  | ReadEvent
  | RoomCreated
  | RoomUpdated
  | RoomDeleted
  | MemberJoined
  | MemberLeft
  | ConversationUpdated
  | InboxReset;

/** A frame of the server. What an `Ack` holds depends on its request: read it with `expect`. */
export type Incoming = Welcome | Ack | ErrorFrame | Reconnect | RoomEvent;

/** Read a frame; undefined if its type is one that this client does not know, or a `pong`, which says nothing more. */
export function decode(text: string): Incoming | undefined {
  const frame = parse(text) as Incoming;
  expect(frame, "type");
  if (!Object.hasOwn(FRAMES, frame.type)) return undefined;
  expect(frame, FRAMES[frame.type]!);
  return frame;
}

/** Throw unless a frame has these fields. */
export function expect(frame: unknown, fields: Shape): void {
  if (!has(frame, fields)) throw new ProtocolError(`No frame: ${JSON.stringify(frame)}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function has(value: unknown, fields: Shape): boolean {
  if (!isObject(value)) return false;
  return fields.split(" ").every((field) => {
    const [name, kind = "string"] = field.split(":");
    return is(value[name!], kind);
  });
}

function is(value: unknown, kind: string): boolean {
  const inner = kind.slice(0, -1);
  if (kind.endsWith("?")) return value == null || is(value, inner);
  if (kind.endsWith("*")) return Array.isArray(value) && value.every((item) => is(item, inner));
  const part = PARTS[kind];
  return part ? has(value, part) : typeof value === kind;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
