// Made by generate.py from the edge's own description of itself. Do not edit.

import type { Message, Person, RoomSummary } from "../protocol.ts";

/** What somebody logs in with. */
export interface Credentials {
  /** `cookie`: the refresh token is set as an HttpOnly cookie on `/api/auth` and left out of the answer. */
  readonly session?: "cookie" | "token";
  readonly username: string;
  readonly password: string;
}

/** A message that was found. */
export interface Hit {
  /** The id of its room. */
  readonly room: string;
  readonly message: Message;
}

/** Messages that were found, newest first. */
export interface HitPage {
  /** Asks for the next page when given as `page_token`; null on the last one. */
  readonly next: string | null;
  readonly hits: readonly Hit[];
}

/** Somebody, by id or by name. */
export interface Invitee {
  readonly user_id?: string;
  /** May be given instead of `user_id`. */
  readonly username?: string;
}

/** One of your sessions. */
export interface Login {
  readonly id: string;
  /** The `User-Agent` that it was opened with; may be empty. */
  readonly device: string;
  readonly created_at: string;
  /** When its tokens were renewed last. */
  readonly used_at: string;
  /** It is the one that asks. */
  readonly current: boolean;
}

/** Your sessions, the one used last first. */
export interface LoginList {
  readonly sessions: readonly Login[];
}

/** Which session to end. */
export interface LogoutRequest {
  /** May be left out when the cookie or an access token is sent. */
  readonly refresh_token?: string;
  /** End all sessions of the same user. */
  readonly everywhere?: boolean;
}

/** Whoever asks. */
export interface Me {
  readonly user: User;
  /** The 200 most recently active ones. */
  readonly rooms: readonly RoomSummary[];
}

/** Somebody's place in a room. */
export interface Member {
  readonly user: Person;
  /** `banned`: not a member, and kept out. */
  readonly role: "banned" | "member" | "moderator" | "owner";
  readonly joined_at: string;
  /** Connected at this moment. */
  readonly online: boolean;
  /** No notifications are wanted. Only for yourself. */
  readonly muted?: boolean;
}

/** What is to change; what is left out stays. */
export interface MemberChanges {
  /** Only owners change roles. */
  readonly role?: "member" | "moderator" | "owner";
  /** Only for yourself. */
  readonly muted?: boolean;
}

/** Members in order of joining. */
export interface MemberPage {
  /** Asks for the next page when given as `page_token`; null on the last one. */
  readonly next: string | null;
  readonly members: readonly Member[];
}

/** Your place in a room. */
export interface Membership {
  readonly role: "member" | "moderator" | "owner";
  /** You want no notifications from it. */
  readonly muted: boolean;
  /** You have read up to this message. */
  readonly read_seq: number;
  readonly joined_at: string;
}

/** Messages: newest first, or with `after` in order of revision. */
export interface MessagePage {
  readonly messages: readonly Message[];
  /** Every change to these messages up to this revision is covered: give it as `after` next time. Not with `before`. */
  readonly revision?: number;
  /** There is more after `revision`. Only with `after`. */
  readonly more?: boolean;
}

/** A message to send. */
export interface NewMessage {
  readonly body: string;
  /** Give one and reuse it when trying again: the message is then stored once. Made up when it is left out. */
  readonly message_id?: string;
  readonly reply_to?: string | null;
}

/** A room to open. */
export interface NewRoom {
  readonly name: string;
  readonly kind?: "private" | "public";
  readonly topic?: string;
}

/** An account for somebody else. */
export interface NewUser {
  /** Letters, digits, `_`, `-` and `.`; begins with a letter or digit. Case does not count. */
  readonly username: string;
  /** Not one of the most common ones. */
  readonly password: string;
  /** The username when it is left out. */
  readonly display_name?: string;
  readonly email?: string | null;
  readonly role?: "admin" | "user";
}

/** Why a request failed (RFC 9457). */
export interface Problem {
  readonly type: string;
  /** The name of the HTTP status. */
  readonly title: string;
  readonly status: number;
  /** For people: what was wrong and what to do. */
  readonly detail: string;
  /** The kind of error, as listed in docs/errors.md. */
  readonly code: string;
  /** A stable name for programs, such as `NOT_A_MEMBER`. */
  readonly reason: string;
  /** The input that was wrong. */
  readonly field?: string;
  /** Seconds after which trying again makes sense. */
  readonly retry_after?: number;
}

