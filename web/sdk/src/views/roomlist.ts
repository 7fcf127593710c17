/** The rooms that one is in, with what is new in them. */

import type { Client } from "../client.ts";
import type { ClientEvent } from "../connection.ts";
import { Listeners } from "../listeners.ts";
import type { Message, RoomSummary } from "../protocol.ts";

/** A client's rooms, the most recently active first, kept in step with what the client hears. */
export class RoomList {
  #rooms = new Map<string, RoomSummary>();
  #sorted: readonly RoomSummary[] | undefined;
  readonly #listeners = new Listeners();

  constructor(private readonly client: Client) {
    client.listen(this.#see);
  }

  /** Hear of changes; returns how to stop. */
  readonly listen = this.#listeners.add;

  /** The same array until something changes. */
  get rooms(): readonly RoomSummary[] {
    return (this.#sorted ??= [...this.#rooms.values()].sort((one, other) => (activity(one) < activity(other) ? 1 : -1)));
  }

  get(room: string): RoomSummary | undefined {
    return this.#rooms.get(room);
  }

  readonly #see = (event: ClientEvent): void => {
    switch (event.type) {
      case "online":
        this.#rooms = new Map(event.welcome.rooms.map((room) => [room.id, room]));
        this.#changed();
        break;
      case "room_created":
        if (!event.conversation) this.#put(event.room);
        break;
      case "room_updated":
        this.#change(event.room, ({ kind }) => (kind === "direct" ? {} : { name: event.name }));
        break;
      case "room_deleted":
        this.#remove(event.room);
        break;
      case "member_left":
        if (event.user.id === this.client.user?.id) this.#remove(event.room);
        break;
      case "message":
      case "message_updated":
        this.#change(event.room, (room) => withMessage(room, event.message));
        break;
      case "read":
        if (event.user === this.client.user?.id) this.#change(event.room, (room) => readUpTo(room, event.seq));
        break;
      case "answer":
        if ("summary" in event.reply) this.#put(event.reply.summary);
        if ("read_seq" in event.reply) {
          const { room: id, read_seq } = event.reply;
          this.#change(id, (room) => readUpTo(room, read_seq));
        }
        if (event.request.type === "leave_room") this.#remove(event.request.room);
    }
  };

  #put(room: RoomSummary): void {
    this.#rooms.set(room.id, room);
    this.#changed();
  }

  #change(id: string, change: (room: RoomSummary) => Partial<RoomSummary>): void {
    const room = this.#rooms.get(id);
    if (room) this.#put({ ...room, ...change(room) });
  }

  #remove(id: string): void {
    if (this.#rooms.delete(id)) this.#changed();
  }

  #changed(): void {
    this.#sorted = undefined;
    this.#listeners.tell();
  }
}

/** What the list says already may be told again by events, when a room is resumed; so nothing here counts up. */
function withMessage(room: RoomSummary, message: Message): Partial<RoomSummary> {
  const { seq, read_seq, last_message: last } = room;
  const newest = Math.max(seq, message.seq);
  const isLast = message.seq === newest && message.revision > (last?.revision ?? 0);
  return {
    seq: newest,
    unread: Math.max(0, newest - read_seq),
    revision: Math.max(room.revision, message.revision),
    last_message: isLast ? message : last,
  };
}

function readUpTo(room: RoomSummary, seq: number): Partial<RoomSummary> {
  const read_seq = Math.max(room.read_seq, seq);
  return { read_seq, unread: Math.max(0, room.seq - read_seq) };
}

function activity(room: RoomSummary): string {
  return room.last_message?.sent_at ?? "";
}
