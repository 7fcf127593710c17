import { expect, test } from "vitest";
import { fileSize, pictureSize } from "../src/attachments/measures.ts";
import { preview } from "../src/message/preview.ts";

const file = { id: "1", name: "a b.png", media_type: "image/png", size_bytes: 1, width: 1, height: 1, has_thumbnail: true };

test.each([
  [1, "1 kB"],
  [999_499, "999 kB"],
  [1_440_000, "1.4 MB"],
])("%d bytes are %s", (bytes, said) => {
  expect(fileSize(bytes, "en")).toBe(said);
});

test.each([
  [{ width: 100, height: 50 }, { width: 100, height: 50 }],
  [{ width: 4000, height: 2000 }, { width: 400, height: 200 }],
  [{ width: 1000, height: 4000 }, { width: 80, height: 320 }],
  [{ width: 4000, height: 10 }, { width: 400, height: 40 }],
])("a picture of %o is shown as %o", (picture, shown) => {
  expect(pictureSize(picture)).toEqual(shown);
});

test("a message without words is known by its files", () => {
  expect(preview({ body: "one\n two", attachments: [file] }, 5)).toBe("one t");
  expect(preview({ body: " ", attachments: [file, { ...file, name: "c" }] }, 50)).toBe("a b.png, c");
});
