import { expect, test } from "vitest";
import { openedBy, queryOf, roomOf } from "../src/places/opened.ts";

test("an address says what is open, and is made of it again", () => {
  expect(openedBy("?panel=members&dialog=invite")).toMatchObject({ panel: "members", dialog: "invite" });
  expect(queryOf({ panel: "members", dialog: "invite" })).toBe("?panel=members&dialog=invite");
  expect(queryOf({ panel: undefined })).toBe("");
});

test("what an address cannot open is passed over", () => {
  expect(openedBy("panel=cellar&dialog=")).toEqual({ panel: undefined, dialog: undefined, person: undefined });
});

test("a path names a room, and in a link to a message its place", () => {
  expect(roomOf("/rooms/019ab7c2")).toEqual({ room: "019ab7c2" });
  expect(roomOf("/rooms/019ab7c2/messages/36")).toEqual({ room: "019ab7c2", seq: 36 });
  expect(roomOf("/rooms/caf%C3%A9")).toEqual({ room: "café" });
});

test("what is no place in a room names none", () => {
  for (const path of ["/", "/rooms", "/rooms/a/messages/0", "/rooms/a/messages/x", "/rooms/a/b", "/rooms/a/messages/-1"]) {
    expect(roomOf(path)).toBeUndefined();
  }
});
