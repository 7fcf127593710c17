// Made by generate.py from the edge's own description of itself. Do not edit.

import type { Attachment, Conversation, Message, Person, RoomSummary, Visitor } from "../protocol.ts";

/** Somebody who answers for a business. */
export interface Agent {
  readonly user: Person;
  readonly role: "admin" | "agent" | "owner";
  readonly joined_at: string;
  /** Connected at this moment. */
  readonly online: boolean;
}

/** What is to change. */
export interface AgentChanges {
  /** With `owner` you hand over, and become an admin. */
  readonly role: "admin" | "agent" | "owner";
}

/** Everybody who answers for a business, in order of joining. */
export interface AgentList {
  readonly agents: readonly Agent[];
}

/** A business as those see it who answer for it. */
export interface Business {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly logo_url: string;
  /** What visitors read outside the opening hours. */
  readonly away_message: string;
  /** Within how many minutes of the opening hours visitors may expect an answer; 0 promises nothing. */
  readonly reply_within_minutes: number;
  readonly hours: Hours;
  readonly theme: Theme;
  readonly form: ChatForm;
  /** The sites that may embed the widget. Our own pages always may. */
  readonly allowed_origins: readonly string[];
  readonly identity_keys: readonly IdentityKey[];
  readonly created_at: string;
  /** Your own. */
  readonly role: "admin" | "agent" | "owner";
}

/** What is to change; what is left out stays. */
export interface BusinessChanges {
  /** Of a to z, digits and single hyphens; names the business in addresses. */
  readonly slug?: string | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** Begins with https://; empty for none. */
  readonly logo_url?: string | undefined;
  readonly away_message?: string | undefined;
  /** What visitors are promised; 0 for nothing. */
  readonly reply_within_minutes?: number | undefined;
  readonly hours?: Hours | undefined;
  readonly theme?: Theme | undefined;
  readonly form?: ChatForm | undefined;
  readonly allowed_origins?: readonly string[] | undefined;
}

/** The businesses that you answer for, in order of name. */
export interface BusinessList {
  readonly businesses: readonly Business[];
}

/** Something that is said often. */
export interface CannedReply {
  readonly id: string;
  readonly shortcut: string;
  readonly text: string;
}

/** What is to change; what is left out stays. */
export interface CannedReplyChanges {
  /** Letters, digits, `-` and `_`. */
  readonly shortcut?: string | undefined;
  /** With the variables {{visitor.name}}, {{visitor.email}}, {{agent.name}} and {{business.name}}. */
  readonly text?: string | undefined;
}

/** All canned replies of a business, in order of their shortcuts. */
export interface CannedReplyList {
  readonly replies: readonly CannedReply[];
}

/** A visitor's way into its room. */
export interface Chat {
  /** To be sent as `Authorization: Bearer`. */
  readonly access_token: string;
  /** Seconds until the access token expires. */
  readonly expires_in: number;
  /** Good once, for the next pair of tokens. */
  readonly refresh_token: string;
  readonly user: User;
  /** The only room that the token opens. */
  readonly room: string;
  /** As it is stored; null when there was none. */
  readonly message: Message | null;
  readonly token_type: "Bearer";
}

/** What is asked before a chat. */
export interface ChatForm {
  readonly fields: readonly FormField[];
  /** What the visitor must agree to; nothing when empty. */
  readonly consent: string;
}

/** What is to change; what is left out stays. */
export interface ConversationChanges {
  readonly status?: "open" | "pending" | "resolved" | "snoozed" | undefined;
  /** An agent's user id; null for nobody. */
  readonly assignee?: string | null | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly priority?: "high" | "low" | "normal" | "urgent" | undefined;
  /** Needed with `snoozed`: within a year. */
  readonly snoozed_until?: string | undefined;
  /** Keep the visitor out, or let it in again. */
  readonly blocked?: boolean | undefined;
}

/** One conversation. */
export interface ConversationDetails {
  readonly conversation: Conversation;
  /** Those that were merged into it, the newest first. */
  readonly earlier: readonly Conversation[];
  /** What was done to it, the latest first; at most 100. */
  readonly history: readonly HistoryEntry[];
}

/** Conversations, the most recently active first. */
export interface ConversationPage {
  /** Asks for the next page when given as `page_token`; null on the last one. */
  readonly next: string | null;
  readonly conversations: readonly Conversation[];
}

/** What somebody logs in with. */
export interface Credentials {
  /** `cookie`: the refresh token is set as an HttpOnly cookie on `/api/auth` and left out of the answer. */
  readonly session?: "cookie" | "token" | undefined;
  readonly username: string;
  readonly password: string;
}

