/** Everything of a person who is logged in: the connection, and what is known through it. */

import { Client, Timelines, type Attachment } from "@parlance/sdk";
import type { Account, User } from "@parlance/sdk/rest";
import { People, RoomList } from "@parlance/sdk/views";
import { Files } from "../attachments/files.ts";
import { Uploads } from "../attachments/uploads.ts";
import { Members } from "../members/members.ts";
import { Drafts } from "../room/drafts.ts";
import { perFrame, type Listen } from "./frames.ts";
import { Readers } from "./readers.ts";
import { Unsent } from "./unsent.ts";

export class Chat {
  readonly client: Client;
  readonly timelines: Timelines;
  readonly rooms: RoomList;
  readonly listenToRooms: Listen;
  readonly people: People;
  readonly readers: Readers;
  readonly members: Members;
  readonly drafts: Drafts;
  readonly files: Files;
  readonly uploads: Uploads;
  /** Whether there has been a connection since the page was opened. */
  hasBeenOnline = false;

  constructor(
    readonly account: Account,
    readonly user: User,
  ) {
    const me = { id: user.id, name: user.display_name, guest: false };
    this.client = new Client(location.origin, account.token, { user: me });
    this.timelines = new Timelines(this.client);
    this.client.listen(({ type }) => {
      if (type === "online") this.hasBeenOnline = true;
    });
    this.rooms = new RoomList(this.client);
    this.listenToRooms = perFrame(this.rooms.listen);
    this.people = new People(this.client);
    this.readers = new Readers(this.client);
    this.members = new Members(account, this.client, this.people);
    this.drafts = new Drafts(localStorage, user.id);
    this.files = new Files(account);
    this.uploads = new Uploads(account);
  }

  get me(): { readonly id: string; readonly name: string } {
    return { id: this.user.id, name: this.client.user?.name ?? this.user.display_name };
  }

  /** Connect; send what former runs of the page had not sent. Returns how to end it. */
  start(): () => void {
    const ended = new AbortController();
    const { signal } = ended;
    const nudge = (): void => {
      if (document.visibilityState === "visible") this.client.nudge();
    };
    addEventListener("online", nudge, { signal });
    addEventListener("offline", nudge, { signal });
    document.addEventListener("visibilitychange", nudge, { signal });
    const unsent = new Unsent(localStorage, "locks" in navigator ? navigator.locks : undefined, this.user.id);
    const keep = (): void => {
      unsent.keep(this.client.unsent);
    };
    this.timelines.listen(keep);
    unsent.hold(signal);
    void unsent.adopt(({ room, body = "", reply_to, message_id, attachments = [] }) => {
      const named = { messageId: message_id, replyTo: reply_to ?? null, attachments: attachments.map(unseen) };
      this.timelines.send(room, body, named);
    });
    this.client.start();
    return () => {
      ended.abort();
      this.client.stop();
    };
  }
}

/** A file of which only the id is known, until its message is stored. */
function unseen(id: string): Attachment {
  return { id, name: "…", media_type: "application/octet-stream", size_bytes: 0, width: 0, height: 0, has_thumbnail: false };
}
