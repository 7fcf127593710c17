import { expect, test } from "vitest";
import { isWorthNotifying, titleOf } from "../src/notifications/worth-notifying.ts";
import { Drafts } from "../src/room/drafts.ts";
import { deviceName } from "../src/settings/device-name.ts";
import { roomName } from "../src/rooms/room-names.ts";
import { passwordStrength } from "../src/sign-in/password-strength.ts";
import { english } from "../src/text/english.ts";
import { german } from "../src/text/german.ts";
import { preferredLanguage } from "../src/text/languages.ts";

const ADA = { id: "ada", name: "Ada" };
const ROOM = {
  id: "r",
  name: "hall",
  kind: "public" as const,
  role: "member" as const,
  muted: false,
  seq: 1,
  revision: 1,
  read_seq: 0,
  unread: 1,
  last_message: null,
  people: [],
};

function message(body: string, sender = "bob") {
  return {
    id: "m",
    seq: 1,
    revision: 1,
    sender: { id: sender, name: sender, guest: false },
    kind: "text" as const,
    body,
    reply_to: null,
    attachments: [],
    sent_at: "2026-03-01T12:00:00Z",
    edited_at: null,
    deleted_at: null,
    reactions: [],
  };
}

test("one is told of others' messages, unless one looks at the room", () => {
  const away = { ...ADA, looksAt: undefined };
  expect(isWorthNotifying(message("Hi"), ROOM, away)).toBe(true);
  expect(isWorthNotifying(message("Hi"), ROOM, { ...ADA, looksAt: "other" })).toBe(true);
  expect(isWorthNotifying(message("Hi"), ROOM, { ...ADA, looksAt: "r" })).toBe(false);
  expect(isWorthNotifying(message("Hi", "ada"), ROOM, away)).toBe(false);
});

test("a muted room is silent unless one is mentioned", () => {
  const muted = { ...ROOM, muted: true };
  expect(isWorthNotifying(message("Hi all"), muted, { ...ADA, looksAt: undefined })).toBe(false);
  expect(isWorthNotifying(message("Hi @Ada"), muted, { ...ADA, looksAt: undefined })).toBe(true);
});

test("the title counts what is unread in rooms that are not muted", () => {
  expect(titleOf("Parlance", [])).toBe("Parlance");
  expect(titleOf("Parlance", [ROOM, { muted: true, unread: 7 }, { muted: false, unread: 2 }])).toBe("(3) Parlance");
  expect(titleOf("Parlance", [{ muted: false, unread: 120 }])).toBe("(99+) Parlance");
});

test("a draft is kept by person and room, and gone when it is empty", () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  new Drafts(storage, "ada").set("r", "half a thought");
  expect(new Drafts(storage, "ada").get("r")).toBe("half a thought");
  expect(new Drafts(storage, "bob").get("r")).toBe("");
  new Drafts(storage, "ada").set("r", "");
  expect(kept.size).toBe(0);
});

test("a direct room is called after the other one", () => {
  const people = [
    { id: "ada", name: "Ada", guest: false },
    { id: "bob", name: "Bob", guest: false },
  ];
  expect(roomName({ kind: "direct", name: "", people }, "ada")).toBe("Bob");
  expect(roomName({ kind: "direct", name: "", people: people.slice(0, 1) }, "ada")).toBe("Ada");
  expect(roomName(ROOM, "ada")).toBe("hall");
});

test("passwords are weighed: what the server refuses is 0, a long phrase is strong", () => {
  expect(passwordStrength("short")).toBe(0);
  expect(passwordStrength("aaaaaaaaaaaa")).toBe(1);
  expect(passwordStrength("correct horse battery")).toBe(4);
});

test("the language is the first that there is a catalogue for", () => {
  expect(preferredLanguage(["fr-FR", "de-AT", "en"])).toBe("de");
  expect(preferredLanguage(["fr"])).toBe("en");
});

test("every sentence has a form in each language, with its numbers and names", () => {
  for (const catalogue of [english, german]) {
    for (const [key, sentence] of Object.entries<unknown>({ ...catalogue.ui, ...catalogue })) {
      if (typeof sentence !== "function") continue;
      for (const number of [1, 2, 5]) {
        const names = Array.from({ length: number }, (_, index) => `Ada ${index}`);
        const first = key === "typing" || key === "seenBy" ? names : number;
        const said = (sentence as (...parts: unknown[]) => string)(first, number, "Ada", true);
        expect(said).not.toMatch(/undefined|NaN|\[object/);
      }
    }
  }
});

test.each([
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "Safari, iPhone"],
  ["Python/3.12 aiohttp/3.14", "Python"],
  ["", undefined],
])("%s is called %s", (userAgent, name) => {
  expect(deviceName(userAgent)).toBe(name);
});