/** One day that is otherwise. */
export interface DayException {
  /** As in 2026-12-24. */
  readonly date: string;
  /** Closed all day when there are none. */
  readonly periods: readonly DayPeriod[];
}

/** From a minute of a day to another of the same day. */
export interface DayPeriod {
  /** Minutes since midnight; 1440 is its end. */
  readonly opens: number;
  /** Minutes since midnight; 1440 is its end. */
  readonly closes: number;
}

/** A question. */
export interface FormField {
  /** Names the answer. `name`, `email` and `phone` have columns of their own among the leads. */
  readonly key: string;
  readonly kind: "checkbox" | "email" | "phone" | "select" | "text" | "textarea";
  readonly label: string;
  readonly required: boolean;
  /** Of a `select`. */
  readonly options: readonly string[];
}

/** What was done to a conversation at one time: what is there has changed, and is as it was then. */
export interface HistoryEntry {
  readonly at: string;
  /** An agent or the visitor; null for what came of itself, such as the end of a snooze. */
  readonly by: Person | null;
  readonly status?: "open" | "pending" | "resolved" | "snoozed";
  /** Null: nobody any more. */
  readonly assignee?: Person | null;
  readonly tags?: readonly string[];
  readonly priority?: "high" | "low" | "normal" | "urgent";
  readonly snoozed_until?: string;
  readonly blocked?: boolean;
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

/** When somebody answers. */
export interface Hours {
  /** As in Europe/Berlin. */
  readonly time_zone: string;
  /** Always open when false. */
  readonly limited: boolean;
  readonly periods: readonly WeeklyPeriod[];
  readonly exceptions: readonly DayException[];
}

/** A public key; the business signs with its private half who its visitors are. */
export interface IdentityKey {
  /** `kid` of the tokens. */
  readonly key_id: string;
  /** `EdDSA`, `ES256` or `RS256`. */
  readonly algorithm: string;
  /** PEM. */
  readonly public_key: string;
  readonly added_at: string;
}

/** How many conversations there are in each view. */
export interface InboxCounts {
  readonly open: number;
  /** Of the open ones, yours. */
  readonly mine: number;
  /** Of the open ones, nobody's. */
  readonly unassigned: number;
  readonly pending: number;
  readonly snoozed: number;
  readonly resolved: number;
}

/** Somebody, by id or by name. */
export interface Invitee {
  readonly user_id?: string | undefined;
  /** May be given instead of `user_id`. */
  readonly username?: string | undefined;
}

/** A visitor, as it presented itself. */
export interface Lead {
  /** Of its conversation. */
  readonly room: string;
  readonly created_at: string;
  readonly status: "open" | "pending" | "resolved" | "snoozed";
  readonly visitor: Visitor;
  readonly blocked: boolean;
}

/** Visitors, the newest first. */
export interface LeadPage {
  /** Asks for the next page when given as `page_token`; null on the last one. */
  readonly next: string | null;
  readonly leads: readonly Lead[];
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
  readonly refresh_token?: string | undefined;
  /** End all sessions of the same user. */
  readonly everywhere?: boolean | undefined;
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
  readonly role?: "member" | "moderator" | "owner" | undefined;
  /** Only for yourself. */
  readonly muted?: boolean | undefined;
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

/** Whom to bring in, by id or by name, and as what. */
export interface NewAgent {
  readonly user_id?: string | undefined;
  /** May be given instead of `user_id`. */
  readonly username?: string | undefined;
  /** Only the owner makes admins. */
  readonly role?: "admin" | "agent" | "owner" | undefined;
}

/** A business to open. */
export interface NewBusiness {
  readonly name: string;
  /** Made from the name when it is left out. */
  readonly slug?: string | undefined;
  readonly time_zone?: string | undefined;
}

/** A canned reply to add. */
export interface NewCannedReply {
  /** Letters, digits, `-` and `_`. */
  readonly shortcut: string;
  /** With the variables {{visitor.name}}, {{visitor.email}}, {{agent.name}} and {{business.name}}. */
  readonly text: string;
}

/** A visitor who wants to talk to a business. */
export interface NewChat {
  /** Of a to z, digits and single hyphens; names the business in addresses. */
  readonly business: string;
  readonly visitor?: VisitorDetails | undefined;
  /** Needed to begin; one who returns may leave it out. */
  readonly message?: string | undefined;
  /** To what the form says. */
  readonly consent?: boolean | undefined;
  /** The page that the visitor is on. */
  readonly page?: string | undefined;
  /** The page that it came from. */
  readonly referrer?: string | undefined;
  /** A JWT in which the business says who the visitor is. */
  readonly identity?: string | undefined;
}

/** A public key to trust. */
export interface NewIdentityKey {
  /** PEM, or a JWK as text: Ed25519, P-256, or RSA of 2,048 bits or more. */
  readonly public_key: string;
  /** The JWK's own, or one made from the key, when it is left out. */
  readonly key_id?: string | undefined;
}

/** A message to send. */
export interface NewMessage {
  /** May be empty where there are attachments. */
  readonly body?: string | undefined;
  /** Give one and reuse it when trying again: the message is then stored once. Made up when it is left out. */
  readonly message_id?: string | undefined;
  readonly reply_to?: string | null | undefined;
  /** Ids of files that you have uploaded to this room and not sent yet. */
  readonly attachments?: readonly string[] | undefined;
}

/** A room to open. */
export interface NewRoom {
  readonly name: string;
  readonly kind?: "private" | "public" | undefined;
  readonly topic?: string | undefined;
}

/** An account for somebody else. */
export interface NewUser {
  /** Letters, digits, `_`, `-` and `.`; begins with a letter or digit. Case does not count. */
  readonly username: string;
  /** Not one of the most common ones. */
  readonly password: string;
  /** The username when it is left out. */
  readonly display_name?: string | undefined;
  readonly email?: string | null | undefined;
  readonly role?: "admin" | "user" | undefined;
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

/** A business as its page and its widget show it. */
export interface PublicBusiness {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly logo_url: string;
  /** To be shown while it is not open. */
  readonly away_message: string;
  /** Within how many minutes an answer may be expected while it is open; 0 when nothing is promised. */
  readonly reply_within_minutes: number;
  readonly theme: Theme;
  readonly form: ChatForm;
  /** Somebody answers at this moment, by the opening hours. */
  readonly open: boolean;
  /** When it opens next; null while it is open, and when it will not within two weeks. */
  readonly opens_at: string | null;
  /** When it closes next; null while it is closed, and when it stays open for two weeks. */
  readonly closes_at: string | null;
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
  readonly session?: "cookie" | "token" | undefined;
  /** May be left out when the cookie is sent; the next token is then set as a cookie again. */
  readonly refresh_token?: string | undefined;
}

/** A new account. */
export interface Registration {
  /** `cookie`: the refresh token is set as an HttpOnly cookie on `/api/auth` and left out of the answer. */
  readonly session?: "cookie" | "token" | undefined;
  /** Letters, digits, `_`, `-` and `.`; begins with a letter or digit. Case does not count. */
  readonly username: string;
  /** Not one of the most common ones. */
  readonly password: string;
  /** The username when it is left out. */
  readonly display_name?: string | undefined;
  readonly email?: string | null | undefined;
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
  readonly name?: string | undefined;
  readonly topic?: string | undefined;
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

/** How the widget looks and what it greets with. */
export interface Theme {
  /** As in #0b6e99. */
  readonly accent: string;
  readonly position: "left" | "right";
  readonly colour_scheme: "auto" | "dark" | "light";
  readonly greeting: string;
  /** What the button says that opens it. */
  readonly launcher: string;
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
  readonly display_name?: string | undefined;
  /** Null removes it. */
  readonly email?: string | null | undefined;
  /** A new password ends the other sessions. */
  readonly password?: string | undefined;
  /** Needed for a new password of your own. */
  readonly current_password?: string | undefined;
  /** Only for administrators, and not their own. */
  readonly role?: "admin" | "user" | undefined;
}

/** Users in order of their names. */
export interface UserPage {
  /** Asks for the next page when given as `page_token`; null on the last one. */
  readonly next: string | null;
  readonly users: readonly User[];
}

/** What a visitor says of itself, as the business's form asks. */
export interface VisitorDetails {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  /** Answers to the form's other questions, by their keys. A ticked checkbox is `true`. */
  readonly fields?: Readonly<Record<string, string>> | undefined;
}

/** A period on a day of every week. */
export interface WeeklyPeriod {
  /** 1 is Monday, 7 Sunday. */
  readonly weekday: number;
  /** Minutes since midnight; 1440 is its end. */
  readonly opens: number;
  /** Minutes since midnight; 1440 is its end. */
  readonly closes: number;
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
  /** Move your read marker forward: never back, and not beyond the last message. */
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
  /** Upload a file, to send it with a message. */
  "POST /api/rooms/{room_id}/attachments": {
    path: { room_id: string };
    query?: { name?: string };
    body: Blob;
    answer: Attachment;
  };
  /** A file's bytes, or one `Range` of them. */
  "GET /api/rooms/{room_id}/attachments/{attachment_id}": {
    path: { room_id: string; attachment_id: string };
    query?: { size?: "original" | "thumbnail" };
    answer: Blob;
  };
  /** Find messages by their words, in one of your rooms or in the 200 most recently active ones. */
  "GET /api/search": {
    query: { limit?: number; page_token?: string; q: string; room?: string };
    answer: HitPage;
  };
  /** The businesses that you answer for. */
  "GET /api/businesses": {
    answer: BusinessList;
  };
  /** Open a business, which you then own. */
  "POST /api/businesses": {
    body: NewBusiness;
    answer: Business;
  };
  /** One business. */
  "GET /api/businesses/{business_id}": {
    path: { business_id: string };
    answer: Business;
  };
  /** Change how a business presents itself. */
  "PATCH /api/businesses/{business_id}": {
    path: { business_id: string };
    body: BusinessChanges;
    answer: Business;
  };
  /** Trust a key that signs who your visitors are. */
  "POST /api/businesses/{business_id}/keys": {
    path: { business_id: string };
    body: NewIdentityKey;
    answer: IdentityKey;
  };
  /** Trust a key no longer. */
  "DELETE /api/businesses/{business_id}/keys/{key_id}": {
    path: { business_id: string; key_id: string };
    answer: undefined;
  };
  /** Everybody who answers for a business. */
  "GET /api/businesses/{business_id}/agents": {
    path: { business_id: string };
    answer: AgentList;
  };
  /** Bring somebody in. */
  "POST /api/businesses/{business_id}/agents": {
    path: { business_id: string };
    body: NewAgent;
    answer: Agent;
  };
  /** Change somebody's role. */
  "PATCH /api/businesses/{business_id}/agents/{user_id}": {
    path: { business_id: string; user_id: string };
    body: AgentChanges;
    answer: Agent;
  };
  /** Remove somebody, or leave. */
  "DELETE /api/businesses/{business_id}/agents/{user_id}": {
    path: { business_id: string; user_id: string };
    answer: undefined;
  };
  /** All canned replies. */
  "GET /api/businesses/{business_id}/canned-replies": {
    path: { business_id: string };
    answer: CannedReplyList;
  };
  /** Add a canned reply. */
  "POST /api/businesses/{business_id}/canned-replies": {
    path: { business_id: string };
    body: NewCannedReply;
    answer: CannedReply;
  };
  /** Change a canned reply. */
  "PATCH /api/businesses/{business_id}/canned-replies/{reply_id}": {
    path: { business_id: string; reply_id: string };
    body: CannedReplyChanges;
    answer: CannedReply;
  };
  /** Remove a canned reply. */
  "DELETE /api/businesses/{business_id}/canned-replies/{reply_id}": {
    path: { business_id: string; reply_id: string };
    answer: undefined;
  };
  /** A view of the inbox. */
  "GET /api/businesses/{business_id}/conversations": {
    path: { business_id: string };
    query?: { limit?: number; page_token?: string; prefix?: string; status?: "open" | "pending" | "resolved" | "snoozed" | null; assignee?: string };
    answer: ConversationPage;
  };
  /** How many there are in each view. */
  "GET /api/businesses/{business_id}/conversations/counts": {
    path: { business_id: string };
    answer: InboxCounts;
  };
  /** One conversation, the visitor's earlier ones, and its history. */
  "GET /api/conversations/{conversation_id}": {
    path: { conversation_id: string };
    answer: ConversationDetails;
  };
  /** Assign, snooze, resolve, reopen, tag, or block the visitor. */
  "PATCH /api/conversations/{conversation_id}": {
    path: { conversation_id: string };
    body: ConversationChanges;
    answer: Conversation;
  };
  /** Erase a visitor: what was said, what is known of it, and its account. */
  "DELETE /api/conversations/{conversation_id}": {
    path: { conversation_id: string };
    answer: undefined;
  };
  /** Visitors, the newest first. */
  "GET /api/businesses/{business_id}/leads": {
    path: { business_id: string };
    query?: { limit?: number; page_token?: string; prefix?: string };
    answer: LeadPage;
  };
  /** All visitors as CSV (RFC 4180), for a spreadsheet: no cell is a formula. */
  "GET /api/businesses/{business_id}/leads.csv": {
    path: { business_id: string };
    query?: { limit?: number; page_token?: string; prefix?: string };
    answer: Blob;
  };
  /** What a page or widget shows of a business. */
  "GET /api/v1/public/businesses/{slug}": {
    path: { slug: string };
    answer: PublicBusiness;
  };
  /** Open a chat with a business, or return to the one that you have. */
  "POST /api/v1/public/chat/initiate": {
    body: NewChat;
    answer: Chat;
  };
}