/** How far you have read, on whichever device. */
export interface ReadMarker {
  readonly read_seq: number;
}

/** How far you have read. */
export interface ReadRequest {
  readonly seq: number;
}

/** Asks for a new pair of tokens. */
export interface RefreshRequest {
  /** `cookie`: the refresh token is set as an HttpOnly cookie on `/api/auth` and left out of the answer. */
  readonly session?: "cookie" | "token";
  /** May be left out when the cookie is sent; the next token is then set as a cookie again. */
  readonly refresh_token?: string;
}

/** A new account. */
export interface Registration {
  /** `cookie`: the refresh token is set as an HttpOnly cookie on `/api/auth` and left out of the answer. */
  readonly session?: "cookie" | "token";
  /** Letters, digits, `_`, `-` and `.`; begins with a letter or digit. Case does not count. */
  readonly username: string;
  /** Not one of the most common ones. */
  readonly password: string;
  /** The username when it is left out. */
  readonly display_name?: string;
  readonly email?: string | null;
}

/** A place to talk. */
export interface Room {
  readonly id: string;
  readonly kind: "direct" | "private" | "public" | "support";
  /** Unique among public rooms without regard to case. Empty for a direct room. */
  readonly name: string;
  readonly topic: string;
  /** A user's id. */
  readonly created_by: string;
  readonly created_at: string;
  /** About when the last message came; to order lists by. */
  readonly last_activity_at: string;
  /** The members of a direct room; empty for other kinds. */
  readonly people: readonly Person[];
  /** Null when you are not a member; absent where many rooms are listed. */
  readonly membership?: Membership | null;
  /** Only when one room is asked for. */
  readonly member_count?: number;
}

/** What is to change; what is left out stays. */
export interface RoomChanges {
  readonly name?: string;
  readonly topic?: string;
}

/** Public rooms in order of their names. */
export interface RoomPage {
  /** Asks for the next page when given as `page_token`; null on the last one. */
  readonly next: string | null;
  readonly rooms: readonly Room[];
}

/** A logged-in session. */
export interface Session {
  /** To be sent as `Authorization: Bearer`. */
  readonly access_token: string;
  readonly token_type: "Bearer";
  /** Seconds until the access token expires. */
  readonly expires_in: number;
  /** Good once, for the next pair of tokens. Absent when it is a cookie. */
  readonly refresh_token?: string;
  readonly user: User;
}

/** An account. */
export interface User {
  readonly id: string;
  /** Empty for a guest. */
  readonly username: string;
  /** The name that others read. */
  readonly display_name: string;
  /** A visitor who came without an account. */
  readonly guest: boolean;
  readonly created_at: string;
  /** Only for yourself and for administrators. */
  readonly role?: "admin" | "user";
  /** Only for yourself and for administrators. */
  readonly email?: string | null;
}

/** What is to change; what is left out stays. */
export interface UserChanges {
  readonly display_name?: string;
  /** Null removes it. */
  readonly email?: string | null;
  /** A new password ends the other sessions. */
  readonly password?: string;
  /** Needed for a new password of your own. */
  readonly current_password?: string;
  /** Only for administrators, and not their own. */
  readonly role?: "admin" | "user";
}

/** Users in order of their names. */
export interface UserPage {
  /** Asks for the next page when given as `page_token`; null on the last one. */
  readonly next: string | null;
  readonly users: readonly User[];
}

