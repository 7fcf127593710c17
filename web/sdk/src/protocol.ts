// Made by generate.py from the edge's own description of itself. Do not edit.

export const SUBPROTOCOL = "parlance.v1";

export const MAX_FRAME_BYTES = 65536;

export const MAX_BODY_CHARACTERS = 4000;

/** It is done. */
export interface Ack {
  readonly type: "ack";
  readonly id: string | number | null;
}

/** The first frame of a connection, answered by `welcome`. Sent again before the token expires, answered by `ack`. */
export interface Auth {
  readonly type: "auth";
  readonly id?: string | number | null;
  /** The access token; may be left out when the upgrade carried it as `Authorization: Bearer`. */
  readonly token?: string;
  /** The last revision seen of each room. */
  readonly resume?: Readonly<Record<string, number>>;
}

/** Take a message back: one's own, or anybody's for a moderator. */
export interface DeleteMessage {
  readonly type: "delete_message";
  readonly id?: string | number | null;
  readonly room: string;
  /** A UUID, made by the sender. */
  readonly message_id: string;
}

/** Replace the text of one's own message. */
export interface EditMessage {
  readonly type: "edit_message";
  readonly id?: string | number | null;
  readonly room: string;
  /** A UUID, made by the sender. */
  readonly message_id: string;
  readonly body: string;
}

/** The frame `id` failed. What it wanted was not done; after `unavailable` or `internal` it may have been. */
export interface ErrorFrame {
  readonly type: "error";
  readonly id: string | number | null;
  /** The kind of error, as listed in docs/errors.md. */
  readonly code: string;
  /** A stable name for programs, such as `NOT_A_MEMBER`. */
  readonly reason: string;
  /** For people: what was wrong and what to do. */
  readonly message: string;
  /** Seconds after which trying again makes sense. */
  readonly retry_after: number | null;
}

/** Page back. Answered by an `ack` with messages, newest first. */
export interface History {
  readonly type: "history";
  readonly id?: string | number | null;
  readonly room: string;
  /** Only messages before this `seq`. */
  readonly before: number;
  readonly limit?: number;
}

/** Answers `history`. */
export interface HistoryAck {
  readonly type: "ack";
  readonly id: string | number | null;
  readonly room: string;
  /** Newest first. */
  readonly messages: readonly Message[];
}

/** Answers `join_room`. Every change up to `revision` is contained; events with higher ones follow. */
export interface JoinAck {
  readonly type: "ack";
  readonly id: string | number | null;
  /** The room's id. */
  readonly room: string;
  readonly summary: RoomSummary;
  readonly revision: number;
  /** True: `messages` are the last 50 and replace what is known. False: they are the changes after `after`. */
  readonly reset: boolean;
  /** By `seq` when `reset`, else by `revision`; ascending. */
  readonly messages: readonly Message[];
}

/** Become a member, if allowed, and receive the room's events. Answered by an `ack` with messages. */
export interface JoinRoom {
  readonly type: "join_room";
  readonly id?: string | number | null;
  /** A room's id, or a public room's name. */
  readonly room: string;
  /** Answer with what changed after this revision, instead of the last 50 messages. */
  readonly after?: number | null;
}

/** End the membership. */
export interface LeaveRoom {
  readonly type: "leave_room";
  readonly id?: string | number | null;
  readonly room: string;
}

/** Move one's read marker forward. It never moves back. */
export interface MarkRead {
  readonly type: "mark_read";
  readonly id?: string | number | null;
  readonly room: string;
  readonly seq: number;
}

/** Somebody became a member. */
export interface MemberJoined {
  readonly type: "member_joined";
  readonly room: string;
  readonly user: Person;
}

/** Somebody is no longer a member. When it is oneself, no more events of the room follow. */
export interface MemberLeft {
  readonly type: "member_left";
  readonly room: string;
  readonly user: Person;
  /** By somebody else. */
  readonly removed: boolean;
}

