/** A model of the server, and a network between it and a client that delays, cuts and delivers late. */

import type { ClientFrame, Message, RoomSummary, SendMessage } from "../src/protocol.ts";

export const ADA = { id: "ada", name: "Ada", guest: false };
export const BOB = { id: "bob", name: "Bob", guest: false };

/** Changes that the model replays; who missed more starts anew. */
export const REPLAY_LIMIT = 6;

/** Messages in the answer to `join_room`. */
export const PAGE = 4;

type Draft = Pick<Message, "id" | "body" | "sender" | "reply_to">;

/** One connection: the frames under way to the server and back, which arrive when a test lets them. */
export class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  readonly up: string[] = [];
  readonly down: string[] = [];
  state: "connecting" | "open" | "closed" = "connecting";
  authenticated = false;

  constructor(
    readonly url: string,
    readonly protocol: string,
  ) {}

  send(text: string): void {
    if (this.state === "connecting") throw new Error("The socket is not open.");
    this.up.push(text);
  }

  /** The client's side. */
  close(): void {
    this.state = "closed";
  }

  accept(): void {
    if (this.state !== "connecting") return;
    this.state = "open";
    this.onopen?.();
  }

  cut(code = 1006, reason = ""): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.onclose?.({ code, reason });
  }

  receive(frame: object): void {
    if (this.state === "open") this.onmessage?.({ data: JSON.stringify(frame) });
  }

  reply(frame: object): void {
    this.down.push(JSON.stringify(frame));
  }

  /** Let frames of the server arrive. */
  read(count = Infinity): void {
    for (; count > 0 && this.state === "open" && this.down.length; count -= 1) {
      this.onmessage?.({ data: this.down.shift()! });
    }
  }

  /** What the client has written since this was last asked. */
  written(): ClientFrame[] {
    return this.up.splice(0).map((text) => JSON.parse(text) as ClientFrame);
  }
}

/** Keeps the room logs, and answers as docs/protocol.md says. */
export class Server {
  readonly sockets: FakeSocket[] = [];
  readonly logs = new Map<string, Message[]>();
  readonly revisions = new Map<string, number>();
  /** Errors for the next messages. */
  readonly faults: { code: string; retry_after: number | null }[] = [];
  /** How many changes too many are told to whoever resumes. */
  overlap = 0;

  constructor(...rooms: string[]) {
    for (const room of rooms) {
      this.logs.set(room, []);
      this.revisions.set(room, 0);
    }
  }

  readonly open = (url: string, protocol: string): WebSocket => {
    const socket = new FakeSocket(url, protocol);
    this.sockets.push(socket);
    return socket as unknown as WebSocket;
  };

  /** The connection that was made last. */
  get socket(): FakeSocket {
    return this.sockets.at(-1)!;
  }

  /** Take in what has arrived on a connection. */
  read(socket: FakeSocket, count = Infinity): void {
    for (; count > 0 && socket.up.length; count -= 1) this.handle(socket, socket.up.shift()!);
  }

  /** Let everything arrive, on both sides. */
  settle(): void {
    this.socket.accept();
    while (this.socket.state === "open" && (this.socket.up.length || this.socket.down.length)) {
      this.read(this.socket);
      this.socket.read();
    }
  }

  handle(socket: FakeSocket, text: string): void {
    const frame = JSON.parse(text) as ClientFrame;
    switch (frame.type) {
      case "auth":
        this.#welcome(socket, frame.id, frame.resume ?? {});
        break;
      case "send_message":
        this.#store(socket, frame);
        break;
      case "join_room": {
        const messages = this.logs.get(frame.room)!.slice(-PAGE);
        const { room } = frame;
        const summary = this.summary(room);
        socket.reply({ type: "ack", id: frame.id, room, summary, revision: summary.revision, reset: true, messages });
        break;
      }
      case "history": {
        const older = this.logs.get(frame.room)!.filter(({ seq }) => seq < frame.before);
        const messages = older.reverse().slice(0, frame.limit);
        socket.reply({ type: "ack", id: frame.id, room: frame.room, messages });
        break;
      }
      case "mark_read":
        socket.reply({ type: "ack", id: frame.id, room: frame.room, read_seq: frame.seq });
        break;
      case "ping":
        socket.reply({ type: "pong", id: null });
        break;
      default:
        socket.reply({ type: "ack", id: frame.id });
    }
  }

  post(room: string, draft: Partial<Draft>): Message {
    const log = this.logs.get(room)!;
    const seq = log.length + 1;
    const blank = { id: `${room}-${seq}`, sender: BOB, kind: "text", body: "", reply_to: null, attachments: [] } as const;
    const times = { sent_at: "2026-03-02T12:00:00Z", edited_at: null, deleted_at: null };
    log.push({ ...blank, ...times, ...draft, seq, revision: 0, reactions: [] });
    return this.#publish("message", room, seq);
  }

  edit(room: string, seq: number): Message {
    const log = this.logs.get(room)!;
    log[seq - 1] = { ...log[seq - 1]!, body: `${log[seq - 1]!.body}!` };
    return this.#publish("message_updated", room, seq);
  }

  summary(room: string): RoomSummary {
    const log = this.logs.get(room)!;
    return {
      id: room,
      name: room,
      kind: "public",
      role: "member",
      muted: false,
      seq: log.length,
      revision: this.revisions.get(room)!,
      read_seq: 0,
      unread: log.length,
      last_message: log.at(-1) ?? null,
      people: [],
    };
  }

  #welcome(socket: FakeSocket, id: unknown, resume: Readonly<Record<string, number>>): void {
    const behind = ([room, revision]: [string, number]): boolean => this.revisions.get(room)! - revision > REPLAY_LIMIT;
    const reset = Object.entries(resume).filter(behind).map(([room]) => room);
    const rooms = [...this.logs.keys()].map((room) => this.summary(room));
    socket.authenticated = true;
    socket.reply({ type: "welcome", id, session: "s", user: ADA, rooms, reset, heartbeat_seconds: 15 });
    for (const [room, seen] of Object.entries(resume)) {
      if (reset.includes(room)) continue;
      const missed = this.logs.get(room)!.filter(({ revision }) => revision > seen - this.overlap);
      for (const message of missed.sort((one, other) => one.revision - other.revision)) {
        socket.reply({ type: "message_updated", room, revision: message.revision, message });
      }
    }
  }

  #store(socket: FakeSocket, { id, room, message_id, body = "", reply_to = null }: SendMessage): void {
    const fault = this.faults.shift();
    if (fault) {
      socket.reply({ type: "error", id, reason: "FAULT", message: "Not now.", ...fault });
      return;
    }
    const known = this.logs.get(room)!.find((message) => message.id === message_id);
    const message = known ?? this.post(room, { id: message_id, body, sender: ADA, reply_to });
    socket.reply({ type: "ack", id, room, message });
  }

  #publish(type: string, room: string, seq: number): Message {
    const revision = this.revisions.get(room)! + 1;
    this.revisions.set(room, revision);
    const log = this.logs.get(room)!;
    const message = (log[seq - 1] = { ...log[seq - 1]!, revision });
    const { socket } = this;
    if (this.sockets.length && socket.authenticated) socket.reply({ type, room, revision, message });
    return message;
  }
}
