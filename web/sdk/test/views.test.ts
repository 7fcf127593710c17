import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Client } from "../src/index.ts";
import { People, RoomList } from "../src/views/index.ts";
import { ADA, BOB, Server } from "./server.ts";

let server: Server;
let client: Client;
let list: RoomList;
let people: People;

beforeEach(async () => {
  vi.useFakeTimers();
  server = new Server("hall", "lobby");
  server.post("lobby", { body: "first" });
  const credentials = async (): Promise<{ value: string; expiresIn: number }> =>
    Promise.resolve({ value: "token", expiresIn: 900 });
  client = new Client("http://chat.test", credentials, { openSocket: server.open });
  list = new RoomList(client);
  people = new People(client);
  client.start();
  await vi.advanceTimersByTimeAsync(0);
  server.settle();
});

afterEach(() => {
  client.stop();
  vi.useRealTimers();
});

test("rooms stand in the order of their last messages", () => {
  expect(list.rooms.map(({ id }) => id)).toEqual(["lobby", "hall"]);
});

test("what comes counts as unread, however often it is told, until it is read somewhere", () => {
  server.post("hall", { body: "one" });
  server.post("hall", { body: "two" });
  server.edit("hall", 1);
  server.settle();
  expect(list.get("hall")).toMatchObject({ unread: 2, last_message: { body: "two" } });
  server.socket.receive({ type: "read", room: "hall", user: ADA.id, seq: 1 });
  expect(list.get("hall")).toMatchObject({ unread: 1, read_seq: 1 });
  server.socket.receive({ type: "read", room: "hall", user: BOB.id, seq: 2 });
  expect(list.get("hall")?.unread).toBe(1);
  client.markRead("hall", 2);
  server.settle();
  expect(list.get("hall")?.unread).toBe(0);
});

test("a last message that is edited is the last one still", () => {
  server.edit("lobby", 1);
  server.settle();
  expect(list.get("lobby")).toMatchObject({ unread: 1, last_message: { body: "first!" } });
});

test("rooms come, change their names and go", () => {
  server.socket.receive({ type: "room_created", room: { ...server.summary("hall"), id: "new", name: "New" } });
  server.socket.receive({ type: "room_updated", room: "new", name: "Newer", topic: "" });
  expect(list.get("new")?.name).toBe("Newer");
  server.socket.receive({ type: "member_left", room: "new", user: BOB, removed: false });
  expect(list.get("new")).toBeDefined();
  server.socket.receive({ type: "member_left", room: "new", user: ADA, removed: true });
  expect(list.get("new")).toBeUndefined();
  void client.leave("hall");
  server.settle();
  expect(list.rooms.map(({ id }) => id)).toEqual(["lobby"]);
});

test("whoever writes has stopped after six seconds, when they say so, and when their message comes", async () => {
  const typing = { type: "typing", room: "hall", user: BOB, on: true };
  const writing = (): string[] => people.typing("hall").map(({ name }) => name);
  server.socket.receive(typing);
  await vi.advanceTimersByTimeAsync(4000);
  server.socket.receive(typing);
  await vi.advanceTimersByTimeAsync(4000);
  expect(writing()).toEqual(["Bob"]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(writing()).toEqual([]);
  server.socket.receive(typing);
  server.socket.receive({ ...typing, on: false });
  expect(writing()).toEqual([]);
  server.socket.receive(typing);
  server.post("hall", {});
  server.settle();
  expect(writing()).toEqual([]);
});

test("listeners are told of many who come and go only now and then", async () => {
  const heard = vi.fn();
  people.listen(heard);
  for (let count = 0; count < 50; count += 1) {
    server.socket.receive({ type: "presence", room: "hall", user: BOB, online: count % 2 === 1 });
  }
  expect(people.isOnline(BOB.id)).toBe(true);
  await vi.advanceTimersByTimeAsync(250);
  expect(heard).toHaveBeenCalledOnce();
});

test("without a connection nobody is known to be there", () => {
  people.note(BOB.id, true);
  server.socket.cut();
  expect(people.isOnline(BOB.id)).toBe(false);
});
