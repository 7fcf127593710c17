// Made by generate.py from the edge's own description of itself. Do not edit.

export const SUBPROTOCOL = "parlance.v1";

/** It is done. */
export interface Ack {
  readonly type: "ack";
  readonly id: string | number | null;
}

/** A file that was sent with a message. Its bytes are at `/api/rooms/{room}/attachments/{id}`. */
export interface Attachment {
  readonly id: string;
  readonly name: string;
  /** As its bytes say: one of a short list, else `application/octet-stream`. */
  readonly media_type: string;
  readonly size_bytes: number;
  /** In pixels, as it is to be shown; 0 for what is no image. */
  readonly width: number;
  readonly height: number;
  /** A small picture of it is at `?size=thumbnail`. */
  readonly has_thumbnail: boolean;
}

/** The first frame of a connection, answered by `welcome`. Sent again before the token expires, answered by `ack`. */
export interface Auth {
  readonly type: "auth";
  readonly id?: string | number | null | undefined;
  /** The access token; may be left out when the upgrade carried it as `Authorization: Bearer`. */
  readonly token?: string | undefined;
  /** The last revision seen of each room. */
  readonly resume?: Readonly<Record<string, number>> | undefined;
}

/** A visitor's chat with a business, as its agents see it. */
export interface Conversation {
  /** The room's id; also that of the conversation. Agents may join it. */
  readonly room: string;
  readonly business: string;
  /** The visitor's user id. */
  readonly guest: string;
  readonly visitor: Visitor;
  readonly status: "open" | "pending" | "resolved" | "snoozed";
  /** Who handles it. */
  readonly assignee: Person | null;
  readonly tags: readonly string[];
  readonly priority: "high" | "low" | "normal" | "urgent";
  readonly snoozed_until: string | null;
  readonly created_at: string;
  readonly last_activity_at: string;
  /** Since when the visitor waits for an answer. */
  readonly waiting_since: string | null;
  readonly seq: number;
  /** Messages that no agent has read. */
  readonly unread: number;
  readonly last_message: Message | null;
  /** The visitor is kept out. */
  readonly blocked: boolean;
  /** The room in which it goes on, since the visitor was recognised. */
  readonly merged_into: string | null;
  /** The room in which agents talk about it. No guest can enter it. */
  readonly notes_room: string;
  /** 1, 2, 3 … with each change: what is not newer than what is known is old. */
  readonly version: number;
}

/** A conversation of a business that the user answers for has changed, or somebody has written in it. */
export interface ConversationUpdated {
  readonly type: "conversation_updated";
  readonly business: string;
  readonly room: string;
  /** Null: it is gone. */
  readonly conversation: Conversation | null;
}

/** Take a message back: one's own, or anybody's for a moderator. */
export interface DeleteMessage {
  readonly type: "delete_message";
  readonly id?: string | number | null | undefined;
  readonly room: string;
  /** A UUID, made by the sender. */
  readonly message_id: string;
}

/** Replace the text of one's own message. It may be empty where there are attachments. */
export interface EditMessage {
  readonly type: "edit_message";
  readonly id?: string | number | null | undefined;
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
  readonly id?: string | number | null | undefined;
  readonly room: string;
  /** Only messages before this `seq`. */
  readonly before: number;
  readonly limit?: number | undefined;
}

/** Answers `history`. */
export interface HistoryAck {
  readonly type: "ack";
  readonly id: string | number | null;
  readonly room: string;
  /** Newest first. */
  readonly messages: readonly Message[];
}

/** More may have happened in this business's inbox than can be told: load it anew. */
export interface InboxReset {
  readonly type: "inbox_reset";
  readonly business: string;
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
  readonly id?: string | number | null | undefined;
  /** A room's id, or a public room's name. */
  readonly room: string;
  /** Answer with what changed after this revision, instead of the last 50 messages. */
  readonly after?: number | null | undefined;
}

/** End the membership. */
export interface LeaveRoom {
  readonly type: "leave_room";
  readonly id?: string | number | null | undefined;
  readonly room: string;
}

