/**
 * The protocol without a socket and without a clock.
 *
 * A `Session` lives as long as its user stays logged in on this client, across any number of connections. Its shell
 * tells it what happens (`connected`, `received`, `disconnected`, and `tick` when the time of `nextTick` has come) and
 * afterwards writes what `takeFrames` gives to the connection and acts on what `takeOutputs` gives, both in order.
 * `now` is a monotonic clock in seconds. The promises that the rest of the SDK rests on:
 *
 * - A message is sent again until it is answered: after a reconnect, and after an error that will pass. Its id is made
 *   once, so the server stores it once. The messages of one room are stored in the order of the calls.
 * - Other requests are repeated after a reconnect too, and when they came too fast; each may safely be done twice.
 * - The events of a room come with rising revisions, none twice and, unless a `room_reset` says so, none left out.
 * - A server that has gone silent is noticed within two heartbeats.
 */

import type { Backoff } from "./backoff.ts";
import { CloseCode, closeCodeOf } from "./closing.ts";
import { Refused } from "./errors.ts";
import { MAX_FRAME_BYTES } from "./limits.ts";
import { Link } from "./link.ts";
import { Outbox, Waiting, type Request } from "./outbox.ts";
import type { Answer, Output } from "./outputs.ts";
import {
  ANSWERS,
  type Ack,
  type ClientFrame,
  type ErrorFrame,
  type JoinAck,
  type Typing,
  type Welcome,
} from "./protocol.ts";
import { decode, expect, type RoomEvent } from "./reading.ts";
import { Revisions } from "./revisions.ts";

export class Session {
  readonly outbox = new Outbox();
  readonly revisions: Revisions;
  #link: Link | undefined;
  #frames: string[] = [];
  #outputs: Output[] = [];
  #lastId = 0;
  #userId = "";

  /** `resume` holds the revisions that a former run of the program had seen. */
  constructor(
    resume: Readonly<Record<string, number>>,
    private readonly backoff: Backoff,
  ) {
    this.revisions = new Revisions(resume);
  }

  /** Whether the server has said welcome on the present connection. */
  get online(): boolean {
    return this.#link?.online ?? false;
  }

  // What the connection does

  /** Begin on a new connection. `token` is to be renewed in so many seconds. */
  connected(token: string, renewSeconds: number, now: number): void {
    this.#link = new Link(now, now + renewSeconds);
    for (const room of this.revisions.forgetAllButTheLatest()) this.#outputs.push({ type: "room_reset", room });
    const resume = this.revisions.toJSON();
    const any = Object.keys(resume).length > 0;
    this.#write({ type: "auth", id: this.#nextId(), token, resume: any ? resume : undefined });
  }