/** What each call takes and gives. */
export interface Routes {
  /** Open an account and log in to it. */
  "POST /api/auth/register": {
    body: Registration;
    answer: Session;
  };
  /** Log in. */
  "POST /api/auth/login": {
    body: Credentials;
    answer: Session;
  };
  /** Exchange a refresh token for a new pair. */
  "POST /api/auth/refresh": {
    body: RefreshRequest;
    answer: Session;
  };
  /** End a session and close its connections. */
  "POST /api/auth/logout": {
    body: LogoutRequest;
    answer: undefined;
  };
  /** Your account and your rooms. */
  "GET /api/auth/me": {
    answer: Me;
  };
  /** All places where you are logged in. */
  "GET /api/auth/sessions": {
    answer: LoginList;
  };
  /** Log out elsewhere, and close the connections there. */
  "DELETE /api/auth/sessions/{session_id}": {
    path: { session_id: string };
    answer: undefined;
  };
  /** Find people by the beginning of their usernames. */
  "GET /api/users": {
    query?: { limit?: number; page_token?: string; prefix?: string };
    answer: UserPage;
  };
  /** Open an account for somebody, without logging in to it. */
  "POST /api/users": {
    body: NewUser;
    answer: User;
  };
  /** One account; of others only what everybody may see. */
  "GET /api/users/{user_id}": {
    path: { user_id: string };
    answer: User;
  };
  /** Change an account: your own, or anybody's for an administrator. */
  "PATCH /api/users/{user_id}": {
    path: { user_id: string };
    body: UserChanges;
    answer: User;
  };
  /** Delete an account: your own, or anybody's for an administrator. */
  "DELETE /api/users/{user_id}": {
    path: { user_id: string };
    answer: undefined;
  };
  /** Find public rooms by the beginning of their names. */
  "GET /api/rooms": {
    query?: { limit?: number; page_token?: string; prefix?: string };
    answer: RoomPage;
  };
  /** Open a public or private room, which you then own. */
  "POST /api/rooms": {
    body: NewRoom;
    answer: Room;
  };
  /** Open the room of you and one other; it is always the same one. */
  "POST /api/rooms/direct": {
    body: Invitee;
    answer: Room;
  };
  /** One room, by its id or a public room's name. */
  "GET /api/rooms/{room_id}": {
    path: { room_id: string };
    answer: Room;
  };
  /** Change a room's name or topic. */
  "PATCH /api/rooms/{room_id}": {
    path: { room_id: string };
    body: RoomChanges;
    answer: Room;
  };
  /** Remove a room with all that was said in it. */
  "DELETE /api/rooms/{room_id}": {
    path: { room_id: string };
    answer: undefined;
  };
  /** Become a member of a room, by its id or a public room's name. */
  "POST /api/rooms/{room_id}/join": {
    path: { room_id: string };
    answer: Room;
  };
  /** End your membership. */
  "POST /api/rooms/{room_id}/leave": {
    path: { room_id: string };
    answer: undefined;
  };
  /** Move your read marker forward. */
  "POST /api/rooms/{room_id}/read": {
    path: { room_id: string };
    body: ReadRequest;
    answer: ReadMarker;
  };
  /** Who is in a room. */
  "GET /api/rooms/{room_id}/members": {
    path: { room_id: string };
    query?: { limit?: number; page_token?: string; banned?: boolean };
    answer: MemberPage;
  };
  /** Bring somebody in. */
  "POST /api/rooms/{room_id}/members": {
    path: { room_id: string };
    body: Invitee;
    answer: Member;
  };
  /** Change a member's role, or whether you yourself want notifications. */
  "PATCH /api/rooms/{room_id}/members/{user_id}": {
    path: { room_id: string; user_id: string };
    body: MemberChanges;
    answer: Member;
  };
  /** Remove somebody, or keep somebody out. */
  "DELETE /api/rooms/{room_id}/members/{user_id}": {
    path: { room_id: string; user_id: string };
    query?: { ban?: boolean };
    answer: undefined;
  };
  /** The newest messages, older ones, or what changed. */
  "GET /api/rooms/{room_id}/messages": {
    path: { room_id: string };
    query?: { before?: number | null; after?: number | null; limit?: number };
    answer: MessagePage;
  };
  /** Send a message; the answer comes when it is stored. */
  "POST /api/rooms/{room_id}/messages": {
    path: { room_id: string };
    body: NewMessage;
    answer: Message;
  };
  /** Find messages by their words, in one of your rooms or in the 200 most recently active ones. */
  "GET /api/search": {
    query: { limit?: number; page_token?: string; q: string; room?: string };
    answer: HitPage;
  };
}
