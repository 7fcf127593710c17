/** The timelines of a client's rooms, kept in step with what the client hears. */

import type { Client } from "./client.ts";
import type { ClientEvent } from "./connection.ts";
import { Listeners } from "./listeners.ts";
import type { Answer } from "./outputs.ts";
import type { Message } from "./protocol.ts";
import { Timeline } from "./timeline.ts";
import { newId } from "./uuid.ts";

const PAGE = 50;
const LARGE_PAGE = 100;

export interface Written {
  readonly replyTo?: string | null;
  /** A UUID. Name it to repeat what a former run of the program had not sent. */
  readonly messageId?: string;
}

/**
 * Shows what is sent at once, replaces it by what is stored, pages back, and begins anew where too much was missed.
 * Everything that can be seen is in the timelines; a failed send is told there and nowhere else.
 */
export class Timelines {
  readonly #timelines = new Map<string, Timeline>();
  readonly #unanswered = new Map<string, AbortController>();
  readonly #loading = new Set<Timeline>();
  /** The rooms that the server has listed: one is a member of them. */
  #listed = new Set<string>();
  readonly #listeners = new Listeners<string>();

  constructor(private readonly client: Client) {
    client.listen(this.#see);
  }

  /** Hear which room's timeline has changed; returns how to stop. */
  readonly listen = this.#listeners.add;

  /** What is known of a room; empty until it is opened. */
  get(room: string): Timeline {
    let timeline = this.#timelines.get(room);
    if (!timeline) this.#timelines.set(room, (timeline = new Timeline()));
    return timeline;
  }

  /** Load a room's newest messages, unless they are known, and keep them up to date from then on. */
  async open(room: string): Promise<Timeline> {
    const timeline = this.get(room);
    if (!timeline.live) await this.client.join(room);
    return timeline;
  }

  /** Load the page before what is known. */
  async loadOlder(room: string, limit = PAGE): Promise<void> {
    const timeline = this.get(room);
    if (!timeline.live || timeline.complete || this.#loading.has(timeline)) return;
    this.#loading.add(timeline);
    try {
      await this.client.history(room, timeline.first, limit);
    } finally {
      this.#loading.delete(timeline);
    }
  }

  /** Load everything back to the message with this `seq`, page after page. */
  async loadBackTo(room: string, seq: number): Promise<void> {
    const timeline = await this.open(room);
    while (timeline.live && !timeline.complete && timeline.first > seq) {
      const before = timeline.first;
      await this.loadOlder(room, LARGE_PAGE);
      if (timeline.first === before) return; // somebody else is loading, or it was started anew
    }
  }

  /** Send a message; it is to be seen at once. Gives its id. */
  send(room: string, body: string, { replyTo = null, messageId = newId() }: Written = {}): string {
    const message = this.#draft(messageId, body, replyTo);
    this.#send(room, message);
    return message.id;
  }

  /** Try again to send what has failed. */
  retry(room: string, messageId: string): void {
    const failed = this.get(room).entries.find(({ message, state }) => message.id === messageId && state === "failed");
    if (failed) this.#send(room, failed.message);
  }

  /** Take away what is not stored, and do not send it if that can still be helped. */
  dismiss(room: string, messageId: string): void {
    this.#unanswered.get(messageId)?.abort();
    this.#change(room, (timeline) => {
      timeline.dismiss(messageId);
    });
  }

  #send(room: string, message: Message): void {
    const attempt = new AbortController();
    this.#unanswered.set(message.id, attempt);
    this.client
      .send(room, message.body, { messageId: message.id, replyTo: message.reply_to, signal: attempt.signal })
      .catch(shownInPlace)
      .finally(() => this.#unanswered.delete(message.id));
    this.#change(room, (timeline) => {
      timeline.echo(message);
    });
  }

  #draft(id: string, body: string, replyTo: string | null): Message {
    return {
      id,
      seq: 0,
      revision: 0,
      sender: this.client.user ?? { id: "", name: "", guest: false },
      kind: "text",
      body,
      reply_to: replyTo,
      sent_at: new Date().toISOString(),
      edited_at: null,
      deleted_at: null,
      reactions: [],
    };
  }

  readonly #see = (event: ClientEvent): void => {
    switch (event.type) {
      case "message":
      case "message_updated":
        this.#change(event.room, (timeline) => {
          timeline.show(event.message);
        });
        break;
      case "answer":
        this.#answered(event);
        break;
      case "refusal": {
        const { request, error } = event;
        if (request.type !== "send_message") break;
        this.#change(request.room, (timeline) => {
          timeline.fail(request.message_id, error);
        });
        break;
      }
      case "online":
        this.#listed = new Set(event.welcome.rooms.map(({ id }) => id));
        break;
      case "room_reset":
        this.#reload(event.room);
        break;
      case "room_deleted":
        this.#forget(event.room);
        break;
      case "member_left":
        if (event.user.id === this.client.user?.id) this.#forget(event.room);
    }
  };

  #answered({ request, reply }: Answer): void {
    if (!("room" in reply)) return;
    this.#change(reply.room, (timeline) => {
      if ("message" in reply) timeline.show(reply.message);
      else if ("summary" in reply && reply.reset) timeline.restart(reply.messages);
      else if ("summary" in reply) for (const message of reply.messages) timeline.show(message);
      else if ("messages" in reply && request.type === "history") {
        timeline.prepend(reply.messages, request.before, request.limit ?? PAGE);
      }
    });
  }

  #change(room: string, change: (timeline: Timeline) => void): void {
    change(this.get(room));
    this.#listeners.tell(room);
  }

  /**
   * What is to be seen stays until the new page has come. A room that is not listed may be one that was left on another
   * device, and joining it would be entering it again: that is not for a program to decide, so it stays as it is.
   */
  #reload(room: string): void {
    const timeline = this.#timelines.get(room);
    if (!timeline?.live) return;
    timeline.interrupt();
    this.#listeners.tell(room);
    if (this.#listed.has(room)) this.client.join(room).catch(shownInPlace);
  }

  #forget(room: string): void {
    if (this.#timelines.delete(room)) this.#listeners.tell(room);
  }
}

function shownInPlace(): void {
  // by the timeline, which hears of a refusal, or is not live
}
