// @vitest-environment happy-dom
import { AccountError, type Attachment } from "@parlance/sdk";
import { MAX_ATTACHMENT_BYTES } from "@parlance/sdk/limits";
import { expect, test, vi } from "vitest";
import { Uploads } from "../src/attachments/uploads.ts";

/** A server that answers when it is told to. */
function server() {
  const asked: { name: string; answer: (attachment: Attachment) => void; refuse: (error: Error) => void }[] = [];
  const call = async (_route: string, { query }: { query: { name: string } }): Promise<Attachment> =>
    new Promise((answer, refuse) => {
      asked.push({ name: query.name, answer, refuse });
    });
  return { uploads: new Uploads({ call: call as never }), asked };
}

const file = (name: string, bytes = 1): File => new File([new Uint8Array(bytes)], name);
const stored = (name: string): Attachment => ({
  id: name,
  name,
  media_type: "text/plain",
  size_bytes: 1,
  width: 0,
  height: 0,
  has_thumbnail: false,
});
const states = (uploads: Uploads): string[] => uploads.of("hall").map(({ state }) => state);

test("three at a time are uploaded, and all are taken in the order in which they were attached", async () => {
  const { uploads, asked } = server();
  uploads.add("hall", ["a", "b", "c", "d"].map((name) => file(name)));
  await vi.waitFor(() => {
    expect(asked.map(({ name }) => name)).toEqual(["a", "b", "c"]);
  });
  asked[1]!.answer(stored("b"));
  await vi.waitFor(() => {
    expect(asked).toHaveLength(4);
  });
  for (const each of asked) each.answer(stored(each.name));
  await vi.waitFor(() => {
    expect(states(uploads)).toEqual(["ready", "ready", "ready", "ready"]);
  });
  expect(uploads.take("hall").map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
  expect(uploads.of("hall")).toEqual([]);
});

test("what fails says why and can be tried again", async () => {
  const { uploads, asked } = server();
  uploads.add("hall", [file("a")]);
  await vi.waitFor(() => {
    expect(asked).toHaveLength(1);
  });
  asked[0]!.refuse(new AccountError(429, "Too many files."));
  await vi.waitFor(() => {
    expect(uploads.of("hall")[0]).toMatchObject({ state: "failed", error: "Too many files." });
  });
  uploads.retry("hall", uploads.of("hall")[0]!.key);
  await vi.waitFor(() => {
    expect(asked).toHaveLength(2);
  });
  asked[1]!.answer(stored("a"));
  await vi.waitFor(() => {
    expect(states(uploads)).toEqual(["ready"]);
  });
});

test("what is too large is not uploaded", () => {
  const { uploads, asked } = server();
  uploads.add("hall", [file("film", MAX_ATTACHMENT_BYTES + 1)]);
  expect(states(uploads)).toEqual(["too-large"]);
  expect(asked).toEqual([]);
});

test("the eleventh file waits until one of the ten is taken away", async () => {
  const { uploads, asked } = server();
  uploads.add("hall", Array.from({ length: 11 }, (_, index) => file(`${index}`)));
  expect(states(uploads).at(-1)).toBe("too-many");
  uploads.remove("hall", uploads.of("hall")[0]!.key);
  expect(states(uploads).at(-1)).toBe("waiting");
  while (states(uploads).includes("waiting")) {
    for (const each of asked) each.answer(stored(each.name));
    await Promise.resolve();
  }
  expect(uploads.take("hall").map(({ id }) => id)).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
});

test("what is taken away while it is uploaded does not come back", async () => {
  const { uploads, asked } = server();
  uploads.add("hall", [file("a")]);
  await vi.waitFor(() => {
    expect(asked).toHaveLength(1);
  });
  uploads.remove("hall", uploads.of("hall")[0]!.key);
  asked[0]!.answer(stored("a"));
  await Promise.resolve();
  expect(uploads.of("hall")).toEqual([]);
});
