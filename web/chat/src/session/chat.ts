/** Everything of a person who is logged in: the connection, and what is known through it. */

import { Client, Timelines, type SendMessage } from "@parlance/sdk";
import type { Account, User } from "@parlance/sdk/rest";
import { People, RoomList } from "@parlance/sdk/views";
import { Members } from "../members/members.ts";
import { Drafts } from "../room/drafts.ts";
import { perFrame, type Listen } from "./frames.ts";

const UNSENT = "parlance-unsent";

export class Chat {
  readonly client: Client;
  readonly timelines: Timelines;
  readonly rooms: RoomList;
  readonly listenToRooms: Listen;
  readonly people: People;
  readonly members: Members;
  readonly drafts: Drafts;

  constructor(
    readonly account: Account,
    readonly user: User,
  ) {
    this.client = new Client(location.origin, account.token);
    this.timelines = new Timelines(this.client);
    this.rooms = new RoomList(this.client);
    this.listenToRooms = perFrame(this.rooms.listen);
    this.people = new People(this.client);
    this.members = new Members(account, this.client, this.people);
    this.drafts = new Drafts(localStorage, user.id);
  }

  get me(): { readonly id: string; readonly name: string } {
    return { id: this.user.id, name: this.client.user?.name ?? this.user.display_name };
  }

  /** Connect; send what a former run of this tab had not sent. Returns how to end it. */
  start(): () => void {
    const nudge = (): void => {
      if (document.visibilityState === "visible") this.client.nudge();
    };
    const keep = (): void => {
      keepUnsent(this.user.id, this.client.unsent);
    };
    addEventListener("online", nudge);
    document.addEventListener("visibilitychange", nudge);
    addEventListener("pagehide", keep);
    this.client.start();
    for (const { room, body, reply_to, message_id } of takeUnsent(this.user.id)) {
      this.timelines.send(room, body, { replyTo: reply_to ?? null, messageId: message_id });
    }
    return () => {
      removeEventListener("online", nudge);
      document.removeEventListener("visibilitychange", nudge);
      removeEventListener("pagehide", keep);
      this.client.stop();
    };
  }
}

/** In the tab's own storage: another tab has an outbox of its own. */
function keepUnsent(userId: string, unsent: readonly SendMessage[]): void {
  if (unsent.length > 0) sessionStorage.setItem(`${UNSENT} ${userId}`, JSON.stringify(unsent));
}

function takeUnsent(userId: string): readonly SendMessage[] {
  const key = `${UNSENT} ${userId}`;
  const kept = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  return kept ? (JSON.parse(kept) as SendMessage[]) : [];
}
