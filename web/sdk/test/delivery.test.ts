/** Whatever the network does: everything that is sent is stored once and in order, everything shown is what is stored. */

import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Backoff, Client, Timelines, type ClientEvent, type Entry } from "../src/index.ts";
import { Server, type FakeSocket } from "./server.ts";

const ROOMS = ["hall", "lobby"];

const room = fc.constantFrom(...ROOMS);
const few = fc.integer({ min: 1, max: 5 });
const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant("send" as const), room }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("others post" as const), room, times: fc.integer({ min: 1, max: 8 }) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("somebody edits" as const), room, at: fc.nat(99) }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant("server reads" as const), count: few }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant("client reads" as const), count: few }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("cut" as const), stillArriving: fc.nat(5), overlap: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("something arrives late" as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("load older" as const), room }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("the server restarts" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("fail" as const),
      code: fc.constantFrom("unavailable", "rate_limited", "internal"),
      retry_after: fc.constantFrom(null, 3),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("pass time" as const), seconds: fc.constantFrom(0.5, 3, 20) }) },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

class World {
  readonly server = new Server(...ROOMS);
  readonly client = new Client("http://chat.test", async () => Promise.resolve({ value: "token", expiresIn: 1e6 }), {
    backoff: new Backoff(() => 0.5),
    openSocket: this.server.open,
    resume: Object.fromEntries(ROOMS.map((name) => [name, 0])),
  });
  readonly timelines = new Timelines(this.client);
  readonly sent = new Map<string, string[]>(ROOMS.map((name) => [name, []]));
  readonly late: [FakeSocket, string][] = [];
  readonly #revisions = new Map<string, number>();
  readonly #toldTwice: ClientEvent[] = [];

  async begin(): Promise<void> {
    this.client.listen((event) => {
      this.watch(event);
    });
    this.client.start();
    for (const name of ROOMS) void this.timelines.open(name);
    await this.pass(0);
  }

  async pass(seconds: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(seconds * 1000);
    if (this.server.socket.state === "connecting") this.server.socket.accept();
  }

  async do(action: Action): Promise<void> {
    const { server } = this;
    switch (action.type) {
      case "send":
        this.sent.get(action.room)!.push(this.timelines.send(action.room, "mine"));
        break;
      case "others post":
        for (let left = action.times; left; left -= 1) server.post(action.room, { body: "theirs" });
        break;
      case "somebody edits": {
        const { length } = server.logs.get(action.room)!;
        if (length) server.edit(action.room, 1 + (action.at % length));
        break;
      }
      case "server reads":
        server.read(server.socket, action.count);
        break;
      case "client reads":
        server.socket.read(action.count);
        break;
      case "cut":
        for (const text of server.socket.up.splice(0, action.stillArriving)) this.late.push([server.socket, text]);
        server.overlap = action.overlap;
        server.socket.cut();
        break;
      case "something arrives late": {
        const [arrival] = this.late.splice(0, 1);
        if (arrival) server.handle(...arrival);
        break;
      }
      case "load older":
        void this.timelines.loadOlder(action.room);
        break;
      case "the server restarts":
        server.socket.receive({ type: "reconnect", after_ms: 4000 });
        break;
      case "fail":
        server.faults.push({ code: action.code, retry_after: action.retry_after });
        break;
      case "pass time":
        await this.pass(action.seconds);
    }
    await this.pass(0);
    this.everythingStandsOnceAndInOrder();
  }

  async rest(): Promise<void> {
    while (this.late.length) await this.do({ type: "something arrives late" });
    for (let rounds = 0; rounds < 200; rounds += 1) {
      this.server.settle();
      await this.pass(0.5);
    }
  }

  /** An error in a listener would not end the test, so what is wrong is noted. */
  watch(event: ClientEvent): void {
    if (event.type === "answer" && "summary" in event.reply) this.#revisions.set(event.reply.room, event.reply.revision);
    if (event.type !== "message" && event.type !== "message_updated") return;
    if (event.revision <= (this.#revisions.get(event.room) ?? 0)) this.#toldTwice.push(event);
    this.#revisions.set(event.room, event.revision);
  }

  everythingStandsOnceAndInOrder(): void {
    expect(this.#toldTwice).toEqual([]);
    for (const name of ROOMS) {
      const { entries } = this.timelines.get(name);
      const ids = entries.map(({ message }) => message.id);
      expect(new Set(ids).size).toBe(ids.length);
      const seqs = entries.filter(isInPlace).map(({ message }) => message.seq);
      expect(seqs).toEqual([...seqs].sort((one, other) => one - other));
    }
  }

  everythingSentIsStoredOnceAndInOrder(): void {
    for (const [name, ids] of this.sent) {
      const mine = this.server.logs.get(name)!.filter(({ sender }) => sender.id === "ada");
      expect(mine.map(({ id }) => id)).toEqual(ids);
    }
    expect(this.client.unsent).toEqual([]);
  }

  everythingShownIsWhatIsStored(): void {
    for (const [name, log] of this.server.logs) {
      const { entries, live } = this.timelines.get(name);
      expect(live).toBe(true);
      expect(entries.length).toBeGreaterThanOrEqual(Math.min(log.length, 1));
      expect(entries.map(({ message }) => message)).toEqual(entries.length ? log.slice(-entries.length) : []);
      expect(entries.every(({ state }) => state === "stored")).toBe(true);
    }
  }
}

/** A stored message that waits for its page stands among the echoes. */
function isInPlace({ state }: Entry, index: number, entries: readonly Entry[]): boolean {
  return state === "stored" && entries.slice(0, index).every((entry) => entry.state === "stored");
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test("whatever the network does, nothing is missing, doubled, out of order or stale", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 60, size: "max" }), async (actions) => {
      const world = new World();
      await world.begin();
      for (const each of actions) await world.do(each);
      await world.rest();
      world.everythingSentIsStoredOnceAndInOrder();
      world.everythingShownIsWhatIsStored();
      world.client.stop();
      vi.clearAllTimers();
    }),
    { numRuns: 100 },
  );
}, 60_000);
