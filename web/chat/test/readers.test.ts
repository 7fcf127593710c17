import type { Client } from "@parlance/sdk";
import { expect, test, vi } from "vitest";
import { Readers } from "../src/session/readers.ts";

type Hear = Parameters<Client["listen"]>[0];

function listening(): { readers: Readers; hear: (event: object) => void } {
  let hear: Hear = () => undefined;
  const client = { listen: (listener: Hear) => (hear = listener) } as unknown as Client;
  const readers = new Readers(client);
  return {
    readers,
    hear: (event) => {
      hear(event as Parameters<Hear>[0]);
    },
  };
}

test("whoever has read further has read what stands before", () => {
  const { readers, hear } = listening();
  hear({ type: "read", room: "hall", user: "bob", seq: 7 });
  expect(readers.of("hall", 5)).toEqual(["bob"]);
  expect(readers.of("hall", 8)).toEqual([]);
  expect(readers.of("cellar", 1)).toEqual([]);
});

test("whoever writes has read what stands before", () => {
  const { readers, hear } = listening();
  hear({ type: "message", room: "hall", message: { seq: 9, sender: { id: "bob" } } });
  expect(readers.of("hall", 9)).toEqual(["bob"]);
});

test("a marker that is told late does not move back, and is no news", () => {
  const { readers, hear } = listening();
  hear({ type: "read", room: "hall", user: "bob", seq: 7 });
  const told = vi.fn();
  readers.listen(told);
  hear({ type: "read", room: "hall", user: "bob", seq: 3 });
  expect(readers.of("hall", 7)).toEqual(["bob"]);
  expect(told).not.toHaveBeenCalled();
});
