import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Backoff, Client, Timeline, Timelines } from "../src/index.ts";
import { Server } from "./server.ts";

let server: Server;
let client: Client;
let timelines: Timelines;

beforeEach(async () => {
  vi.useFakeTimers();
  server = new Server("hall");
  client = new Client("http://chat.test", async () => Promise.resolve({ value: "token", expiresIn: 900 }), {
    backoff: new Backoff(() => 0.5),
    openSocket: server.open,
  });
  timelines = new Timelines(client);
  client.start();
  await vi.advanceTimersByTimeAsync(0);
  server.settle();
});

afterEach(() => {
  client.stop();
  vi.useRealTimers();
});

/** Text and state of everything that is to be seen. */
const seen = (): string[] => timelines.get("hall").entries.map(({ message, state }) => `${message.body} ${state}`);

async function open(): Promise<void> {
  const opening = timelines.open("hall");
  server.settle();
  await opening;
}

test("what is sent is to be seen at once, and becomes what is stored under the same id", async () => {
  await open();
  const id = timelines.send("hall", "Hello");
  expect(seen()).toEqual(["Hello sending"]);
  server.settle();
  expect(seen()).toEqual(["Hello stored"]);
  expect(timelines.get("hall").entries[0]!.message).toMatchObject({ id, seq: 1, sender: { name: "Ada" } });
});

test("what others said meanwhile stands before it", async () => {
  await open();
  timelines.send("hall", "mine");
  server.post("hall", { body: "theirs" });
  server.socket.read();
  expect(seen()).toEqual(["theirs stored", "mine sending"]);
  server.settle();
  expect(seen()).toEqual(["theirs stored", "mine stored"]);
});

test("what is refused stays in place until it is tried again", async () => {
  await open();
  server.faults.push({ code: "forbidden", retry_after: null });
  const id = timelines.send("hall", "Hello");
  server.settle();
  expect(seen()).toEqual(["Hello failed"]);
  expect(timelines.get("hall").entries[0]!.error?.reason).toBe("FAULT");
  timelines.retry("hall", id);
  expect(seen()).toEqual(["Hello sending"]);
  server.settle();
  expect(seen()).toEqual(["Hello stored"]);
  expect(server.logs.get("hall")).toMatchObject([{ id }]);
});

test("what is taken away before it is sent is not sent", async () => {
  await open();
  timelines.send("hall", "one");
  const id = timelines.send("hall", "two");
  timelines.dismiss("hall", id);
  expect(seen()).toEqual(["one sending"]);
  server.settle();
  await vi.advanceTimersByTimeAsync(0);
  expect(server.logs.get("hall")).toHaveLength(1);
});

test("a message that others edit, delete or react to changes in its place", async () => {
  server.post("hall", { body: "one" });
  server.post("hall", { body: "two" });
  await open();
  server.edit("hall", 1);
  server.settle();
  expect(seen()).toEqual(["one! stored", "two stored"]);
});

test("pages back to the first message, and does not lose an edit that overtakes the page", async () => {
  for (let count = 1; count <= 8; count += 1) server.post("hall", { body: `${count}` });
  await open();
  expect(timelines.get("hall")).toMatchObject({ first: 5, complete: false });
  const loading = timelines.loadOlder("hall");
  void timelines.loadOlder("hall");
  server.read(server.socket);
  const page = server.socket.down.shift()!;
  server.edit("hall", 2);
  server.socket.read();
  server.socket.down.push(page);
  server.settle();
  await loading;
  expect(seen()).toEqual(["1", "2!", "3", "4", "5", "6", "7", "8"].map((body) => `${body} stored`));
  expect(timelines.get("hall").complete).toBe(true);
});

test("a room in which too much was missed is to be seen as it was until it is loaded anew", async () => {
  server.post("hall", { body: "old" });
  await open();
  server.socket.cut();
  for (let count = 1; count <= 9; count += 1) server.post("hall", { body: `new ${count}` });
  await vi.advanceTimersByTimeAsync(1000);
  server.socket.accept();
  server.read(server.socket);
  server.socket.read();
  expect(seen()).toEqual(["old stored"]);
  expect(timelines.get("hall").live).toBe(false);
  server.settle();
  expect(seen()).toEqual(["new 6 stored", "new 7 stored", "new 8 stored", "new 9 stored"]);
});

test("what was stored though its answer was lost is not to be seen twice", async () => {
  const opening = timelines.open("hall");
  timelines.send("hall", "mine");
  server.read(server.socket);
  server.socket.cut();
  await vi.advanceTimersByTimeAsync(1000);
  server.socket.accept();
  for (let frames = 0; frames < 3; frames += 1) {
    server.read(server.socket, 1);
    server.socket.read();
    expect(seen()).toHaveLength(1);
  }
  await opening;
  expect(seen()).toEqual(["mine stored"]);
});

test("a room that was left on another device is not entered again", async () => {
  server.post("hall", { body: "old" });
  await open();
  server.socket.cut();
  await vi.advanceTimersByTimeAsync(1000);
  server.socket.accept();
  server.socket.written();
  const welcome = { type: "welcome", id: 2, session: "s", user: client.user, rooms: [], heartbeat_seconds: 15 };
  server.socket.receive({ ...welcome, reset: ["hall"] });
  expect(server.socket.written()).toEqual([]);
  expect(timelines.get("hall").live).toBe(false);
});

test("a page that has what was sent takes the place of its echo", () => {
  const message = server.post("hall", { id: "mine" });
  const timeline = new Timeline();
  timeline.echo({ ...message, seq: 0, revision: 0 });
  timeline.restart([message]);
  expect(timeline.entries).toEqual([{ message, state: "stored" }]);
});

test("entries are the same array until something changes", async () => {
  await open();
  const heard = vi.fn();
  timelines.listen(heard);
  const { entries } = timelines.get("hall");
  expect(timelines.get("hall").entries).toBe(entries);
  server.post("hall", {});
  server.settle();
  expect(timelines.get("hall").entries).not.toBe(entries);
  expect(heard).toHaveBeenCalledWith("hall");
});

test("a room that one is removed from is forgotten", async () => {
  server.post("hall", { body: "secret" });
  await open();
  server.socket.receive({ type: "member_left", room: "hall", user: client.user, removed: true });
  expect(seen()).toEqual([]);
});