/** One message as it stands at `revision`. */
export interface Message {
  readonly id: string;
  /** Place in the room: 1, 2, 3 …; never changes. */
  readonly seq: number;
  /** The room's change that brought the message to this state. */
  readonly revision: number;
  readonly sender: Person;
  readonly kind: "notice" | "text";
  readonly body: string;
  readonly reply_to: string | null;
  readonly sent_at: string;
  readonly edited_at: string | null;
  readonly deleted_at: string | null;
  readonly reactions: readonly Reaction[];
}

/** Answers `send_message`, `edit_message`, `delete_message` and `react`: the message as it is stored. */
export interface MessageAck {
  readonly type: "ack";
  readonly id: string | number | null;
  readonly room: string;
  readonly message: Message;
}

/** A new message. */
export interface MessageEvent {
  readonly type: "message";
  readonly room: string;
  readonly revision: number;
  readonly message: Message;
}

/** A message was edited, deleted or reacted to. */
export interface MessageUpdated {
  readonly type: "message_updated";
  readonly room: string;
  readonly revision: number;
  readonly message: Message;
}

/** Somebody, as others see them. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly guest: boolean;
}

/** Answered by `pong`. */
export interface Ping {
  readonly type: "ping";
  readonly id?: string | number | null;
}

/** Answers `ping`. */
export interface Pong {
  readonly type: "pong";
  readonly id: string | number | null;
}

/** Somebody came or went. Told only in rooms of at most 200 members. */
export interface PresenceEvent {
  readonly type: "presence";
  readonly room: string;
  readonly user: Person;
  readonly online: boolean;
}

/** Add a reaction, or with `on` false remove it. */
export interface React {
  readonly type: "react";
  readonly id?: string | number | null;
  readonly room: string;
  /** A UUID, made by the sender. */
  readonly message_id: string;
  readonly emoji: string;
  readonly on?: boolean;
}

/** Everybody who reacted with the same emoji, in order. */
export interface Reaction {
  readonly emoji: string;
  readonly users: readonly string[];
}

/** Answers `mark_read` with the marker as it stands. */
export interface ReadAck {
  readonly type: "ack";
  readonly id: string | number | null;
  readonly room: string;
  readonly read_seq: number;
}

/** Somebody has read up to `seq`. Told in rooms of at most 200 members, and to one's own other connections. */
export interface ReadEvent {
  readonly type: "read";
  readonly room: string;
  readonly user: string;
  readonly seq: number;
}

/** This server is about to stop: connect anew at a random moment within this time. */
export interface Reconnect {
  readonly type: "reconnect";
  readonly after_ms: number;
}

/** The user is now in this room; its events follow. */
export interface RoomCreated {
  readonly type: "room_created";
  readonly room: RoomSummary;
}

/** The room is gone. */
export interface RoomDeleted {
  readonly type: "room_deleted";
  readonly room: string;
}

/** One of the user's rooms, as listed after logging in. */
export interface RoomSummary {
  readonly id: string;
  /** Empty for a direct room; its other member is in `people`. */
  readonly name: string;
  readonly kind: "direct" | "private" | "public" | "support";
  readonly role: "member" | "moderator" | "owner";
  readonly muted: boolean;
  readonly seq: number;
  readonly revision: number;
  readonly read_seq: number;
  readonly unread: number;
  readonly last_message: Message | null;
  /** The members of a direct room; empty for other kinds. */
  readonly people: readonly Person[];
}

/** Its name, its topic or the role of a member changed. */
export interface RoomUpdated {
  readonly type: "room_updated";
  readonly room: string;
  readonly name: string;
  readonly topic: string;
}

/** Send a message. Answered by an `ack` with it once it is stored. Safe to repeat with the same `message_id`. */
export interface SendMessage {
  readonly type: "send_message";
  readonly id?: string | number | null;
  readonly room: string;
  /** A UUID, made by the sender. */
  readonly message_id: string;
  readonly body: string;
  readonly reply_to?: string | null;
}

