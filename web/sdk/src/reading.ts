/**
 * How frames are read. Reading is tolerant, so that a newer server can add to the protocol: unknown fields and unknown
 * types of frame are passed over. A known frame that lacks what it must have is a `ProtocolError`.
 */

import { ProtocolError } from "./errors.ts";
import {
  FRAMES,
  PARTS,
  type Ack,
  type ErrorFrame,
  type MemberJoined,
  type MemberLeft,
  type MessageEvent,
  type MessageUpdated,
  type Pong,
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

/** What happens in rooms. */
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
  | MemberLeft;

/** A frame of the server. What an `Ack` holds depends on its request: read it with `expect`. */
export type Incoming = Welcome | Ack | ErrorFrame | Pong | Reconnect | RoomEvent;

/** Read a frame; undefined if its type is one that this client does not know. */
export function decode(text: string): Incoming | undefined {
  const frame = parse(text);
  if (!isObject(frame) || typeof frame["type"] !== "string") throw new ProtocolError("This is not a frame.");
  if (!Object.hasOwn(FRAMES, frame["type"])) return undefined;
  expect(frame, FRAMES[frame["type"]]!);
  return frame as unknown as Incoming;
}

/** Throw unless a frame has these fields. */
export function expect(frame: object, fields: Shape): void {
  if (!has(frame, fields)) throw new ProtocolError(`This makes no sense: ${JSON.stringify(frame)}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProtocolError("This is not JSON.");
  }
}

function has(value: unknown, fields: Shape): boolean {
  return isObject(value) && Object.entries(fields).every(([name, kind]) => is(value[name], kind));
}

function is(value: unknown, kind: string): boolean {
  if (kind.endsWith("?")) return value == null || is(value, kind.slice(0, -1));
  if (kind.endsWith("[]")) return Array.isArray(value) && value.every((item) => is(item, kind.slice(0, -2)));
  const part = PARTS[kind];
  return part ? has(value, part) : typeof value === kind;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
