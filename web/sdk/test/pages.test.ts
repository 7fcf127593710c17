import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Backoff, Client, Timelines } from "../src/index.ts";
import { Server } from "./server.ts";

const SAID = 400;

let server: Server;
let client: Client;
let timelines: Timelines;

beforeEach(async () => {
  vi.useFakeTimers();
  server = new Server("hall");
  for (let count = 1; count <= SAID; count += 1) server.post("hall", {});
  client = new Client("http://chat.test", async () => Promise.resolve({ value: "token", expiresIn: 900 }), {
    backoff: new Backoff(() => 0.5),
    openSocket: server.open,
  });
  timelines = new Timelines(client);
  client.start();
  await vi.advanceTimersByTimeAsync(0);
  server.settle();
  await settled(timelines.open("hall"));
});

afterEach(() => {
  client.stop();
  vi.useRealTimers();
});

/** Lets frames arrive until something is done. */
async function settled(doing: Promise<unknown>): Promise<void> {
  const done = vi.fn();
  void doing.then(done);
  while (done.mock.calls.length === 0) {
    server.settle();
    await vi.advanceTimersByTimeAsync(1);
  }
}

/** The first and the last `seq` of what is shown; fails if there is a gap between. */
function shown(): [number, number] {
  const seqs = timelines.shown("hall").entries.map(({ message }) => message.seq);
  expect(seqs).toEqual(seqs.map((_, index) => seqs[0]! + index));
  return [seqs[0]!, seqs.at(-1)!];
}

test("what was said long ago is shown without all that was said since", async () => {
  await settled(timelines.lookBack("hall", 120));
  expect(shown()).toEqual([70, 169]);
  expect(timelines.get("hall").entries).toHaveLength(4);
});

test("until it is there, what was shown stays", async () => {
  const looking = timelines.lookBack("hall", 120);
  await vi.advanceTimersByTimeAsync(0);
  expect(shown()).toEqual([397, SAID]);
  await settled(looking);
});

test("from there one pages in both directions, to the first message and to the newest", async () => {
  await settled(timelines.lookBack("hall", 120));
  await settled(timelines.loadNewer("hall"));
  expect(shown()).toEqual([70, 219]);
  await settled(timelines.loadOlder("hall", 100));
  expect(shown()).toEqual([1, 219]);
  expect(timelines.shown("hall").complete).toBe(true);
  while (timelines.shown("hall").last < Infinity) await settled(timelines.loadNewer("hall"));
  expect(shown()).toEqual([1, SAID]);
  expect(timelines.shown("hall")).toBe(timelines.get("hall"));
  server.post("hall", {});
  server.settle();
  expect(shown()).toEqual([1, SAID + 1]);
});

test("a past that borders on what is known becomes one with it at once", async () => {
  await settled(timelines.lookBack("hall", SAID - 20));
  expect(shown()).toEqual([301, SAID]);
  expect(timelines.shown("hall")).toBe(timelines.get("hall"));
});

test("what is known already is not asked for", async () => {
  server.socket.written();
  await settled(timelines.lookBack("hall", SAID - 1));
  expect(server.socket.written()).toEqual([]);
  expect(shown()).toEqual([397, SAID]);
});

test("what changes in the past changes there, also while it is being loaded", async () => {
  const looking = timelines.lookBack("hall", 120);
  await vi.advanceTimersByTimeAsync(0);
  server.read(server.socket);
  const page = server.socket.down.shift()!;
  server.edit("hall", 130);
  server.socket.read();
  server.socket.down.push(page);
  await settled(looking);
  server.edit("hall", 100);
  server.settle();
  const bodies = timelines.shown("hall").entries.filter(({ message }) => message.body === "!");
  expect(bodies.map(({ message }) => message.seq)).toEqual([100, 130]);
});

test("new messages do not move the past, and are there when one comes back to them", async () => {
  await settled(timelines.lookBack("hall", 120));
  server.post("hall", {});
  server.settle();
  expect(shown()).toEqual([70, 169]);
  timelines.lookAhead("hall");
  expect(shown()).toEqual([397, SAID + 1]);
});

test("who looks elsewhere before it has come sees what was wanted last", async () => {
  const first = timelines.lookBack("hall", 60);
  await vi.advanceTimersByTimeAsync(0);
  await settled(timelines.lookBack("hall", 250));
  await settled(first);
  expect(shown()).toEqual([200, 299]);
});

test("where too much was missed, the past is loaded anew", async () => {
  await settled(timelines.lookBack("hall", 120));
  server.socket.cut();
  for (let seq = 100; seq < 110; seq += 1) server.edit("hall", seq);
  await vi.advanceTimersByTimeAsync(1000);
  server.settle();
  await vi.advanceTimersByTimeAsync(1);
  server.settle();
  await vi.advanceTimersByTimeAsync(1);
  expect(timelines.shown("hall").entries.find(({ message }) => message.seq === 105)!.message.body).toBe("!");
  expect(timelines.shown("hall").last).toBeLessThan(SAID);
});
