/** `Client`: what programs use. */

import { Backoff } from "./backoff.ts";
import { now } from "./clock.ts";
import { Connection, type ClientEvent, type OpenSocket } from "./connection.ts";
import { Stopped } from "./errors.ts";
import { Listeners } from "./listeners.ts";
import type { Request } from "./outbox.ts";
import type { JoinAck, Message, Person, Replies, SendMessage } from "./protocol.ts";
import { Session } from "./session.ts";
import { ReadThrottle, TypingThrottle } from "./throttles.ts";
import type { Credentials } from "./tokens.ts";
import { newId } from "./uuid.ts";

export interface ClientOptions {
  /** The `revisions` of a former client: its rooms begin with what has changed since, others with what happens now. */
  readonly resume?: Readonly<Record<string, number>>;
  /** Who one is, for what is shown before the server has said it. */
  readonly user?: Person;
  readonly backoff?: Backoff;
  readonly openSocket?: OpenSocket;
}

export interface SendOptions {
  /** A UUID. Name it to repeat, after a restart of the program, a send whose outcome is not known. */
  readonly messageId?: string;
  readonly replyTo?: string | null;
  /** Ids of files that were uploaded to the room and not sent yet. */
  readonly attachments?: readonly string[];
  /** Take the message out of the outbox; it may have been stored by then. */
  readonly signal?: AbortSignal;
}

/** `stopped`: for good; before `start`, too. */
export type ClientState = "connecting" | "online" | "offline" | "stopped";

interface Waiter {
  resolve(reply: unknown): void;
  reject(error: Error): void;
}

/**
 * A user's connection to a Parlance server, kept up from `start` to `stop`.
 *
 *     const client = new Client("https://chat.example.com", account.token);
 *     client.listen((event) => { … });
 *     client.start();
 *     const lobby = await client.join("lobby");
 *     await client.send(lobby.room, "Hello!");
 *
 * Requests wait: for the connection when there is none, and beyond its loss for the next one, however long that takes.
 * They fail with `Refused` when the server says no, and with `Stopped` when the client has ended. `room` is a room's id
 * everywhere; `join` takes a public room's name as well.
 */
