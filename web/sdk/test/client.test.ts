import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { AccountError, Backoff, Client, Refused, Stopped, type ClientEvent, type Token } from "../src/index.ts";
import { Server } from "./server.ts";

let server: Server;
let events: ClientEvent[];
let credentials: ReturnType<typeof vi.fn<() => Promise<Token>>>;
let client: Client;

beforeEach(async () => {
  vi.useFakeTimers();
  server = new Server("hall", "lobby");
  events = [];
  credentials = vi.fn(async () => Promise.resolve({ value: `token ${credentials.mock.calls.length}`, expiresIn: 900 }));
  client = new Client("https://chat.test/", credentials, {
    backoff: new Backoff(() => 0.5),
    openSocket: server.open,
  });
  client.listen((event) => events.push(event));
  client.start();
  await pass(0);
});

afterEach(() => {
  client.stop();
  vi.useRealTimers();
});

const pass = async (seconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(seconds * 1000);

/** Let time pass on a connection that works. */
async function live(seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left -= 1) {
    await pass(Math.min(left, 1));
    server.settle();
  }
}

const ignore = (): void => undefined;

const offline = (): ClientEvent | undefined => events.findLast(({ type }) => type === "offline");

describe("connecting", () => {
  test("begins with a socket of the protocol and a token", () => {
    expect([server.socket.url, server.socket.protocol]).toEqual(["wss://chat.test/ws", "parlance.v1"]);
    expect(client.state).toBe("connecting");
    server.socket.accept();
    expect(server.socket.written()).toEqual([{ type: "auth", id: 1, token: "token 1" }]);
  });

  test("ends with a welcome", () => {
    server.settle();
    expect(client.state).toBe("online");
    expect(client.user?.name).toBe("Ada");
    expect(events.map(({ type }) => type)).toEqual(["connecting", "online"]);
  });

  test("is tried again after waits that grow, with the same token", async () => {
    for (const wait of [0.5, 1, 2, 4]) {
      server.socket.cut();
      expect(offline()).toMatchObject({ code: 1006, retrySeconds: wait });
      await pass(wait - 0.01);
      expect(client.state).toBe("offline");
      await pass(0.01);
      expect(client.state).toBe("connecting");
    }
    expect(credentials).toHaveBeenCalledOnce();
  });

  test("is given up when the socket does not open", async () => {
    await pass(20);
    expect(offline()).toMatchObject({ code: 1006, reason: "CONNECT_TIMEOUT" });
  });

  test("happens at once when the network is back", async () => {
    server.socket.cut();
    client.nudge();
    await pass(0);
    expect(server.sockets).toHaveLength(2);
    await pass(60);
    expect(server.sockets.filter(({ state }) => state !== "closed")).toHaveLength(1);
  });

  test("resumes what was seen", async () => {
    server.settle();
    server.post("hall", { body: "seen" });
    server.settle();
    server.socket.cut();
    server.post("hall", { body: "missed" });
    await pass(1);
    server.settle();
    expect(events.filter(({ type }) => type.startsWith("message"))).toMatchObject([
      { message: { body: "seen" } },
      { message: { body: "missed" } },
    ]);
    expect(client.revisions).toEqual({ hall: 2, lobby: 0 });
  });
});

describe("a token", () => {
  test("is renewed on the same connection when four fifths of its life are over", async () => {
    server.settle();
    await live(725);
    expect(credentials).toHaveBeenCalledTimes(2);
    expect(server.sockets).toHaveLength(1);
    expect(client.state).toBe("online");
  });

  test("that cannot be had for the moment is asked for again", async () => {
    server.settle();
    credentials.mockRejectedValueOnce(new AccountError(503, "Not now."));
    await live(730);
    expect(credentials).toHaveBeenCalledTimes(3);
    expect(server.sockets).toHaveLength(1);
  });

  test("that is refused is replaced at once, but only one time", async () => {
    server.settle();
    server.socket.cut(4401, "TOKEN_EXPIRED");
    await pass(0);
    server.socket.accept();
    expect(server.socket.written()).toMatchObject([{ token: "token 2" }]);
    server.socket.cut(4401, "TOKEN_INVALID");
    expect(offline()).toMatchObject({ reason: "TOKEN_INVALID", retrySeconds: null });
    expect(client.state).toBe("stopped");
  });

  test("that there is none of ends the client", async () => {
    credentials.mockRejectedValue(new AccountError(401, "The session has ended.", "SESSION_ENDED"));
    server.socket.cut(4401);
    await pass(0);
    expect(offline()).toMatchObject({ reason: "SESSION_ENDED", retrySeconds: null });
  });
});

