/** What a session tells its shell to do or to pass on. */

import type { Refused } from "./errors.ts";
import type { Request } from "./outbox.ts";
import type { Ack, HistoryAck, JoinAck, MessageAck, ReadAck, Welcome } from "./protocol.ts";
import type { RoomEvent } from "./reading.ts";

/** A request was answered. */
export interface Answer {
  readonly type: "answer";
  readonly id: number;
  readonly request: Request;
  readonly reply: Ack | JoinAck | MessageAck | HistoryAck | ReadAck;
}

/** A request was refused for good. */
export interface Refusal {
  readonly type: "refusal";
  readonly id: number;
  readonly request: Request;
  readonly error: Refused;
}

/** Connected. Rooms are resumed: what was missed follows as ordinary events, and what was unsent goes out. */
export interface Online {
  readonly type: "online";
  readonly welcome: Welcome;
}

/** Too much was missed, or the room is no longer open to the user: forget what is known of it and join it anew. */
export interface RoomReset {
  readonly type: "room_reset";
  readonly room: string;
}

/** The token is about to expire: get a fresh one and call `renew`. */
export interface RenewToken {
  readonly type: "renew_token";
}

/** Close the connection; take it as if the server had closed it with `code`. */
export interface Drop {
  readonly type: "drop";
  readonly code: number;
  readonly reason: string;
}

/** What the session says to whoever uses it. */
export type SessionEvent = Online | RoomReset | Answer | Refusal | RoomEvent;

export type Output = SessionEvent | RenewToken | Drop;