/** Move one's read marker forward. It never moves back. */
export interface MarkRead {
  readonly type: "mark_read";
  readonly id?: string | number | null | undefined;
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
  readonly attachments: readonly Attachment[];
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
  readonly id?: string | number | null | undefined;
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
  readonly id?: string | number | null | undefined;
  readonly room: string;
  /** A UUID, made by the sender. */
  readonly message_id: string;
  readonly emoji: string;
  readonly on?: boolean | undefined;
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

/** The user is now in this room; its events follow. With a conversation it is a new one of a business that the user answers for: its events follow once it is joined. */
export interface RoomCreated {
  readonly type: "room_created";
  readonly room: RoomSummary;
  readonly conversation: Conversation | null;
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
  readonly id?: string | number | null | undefined;
  readonly room: string;
  /** A UUID, made by the sender. */
  readonly message_id: string;
  /** May be empty where there are attachments. */
  readonly body?: string | undefined;
  readonly reply_to?: string | null | undefined;
  /** Ids of files that one has uploaded to this room and not sent yet. */
  readonly attachments?: readonly string[] | undefined;
  /** For an agent: the room's last revision that its author has seen. If another agent has written to the visitor since, the message is not sent (`ANSWERED_MEANWHILE`). */
  readonly seen?: number | null | undefined;
}

/** Tell the others that one is writing. Not answered. */
export interface Typing {
  readonly type: "typing";
  readonly id?: string | number | null | undefined;
  readonly room: string;
  readonly on?: boolean | undefined;
}

/** Somebody is writing; forget it after 6 s without another. */
export interface TypingEvent {
  readonly type: "typing";
  readonly room: string;
  readonly user: Person;
  readonly on: boolean;
}

/** Who came to a business, as far as is known. */
export interface Visitor {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  /** To the business's other questions, by the keys of its form. */
  readonly answers: Readonly<Record<string, string>>;
  /** What it agreed to, as the form said it then. */
  readonly consent: string;
  /** From which it wrote first. */
  readonly page: string;
  readonly referrer: string;
  /** The business has signed who it is. Only then is its name more than a claim. */
  readonly verified: boolean;
  /** Who it is to the business; empty when not verified. */
  readonly subject: string;
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
  | ConversationUpdated
  | InboxReset
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

/** Fields: `name`, which is text, or `name:kind`. `?`: may be missing or null; `*`: a list. */
export type Shape = string;

/** What things are made of. */
export const PARTS: Readonly<Record<string, Shape>> = {
  Attachment: "id name media_type size_bytes:number width:number height:number has_thumbnail:boolean",
  Message: "id seq:number revision:number sender:Person kind body reply_to:string? attachments:Attachment* sent_at edited_at:string? deleted_at:string? reactions:Reaction*",
  Person: "id name guest:boolean?",
  Reaction: "emoji users:string*",
  RoomSummary: "id name kind role muted:boolean seq:number revision:number read_seq:number unread:number last_message:Message? people:Person*",
};

/** Each type of frame. What else an `ack` holds depends on its request. */
export const FRAMES: Readonly<Record<string, Shape>> = {
  welcome: "session user:Person rooms:RoomSummary* reset:string* heartbeat_seconds:number",
  ack: "type",
  error: "code reason message retry_after:number?",
  message: "room revision:number message:Message",
  message_updated: "room revision:number message:Message",
  typing: "room user:Person on:boolean",
  presence: "room user:Person online:boolean",
  read: "room user seq:number",
  room_created: "room:RoomSummary conversation:object?",
  room_updated: "room name topic",
  room_deleted: "room",
  member_joined: "room user:Person",
  member_left: "room user:Person removed:boolean",
  conversation_updated: "business room conversation:object?",
  inbox_reset: "business",
  reconnect: "after_ms:number",
};

/** The `ack` of each type of request. */
export const ANSWERS: Readonly<Record<string, Shape>> = {
  join_room: "room summary:RoomSummary revision:number reset:boolean messages:Message*",
  leave_room: "type",
  send_message: "room message:Message",
  edit_message: "room message:Message",
  delete_message: "room message:Message",
  react: "room message:Message",
  history: "room messages:Message*",
  mark_read: "room read_seq:number",
};