export class Client {
  readonly #session: Session;
  readonly #connection: Connection;
  readonly #waiters = new Map<number, Waiter>();
  readonly #listeners = new Listeners<ClientEvent>();
  readonly #typing = new TypingThrottle();
  readonly #reading = new ReadThrottle((room, seq) => {
    this.request({ type: "mark_read", room, seq }).catch(passOver);
  });
  #state: ClientState = "stopped";
  #user: Person | undefined;
  #stopped: Stopped | undefined;

  /** `url` is the server's (`https://chat.example.com`). */
  constructor(url: string | URL, credentials: Credentials, options: ClientOptions = {}) {
    const address = new URL("ws", new URL(url));
    address.protocol = address.protocol.replace("http", "ws");
    this.#user = options.user;
    const backoff = options.backoff ?? new Backoff();
    const openSocket = options.openSocket ?? ((...where) => new WebSocket(...where));
    const act = this.#act.bind(this);
    this.#session = new Session(options.resume ?? {}, backoff);
    this.#connection = new Connection(address.href, credentials, this.#session, backoff, openSocket, act);
  }

  /** Hear of everything from now on, in order; returns how to stop. An answer comes before the events after it. */
  readonly listen = this.#listeners.add;

  get state(): ClientState {
    return this.#state;
  }

  /** Who one is; known from the first `online` on, unless it was given. */
  get user(): Person | undefined {
    return this.#user;
  }

  /** The messages that the server has not acknowledged yet. Keep them to send them in another run of the program. */
  get unsent(): readonly SendMessage[] {
    return this.#session.outbox.messages;
  }

  /** How far each room has been seen. Keep it to continue from there in another run of the program. */
  get revisions(): Readonly<Record<string, number>> {
    return this.#session.revisions.toJSON();
  }

  start(): void {
    if (this.#state !== "stopped") return;
    this.#stopped = undefined;
    void this.#connection.start();
  }

  stop(): void {
    this.#connection.stop();
    this.#end(new Stopped("CLOSED"));
  }

  /**
   * Try at once instead of waiting, and see whether the connection still works. To be called when the platform tells
   * that the network is back, or a page is looked at again.
   */
  nudge(): void {
    if (this.#state !== "stopped") this.#connection.nudge();
  }

  /** Become a member, if need be, and learn the last 50 messages, or all changes since the revision `after`. */
  async join(room: string, after?: number): Promise<JoinAck> {
    return this.request({ type: "join_room", room, after });
  }

  /** End the membership. */
  async leave(room: string): Promise<void> {
    await this.request({ type: "leave_room", room });
  }

  /** Send a message; gives it as stored. Messages to one room are stored in the order of the calls. */
  async send(room: string, body: string, options: SendOptions = {}): Promise<Message> {
    const { messageId: message_id = newId(), replyTo: reply_to, attachments, signal } = options;
    this.#typing.sent(room);
    const seen = this.revisions[room];
    const frame = { type: "send_message", room, message_id, body, reply_to, attachments, seen } as const;
    return (await this.request(frame, signal)).message;
  }

  /** Replace the text of one's own message. */
  async edit(room: string, messageId: string, body: string): Promise<Message> {
    return (await this.request({ type: "edit_message", room, message_id: messageId, body })).message;
  }

  /** Take a message back: one's own, or anybody's for a moderator. */
  async delete(room: string, messageId: string): Promise<Message> {
    return (await this.request({ type: "delete_message", room, message_id: messageId })).message;
  }

  /** Add a reaction, or with `on` false take one's own away. */
  async react(room: string, messageId: string, emoji: string, on = true): Promise<Message> {
    return (await this.request({ type: "react", room, message_id: messageId, emoji, on })).message;
  }

  /** Page back: at most 100 messages before a `seq`, newest first. */
  async history(room: string, before: number, limit = 50): Promise<readonly Message[]> {
    return (await this.request({ type: "history", room, before, limit })).messages;
  }

  /** Move one's read marker up to `seq`. May be called for every message that is seen. */
  markRead(room: string, seq: number): void {
    this.#reading.moveTo(room, seq);
  }

  /** Tell the others that one is writing, or no longer. May be called for every stroke of a key. */
  typing(room: string, on = true): void {
    if (!this.#session.online || !this.#typing.allows(room, on, now())) return;
    this.#session.tell({ type: "typing", room, on });
    this.#connection.pump();
  }

  /** Ask for anything, and wait for the answer. */
  async request<R extends Request>(request: R, signal?: AbortSignal): Promise<Replies[R["type"]]> {
    if (this.#stopped) throw this.#stopped;
    signal?.throwIfAborted();
    const id = this.#session.ask(request);
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#waiters.set(id, { resolve, reject });
      signal?.addEventListener("abort", () => {
        this.#waiters.delete(id);
        this.#session.withdraw(id);
        this.#connection.pump(); // those behind it may go
        reject(signal.reason as Error);
      });
    });
    this.#connection.pump();
    return answer as Promise<Replies[R["type"]]>;
  }

  #act(event: ClientEvent): void {
    switch (event.type) {
      case "connecting":
        this.#state = "connecting";
        break;
      case "online":
        this.#state = "online";
        this.#user = event.welcome.user;
        break;
      case "offline":
        this.#state = "offline";
        if (event.retrySeconds === null) this.#end(new Stopped(event.reason, event.code));
        break;
      case "answer":
        this.#settle(event.id)?.resolve(event.reply);
        break;
      case "refusal":
        this.#settle(event.id)?.reject(event.error);
    }
    this.#listeners.tell(event);
  }

  #settle(id: number): Waiter | undefined {
    const waiter = this.#waiters.get(id);
    this.#waiters.delete(id);
    return waiter;
  }

  /** What was asked stays in the session, so that `unsent` can be kept; nobody waits for it any more. */
  #end(stopped: Stopped): void {
    this.#state = "stopped";
    this.#stopped = stopped;
    for (const waiter of this.#waiters.values()) waiter.reject(stopped);
    this.#waiters.clear();
  }
}

function passOver(): void {
  // a marker that was not moved is moved with the next message
}