  /** Show a fresh token, so that the present connection may stay. */
  renew(token: string, renewSeconds: number, now: number): void {
    if (!this.#link) return;
    this.#link.renewAt = now + renewSeconds;
    this.#link.renewalId = this.#nextId();
    this.#write({ type: "auth", id: this.#link.renewalId, token });
  }

  /** The connection is gone. Nothing that was asked is forgotten. */
  disconnected(): void {
    this.#link = undefined;
    this.#frames = [];
    this.outbox.rewind();
  }

  /** Take in a frame. Throws `ProtocolError` if it makes no sense. */
  received(text: string, now: number): void {
    const link = this.#link;
    if (!link) return;
    link.heard(now);
    const frame = decode(text);
    if (!frame) return;
    switch (frame.type) {
      case "ack":
        this.#acknowledged(frame);
        return;
      case "error":
        this.#refused(frame, link, now);
        return;
      case "welcome":
        this.#welcomed(frame, link, now);
        return;
      case "reconnect":
        link.moveAt = now + this.backoff.within(frame.after_ms / 1000);
        return;
      default:
        this.#happened(frame);
    }
  }

  /** Ask whether the server is still there, and expect to hear of it soon. */
  probe(now: number): void {
    if (!this.#link?.online) return;
    this.#link.probed(now);
    this.#write({ type: "ping" });
  }

  /** Do what is due. */
  tick(now: number): void {
    const link = this.#link;
    if (!link || link.dropped) return;
    if (now >= link.deadAt) {
      this.#drop(link, CloseCode.LOST, "SILENT");
    } else if (now >= link.moveAt) {
      this.#drop(link, CloseCode.MOVED, "RESTART");
    } else {
      if (now >= link.renewAt) {
        link.renewAt = Infinity;
        this.#outputs.push({ type: "renew_token" });
      }
      if (now >= link.pingAt) {
        link.pingAt = now + link.heartbeatSeconds;
        this.#write({ type: "ping" });
      }
    }
  }

  /** When `tick` and `takeFrames` are wanted next, if nothing else happens before; may be infinite. */
  get nextTick(): number {
    const link = this.#link;
    if (!link || link.dropped) return Infinity;
    return link.online ? Math.min(link.nextDue, this.outbox.nextAttemptAt) : link.nextDue;
  }

  // What the user wants

  /** Ask for something; gives the id of its `Answer`. Throws `Refused` if no server would read it. */
  ask(request: Request): number {
    const id = this.#nextId();
    this.outbox.add(new Waiting(id, request, encode({ ...request, id })));
    return id;
  }

  /** Say what nobody answers and what is of no use later: without a connection it is dropped. */
  tell(request: Typing): void {
    if (this.online) this.#write(request);
  }

  /** Expect no answer any more. What was sent already may be done nevertheless. */
  withdraw(requestId: number): void {
    const waiting = this.outbox.find(requestId);
    if (waiting) this.outbox.remove(waiting);
  }

  // What comes of it

  /** The frames to write now, in order. */
  takeFrames(now: number): string[] {
    const frames = this.#frames;
    this.#frames = [];
    return this.online ? frames.concat(this.outbox.take(now)) : frames;
  }

  /** What is to be told or done, in order. */
  takeOutputs(): Output[] {
    const outputs = this.#outputs;
    this.#outputs = [];
    return outputs;
  }

  // Frames of the server

  #welcomed(welcome: Welcome, link: Link, now: number): void {
    link.heartbeatSeconds = welcome.heartbeat_seconds;
    for (const room of welcome.reset) this.revisions.forget(room);
    for (const room of welcome.rooms) this.revisions.discover(room.id, room.revision);
    if (link.online) return;
    link.online = true;
    link.pingAt = now + welcome.heartbeat_seconds;
    this.#userId = welcome.user.id;
    this.#outputs.push({ type: "online", welcome });
    for (const room of welcome.reset) this.#outputs.push({ type: "room_reset", room });
  }

  #acknowledged(reply: Ack): void {
    const waiting = this.outbox.find(reply.id);
    if (!waiting) return;
    const { id, request } = waiting;
    expect(reply, ANSWERS[request.type]!);
    this.outbox.remove(waiting);
    this.#noteRooms(request, reply);
    this.#outputs.push({ type: "answer", id, request, reply } satisfies Answer);
  }

  #noteRooms(request: Request, reply: Ack): void {
    if (request.type === "leave_room") this.revisions.forget(request.room);
    if (request.type !== "join_room") return;
    const { room, revision, reset } = reply as JoinAck;
    if (reset) this.revisions.restart(room, revision);
    else this.revisions.advance(room, revision);
  }

  #refused(error: ErrorFrame, link: Link, now: number): void {
    const waiting = this.outbox.find(error.id);
    if (waiting?.passes(error.code)) {
      waiting.failures += 1;
      this.outbox.postpone(waiting, now + this.#pause(error, waiting.failures));
    } else if (waiting) {
      this.outbox.remove(waiting);
      const refused = new Refused(error.code, error.reason, error.message, error.retry_after);
      this.#outputs.push({ type: "refusal", id: waiting.id, request: waiting.request, error: refused });
    } else if (!link.online) {
      this.#drop(link, closeCodeOf(error.code), error.reason);
    } else if (error.id === link.renewalId) {
      link.renewAt = now + this.#pause(error, 1); // where it matters, the server also closes
    }
  }

  #pause(error: ErrorFrame, failures: number): number {
    return Math.max(error.retry_after ?? 0, this.backoff.delay(failures));
  }

  #happened(event: RoomEvent): void {
    switch (event.type) {
      case "message":
      case "message_updated":
        if (!this.revisions.advance(event.room, event.revision)) return;
        break;
      case "room_created":
        if (!event.conversation) this.revisions.discover(event.room.id, event.room.revision);
        break;
      case "room_deleted":
        this.revisions.forget(event.room);
        break;
      case "member_left":
        if (event.user.id === this.#userId) this.revisions.forget(event.room);
    }
    this.#outputs.push(event);
  }

  #drop(link: Link, code: number, reason: string): void {
    link.dropped = true;
    this.#outputs.push({ type: "drop", code, reason });
  }

  #write(frame: ClientFrame): void {
    this.#frames.push(encode(frame));
  }

  #nextId(): number {
    return (this.#lastId += 1);
  }
}

function encode(frame: ClientFrame): string {
  const text = JSON.stringify(frame);
  if (new TextEncoder().encode(text).length > MAX_FRAME_BYTES) {
    throw new Refused("invalid", "FRAME_TOO_BIG", "This is too long to be sent.");
  }
  return text;
}
