/** The timelines of a client's rooms, kept in step with what the client hears. */

import type { Client } from "./client.ts";
import type { ClientEvent } from "./connection.ts";
import type { Answer } from "./outputs.ts";
import { Pages, PAGE } from "./pages.ts";
import type { Attachment, Message } from "./protocol.ts";
import type { Timeline } from "./timeline.ts";
import { newId } from "./uuid.ts";

export interface Written {
  readonly replyTo?: string | null;
  /** A UUID. Name it to repeat what a former run of the program had not sent. */
  readonly messageId?: string;
  /** Files that were uploaded to the room and not sent yet. */
  readonly attachments?: readonly Attachment[];
}

/**
 * Shows what is sent at once, replaces it by what is stored, pages back, and begins anew where too much was missed.
 * Everything that can be seen is in the timelines; a failed send is told there and nowhere else.
 */
export class Timelines extends Pages {
  readonly #unanswered = new Map<string, AbortController>();
  /** The rooms that the server has listed: one is a member of them. */
  #listed = new Set<string>();

  constructor(client: Client) {
    super(client);
    client.listen(this.#see);
  }

  /** Send a message; it is to be seen at once. Gives its id. */
  send(room: string, body: string, { replyTo = null, messageId = newId(), attachments = [] }: Written = {}): string {
    const message = this.#draft(messageId, body, replyTo, attachments);
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
      .send(room, message.body, {
        messageId: message.id,
        replyTo: message.reply_to,
        attachments: message.attachments.map(({ id }) => id),
        signal: attempt.signal,
      })
      .catch(shownInPlace)
      .finally(() => this.#unanswered.delete(message.id));
    this.#change(room, (timeline) => {
      timeline.echo(message);
    });
  }

  #draft(id: string, body: string, replyTo: string | null, attachments: readonly Attachment[]): Message {
    return {
      id,
      seq: 0,
      revision: 0,
      sender: this.client.user ?? { id: "", name: "", guest: false },
      kind: "text",
      body,
      reply_to: replyTo,
      attachments,
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
        this.#show(event.room, event.message);
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
        this.forget(event.room);
        break;
      case "member_left":
        if (event.user.id === this.client.user?.id) this.forget(event.room);
    }
  };

  #answered({ request, reply }: Answer): void {
    if (!("room" in reply)) return;
    const { room } = reply;
    if ("message" in reply) this.#show(room, reply.message);
    else if ("summary" in reply && !reply.reset) for (const message of reply.messages) this.#show(room, message);
    else if ("summary" in reply) {
      this.#change(room, (timeline) => {
        timeline.restart(reply.messages);
      });
    } else if ("messages" in reply && request.type === "history") {
      for (const timeline of this.all(room)) timeline.take(reply.messages, request.before, request.limit ?? PAGE);
      this.tell(room);
    }
  }

  #show(room: string, message: Message): void {
    for (const timeline of this.all(room)) timeline.show(message);
    this.tell(room);
  }

  #change(room: string, change: (timeline: Timeline) => void): void {
    change(this.get(room));
    this.tell(room);
  }

  /**
   * What is to be seen stays until the new page has come. A room that is not listed may be one that was left on another
   * device, and joining it would be entering it again: that is not for a program to decide, so it stays as it is.
   */
  #reload(room: string): void {
    const timeline = this.known(room);
    if (!timeline?.live) return;
    for (const each of this.all(room)) each.interrupt();
    this.tell(room);
    if (!this.#listed.has(room)) return;
    const { first, last } = this.shown(room);
    const again = last < Infinity ? this.lookBack(room, Math.floor((first + last) / 2)) : this.open(room);
    again.catch(shownInPlace);
  }
}

function shownInPlace(): void {
  // by the timeline, which hears of a refusal, or is not live
}
