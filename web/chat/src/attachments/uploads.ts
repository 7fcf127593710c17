/** The files that wait to be sent. */

import { AccountError, Listeners, type Attachment } from "@parlance/sdk";
import { MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS } from "@parlance/sdk/limits";
import type { Account } from "@parlance/sdk/rest";
import type { Upload } from "@parlance/ui";

const MOST_AT_ONCE = 3;
const NONE: readonly Upload[] = [];

interface Waiting extends Upload {
  readonly attachment?: Attachment;
}

/** Uploads what is attached at once, so that sending takes no time. By room, for one may go elsewhere meanwhile. */
export class Uploads {
  readonly #listeners = new Listeners();
  readonly #rooms = new Map<string, readonly Waiting[]>();
  readonly #queue: (() => Promise<void>)[] = [];
  #underWay = 0;
  #added = 0;

  constructor(private readonly account: Pick<Account, "call">) {}

  readonly listen = this.#listeners.add;

  /** In the order in which they were attached; the same array until something changes. */
  of(room: string): readonly Upload[] {
    return this.#rooms.get(room) ?? NONE;
  }

  add(room: string, files: readonly File[]): void {
    const before = this.#rooms.get(room) ?? [];
    const added = files.map((file, index): Waiting => {
      const state =
        before.length + index >= MAX_ATTACHMENTS ? "too-many" : file.size > MAX_ATTACHMENT_BYTES ? "too-large" : "waiting";
      const preview = file.type.startsWith("image/") ? URL.createObjectURL(file) : undefined;
      return { key: `${(this.#added += 1)}`, file, preview, state };
    });
    this.#set(room, [...before, ...added]);
    for (const { key, state } of added) if (state === "waiting") this.#enqueue(room, key);
  }

  retry(room: string, key: string): void {
    this.#change(room, key, { state: "waiting", error: undefined });
    this.#enqueue(room, key);
  }

  remove(room: string, key: string): void {
    const removed = this.#find(room, key);
    if (removed) this.#release([removed]);
    const left = (this.#rooms.get(room) ?? []).filter((upload) => upload !== removed);
    this.#set(room, left.map((upload, index) => this.#fitted(room, upload, index)));
  }

  /** What is ready to be sent; it waits no longer. */
  take(room: string): readonly Attachment[] {
    const taken = this.#rooms.get(room) ?? [];
    this.#release(taken);
    this.#set(room, []);
    return taken.flatMap(({ attachment }) => attachment ?? []);
  }

  /** What was one too many may fit when another is gone. */
  #fitted(room: string, upload: Waiting, index: number): Waiting {
    if (upload.state !== "too-many" || index >= MAX_ATTACHMENTS) return upload;
    if (upload.file.size > MAX_ATTACHMENT_BYTES) return { ...upload, state: "too-large" };
    this.#enqueue(room, upload.key);
    return { ...upload, state: "waiting" };
  }

  #enqueue(room: string, key: string): void {
    this.#queue.push(async () => this.#upload(room, key));
    queueMicrotask(() => {
      this.#next();
    });
  }

  #next(): void {
    while (this.#underWay < MOST_AT_ONCE) {
      const upload = this.#queue.shift();
      if (!upload) return;
      this.#underWay += 1;
      void upload().finally(() => {
        this.#underWay -= 1;
        this.#next();
      });
    }
  }

  async #upload(room: string, key: string): Promise<void> {
    const upload = this.#find(room, key);
    if (!upload) return;
    try {
      const attachment = await this.account.call("POST /api/rooms/{room_id}/attachments", {
        path: { room_id: room },
        query: { name: upload.file.name },
        body: upload.file,
      });
      this.#change(room, key, { state: "ready", attachment });
    } catch (error) {
      this.#change(room, key, { state: "failed", error: error instanceof AccountError ? error.message : undefined });
    }
  }

  #find(room: string, key: string): Waiting | undefined {
    return this.#rooms.get(room)?.find((upload) => upload.key === key);
  }

  #change(room: string, key: string, change: Partial<Waiting>): void {
    const uploads = this.#rooms.get(room) ?? [];
    if (!uploads.some((upload) => upload.key === key)) return;
    this.#set(room, uploads.map((upload) => (upload.key === key ? { ...upload, ...change } : upload)));
  }

  #set(room: string, uploads: readonly Waiting[]): void {
    if (uploads.length > 0) this.#rooms.set(room, uploads);
    else this.#rooms.delete(room);
    this.#listeners.tell();
  }

  #release(uploads: readonly Waiting[]): void {
    for (const { preview } of uploads) if (preview) URL.revokeObjectURL(preview);
  }
}