/** Tell the others that one is writing. Not answered. */
export interface Typing {
  readonly type: "typing";
  readonly id?: string | number | null;
  readonly room: string;
  readonly on?: boolean;
}

/** Somebody is writing; forget it after 6 s without another. */
export interface TypingEvent {
  readonly type: "typing";
  readonly room: string;
  readonly user: Person;
  readonly on: boolean;
}

/** Answers `auth`. Events of all listed rooms follow; for a resumed room first what it missed. */
export interface Welcome {
  readonly type: "welcome";
  readonly id: string | number | null;
  readonly session: string;
  readonly user: Person;
  readonly rooms: readonly RoomSummary[];
  /** Rooms of `resume` that cannot be resumed: forget what is known of them and start anew. */
  readonly reset: readonly string[];
  /** A connection that sends nothing for twice this long is closed. */
  readonly heartbeat_seconds: number;
}

export type ClientFrame =
  | Auth
  | DeleteMessage
  | EditMessage
  | History
  | JoinRoom
  | LeaveRoom
  | MarkRead
  | Ping
  | React
  | SendMessage
  | Typing;

export type ServerFrame =
  | Welcome
  | Ack
  | JoinAck
  | MessageAck
  | HistoryAck
  | ReadAck
  | Pong
  | ErrorFrame
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
  | Reconnect;

/** What answers each frame of a client when it succeeds. */
export interface Replies {
  auth: Welcome | Ack;
  join_room: JoinAck;
  leave_room: Ack;
  send_message: MessageAck;
  edit_message: MessageAck;
  delete_message: MessageAck;
  react: MessageAck;
  history: HistoryAck;
  mark_read: ReadAck;
  typing: never;
  ping: Pong;
}

/** The kinds of fields. `?`: may be missing or null; `[]`: a list. */
export type Shape = Readonly<Record<string, string>>;

/** What things are made of. */
export const PARTS: Readonly<Record<string, Shape>> = {
  Message: { id: "string", seq: "number", revision: "number", sender: "Person", kind: "string", body: "string", reply_to: "string?", sent_at: "string", edited_at: "string?", deleted_at: "string?", reactions: "Reaction[]" },
  Person: { id: "string", name: "string", guest: "boolean?" },
  Reaction: { emoji: "string", users: "string[]" },
  RoomSummary: { id: "string", name: "string", kind: "string", role: "string", muted: "boolean", seq: "number", revision: "number", read_seq: "number", unread: "number", last_message: "Message?", people: "Person[]" },
};

/** Each type of frame. What else an `ack` holds depends on its request. */
export const FRAMES: Readonly<Record<string, Shape>> = {
  welcome: { session: "string", user: "Person", rooms: "RoomSummary[]", reset: "string[]", heartbeat_seconds: "number" },
  ack: {},
  pong: {},
  error: { code: "string", reason: "string", message: "string", retry_after: "number?" },
  message: { room: "string", revision: "number", message: "Message" },
  message_updated: { room: "string", revision: "number", message: "Message" },
  typing: { room: "string", user: "Person", on: "boolean" },
  presence: { room: "string", user: "Person", online: "boolean" },
  read: { room: "string", user: "string", seq: "number" },
  room_created: { room: "RoomSummary" },
  room_updated: { room: "string", name: "string", topic: "string" },
  room_deleted: { room: "string" },
  member_joined: { room: "string", user: "Person" },
  member_left: { room: "string", user: "Person", removed: "boolean" },
  reconnect: { after_ms: "number" },
};

/** The `ack` of each type of request. */
export const ANSWERS: Readonly<Record<string, Shape>> = {
  join_room: { room: "string", summary: "RoomSummary", revision: "number", reset: "boolean", messages: "Message[]" },
  leave_room: {},
  send_message: { room: "string", message: "Message" },
  edit_message: { room: "string", message: "Message" },
  delete_message: { room: "string", message: "Message" },
  react: { room: "string", message: "Message" },
  history: { room: "string", messages: "Message[]" },
  mark_read: { room: "string", read_seq: "number" },
};
