/** A conversation with everything in it that a list of messages must bear. */

import { Refused, type Attachment, type Entry, type Message, type Person } from "@parlance/sdk";
import type { MessageSetting } from "../src/index.ts";

const PICTURE =
  "data:image/svg+xml," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 5"><rect width="8" height="5" fill="#7ba7c4"/><path d="M0 5V4l2-2 2 1.5L6 1l2 2v2z" fill="#2f5d50"/></svg>',
  );

const nothing = (): void => undefined;

export const ADA: Person = { id: "ada", name: "Ada Quill", guest: false };
export const PEOPLE: readonly Person[] = [
  ADA,
  { id: "bo", name: "Bo", guest: false },
  { id: "max", name: "Maximiliana Featherstonehaugh-Vanderplank the Younger", guest: false },
  { id: "noor", name: "نور الهدى", guest: true },
];
const [, BO, MAX, NOOR] = PEOPLE as [Person, Person, Person, Person];

export const SETTING: MessageSetting = {
  me: { id: ADA.id, name: ADA.name },
  names: PEOPLE.map(({ name }) => name),
  nameOf: (id) => (id === ADA.id ? "you" : (PEOPLE.find((person) => person.id === id)?.name ?? id)),
  moderates: true,
  fileUrl: async () => Promise.resolve(PICTURE),
  actions: {
    reply: nothing,
    edit: nothing,
    remove: nothing,
    react: nothing,
    copyLink: nothing,
    retry: nothing,
    dismiss: nothing,
    jumpTo: nothing,
    openProfile: nothing,
  },
};

const MORNING = Date.parse("2026-03-02T09:12:00Z");
const MINUTE = 60_000;

export function messageOf(seq: number, sender: Person, body: string, minutes: number, more: Partial<Message> = {}): Message {
  return {
    id: `m${seq}`,
    seq,
    revision: seq,
    sender,
    kind: "text",
    body,
    reply_to: null,
    attachments: [],
    sent_at: new Date(MORNING + minutes * MINUTE).toISOString(),
    edited_at: null,
    deleted_at: null,
    reactions: [],
    ...more,
  };
}

const SHORE: Attachment = {
  id: "shore",
  name: "shore.jpg",
  media_type: "image/jpeg",
  size_bytes: 1_440_000,
  width: 1600,
  height: 1000,
  has_thumbnail: true,
};
const SOUNDINGS: Attachment = {
  ...SHORE,
  id: "soundings",
  name: "Soundings of the inner and the outer harbour, corrected for the tide, final version 3.csv",
  media_type: "application/octet-stream",
  has_thumbnail: false,
};

const CODE = "The whole thing is shorter than I feared:\n```ts\nexport function greet(name: string): string {\n  return `Hello, ${name}!`; // a line that goes on and on and on, further than any telephone is wide\n}\n```";
const LONG = Array.from({ length: 40 }, (_, line) => `${line + 1}. Step ${line + 1} of the move to the new office`).join("\n");
const AT = new Date(MORNING + 1500 * MINUTE).toISOString();

const STORED: readonly Message[] = [
  messageOf(1, BO, "Morning! Is the *harbour* survey ready?", 0),
  messageOf(2, BO, "No hurry, **Thursday** is fine.", 1, { edited_at: AT }),
  messageOf(3, ADA, "Nearly. See https://example.com/surveys/2026/harbour?sheet=soundings and `soundings.csv`.", 2, {
    reactions: [
      { emoji: "🎉", users: ["bo", "max"] },
      { emoji: "👍", users: ["ada"] },
    ],
  }),
  messageOf(4, MAX, "> No hurry, Thursday is fine.\n\nThen let us talk about it on Wednesday:\n\n- depth\n- drift\n- ~~cost~~", 30),
  messageOf(5, NOOR, "صباح الخير! هل يمكنني الانضمام إلى الاجتماع يوم الأربعاء؟", 31),
  messageOf(6, BO, "🎉🎉", 32, { reply_to: "m5" }),
  messageOf(7, ADA, CODE, 1500, { reply_to: "m4" }),
  messageOf(8, BO, "", 1501, { deleted_at: AT }),
  messageOf(9, BO, "", 1502, { attachments: [SHORE, SOUNDINGS] }),
  messageOf(10, MAX, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(3), 1510),
  messageOf(11, BO, LONG, 1511),
  messageOf(12, NOOR, `@${ADA.name} thank you, and @${BO.name} too. A reply to something that is not loaded:`, 1512, { reply_to: "gone" }),
];

export const ENTRIES: readonly Entry[] = [
  ...STORED.map((message): Entry => ({ message, state: "stored" })),
  { message: messageOf(0, ADA, "This one is on its way.", 1513, { id: "sending" }), state: "sending" },
  {
    message: messageOf(0, ADA, "And this one did not get through.", 1514, { id: "failed" }),
    state: "failed",
    error: new Refused("forbidden", "not_a_member", "You may not write here."),
  },
];