describe("a connection", () => {
  test("on which nothing comes is left after two heartbeats", async () => {
    server.settle();
    await pass(29.9);
    expect(client.state).toBe("online");
    await pass(0.2);
    expect(offline()).toMatchObject({ code: 1006, reason: "SILENT" });
  });

  test("that does not answer after a sleep is left within seconds", async () => {
    server.settle();
    client.nudge();
    await pass(5);
    expect(offline()).toMatchObject({ reason: "SILENT" });
  });

  test("that answers after a sleep stays", async () => {
    server.settle();
    client.nudge();
    server.settle();
    await pass(6);
    expect(client.state).toBe("online");
  });

  test("to a server that stops is made anew at a random moment within the time", async () => {
    server.settle();
    server.socket.receive({ type: "reconnect", after_ms: 4000 });
    await pass(1.9);
    expect(server.sockets).toHaveLength(1);
    await pass(0.2);
    expect(server.sockets).toHaveLength(2);
  });

  test("that brings nonsense is closed for good", () => {
    server.settle();
    server.socket.receive({ type: "message", room: 1 });
    expect(offline()).toMatchObject({ code: 4400, retrySeconds: null });
    expect(server.socket.state).toBe("closed");
  });

  test("that was left says nothing any more", async () => {
    server.settle();
    const [former] = server.sockets;
    client.stop();
    client.start();
    await pass(0);
    former!.cut(4403);
    expect(client.state).toBe("connecting");
  });
});

describe("a request", () => {
  test("waits for the connection and beyond its loss", async () => {
    const joining = client.join("hall");
    server.socket.accept();
    server.socket.cut();
    await pass(1);
    server.settle();
    await expect(joining).resolves.toMatchObject({ room: "hall", reset: true });
  });

  test("fails with what the server says", async () => {
    server.settle();
    server.faults.push({ code: "forbidden", retry_after: null });
    const sending = client.send("hall", "Hello");
    server.settle();
    await expect(sending).rejects.toThrow(new Refused("forbidden", "FAULT", "Not now."));
  });

  test("fails when the client is stopped, though what is unsent can be kept", async () => {
    const sending = client.send("hall", "Hello", { messageId: "an id" });
    client.stop();
    await expect(sending).rejects.toThrow(Stopped);
    await expect(client.join("hall")).rejects.toThrow(Stopped);
    expect(client.unsent).toMatchObject([{ room: "hall", message_id: "an id", body: "Hello" }]);
  });

  test("that is too big is refused before it costs the connection", async () => {
    await expect(client.send("hall", "x".repeat(70_000))).rejects.toThrow(Refused);
    expect(client.unsent).toEqual([]);
  });

  test("that is withdrawn lets those behind it go", async () => {
    server.settle();
    const withdrawal = new AbortController();
    const first = client.send("hall", "one", { signal: withdrawal.signal });
    client.send("hall", "two").catch(ignore);
    server.socket.written();
    withdrawal.abort();
    await expect(first).rejects.toThrow("aborted");
    expect(server.socket.written()).toMatchObject([{ body: "two" }]);
  });

  test("is answered before the events that follow it are told, and may be made by a listener", async () => {
    server.settle();
    client.listen((event) => {
      if (event.type === "message" && event.message.body === "ping") void client.send("hall", "pong");
    });
    server.post("hall", { body: "ping" });
    server.settle();
    await pass(0);
    expect(server.logs.get("hall")).toMatchObject([{ body: "ping" }, { body: "pong" }]);
  });
});

describe("what is done often", () => {
  test("typing is told every three seconds, and once when it ends", async () => {
    server.settle();
    for (let strokes = 0; strokes < 8; strokes += 1) {
      client.typing("hall");
      await pass(0.5);
    }
    client.typing("hall", false);
    client.typing("hall", false);
    expect(server.socket.written()).toEqual([
      { type: "typing", room: "hall", on: true },
      { type: "typing", room: "hall", on: true },
      { type: "typing", room: "hall", on: false },
    ]);
  });

  test("after a message typing begins anew", () => {
    server.settle();
    client.typing("hall");
    client.send("hall", "Hello").catch(ignore);
    client.typing("hall");
    expect(server.socket.written().map(({ type }) => type)).toEqual(["typing", "send_message", "typing"]);
  });

  test("typing is not kept for later", () => {
    client.typing("hall");
    server.socket.accept();
    server.read(server.socket);
    server.socket.read();
    expect(server.socket.written()).toEqual([]);
    client.typing("hall");
    expect(server.socket.written()).toHaveLength(1);
  });

  test("a read marker moves at once, then once a second to where one has come", async () => {
    server.settle();
    for (const seq of [1, 2, 5, 4]) client.markRead("hall", seq);
    expect(server.socket.written()).toMatchObject([{ type: "mark_read", seq: 1 }]);
    await pass(1);
    expect(server.socket.written()).toMatchObject([{ type: "mark_read", seq: 5 }]);
    client.markRead("hall", 5);
    await pass(5);
    expect(server.socket.written()).toEqual([]);
  });
});

test("a listener that throws does not keep others from hearing", () => {
  vi.stubGlobal("queueMicrotask", vi.fn());
  const heard = vi.fn();
  client.listen(() => {
    throw new Error("mine");
  });
  client.listen(heard);
  server.settle();
  expect(heard).toHaveBeenCalledOnce();
  expect(queueMicrotask).toHaveBeenCalledOnce();
  vi.unstubAllGlobals();
});
