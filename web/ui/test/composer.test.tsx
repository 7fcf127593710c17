// @vitest-environment happy-dom
import { cleanup, render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { Composer, type ComposerProps } from "../src/composer/composer.tsx";

afterEach(cleanup);

/** A composer that keeps its draft, as a screen does. */
function show(props: Partial<ComposerProps> = {}) {
  const spies = { onSend: vi.fn(), onTyping: vi.fn(), onCancel: vi.fn(), onEditLast: vi.fn() };
  function Screen() {
    const [draft, setDraft] = useState(props.draft ?? "");
    return (
      <Composer
        room="lobby"
        names={["Ada Lovelace", "Bob"]}
        {...spies}
        {...props}
        draft={draft}
        onDraft={setDraft}
        onSend={(text) => {
          spies.onSend(text);
          setDraft("");
        }}
      />
    );
  }
  render(<Screen />);
  const area = screen.getByRole<HTMLTextAreaElement>("combobox", { name: "Message lobby" });
  area.focus();
  return { ...spies, area, user: userEvent.setup() };
}

test("Enter sends, Shift and Enter begin a new line", async () => {
  const { user, area, onSend } = show();
  await user.type(area, "one{Shift>}{Enter}{/Shift}two{Enter}");
  expect(onSend).toHaveBeenCalledExactlyOnceWith("one\ntwo");
  expect(area.value).toBe("");
});

test("nothing is not sent", async () => {
  const { user, area, onSend } = show();
  await user.type(area, "   {Enter}");
  expect(onSend).not.toHaveBeenCalled();
});

test("too much is counted and not sent", async () => {
  const { user, area, onSend } = show({ draft: "x".repeat(4001) });
  expect(screen.getByText("1 character too many")).toBeTruthy();
  await user.type(area, "{Enter}");
  expect(onSend).not.toHaveBeenCalled();
});

test("a name is completed with Enter, which then sends nothing", async () => {
  const { user, area, onSend } = show();
  await user.type(area, "Hi @lov");
  expect(screen.getByRole("option", { name: "Ada Lovelace", selected: true })).toBeTruthy();
  await user.keyboard("{Enter}");
  expect(area.value).toBe("Hi @Ada Lovelace ");
  expect(onSend).not.toHaveBeenCalled();
});

test("Escape closes the completion and leaves the text", async () => {
  const { user, area } = show();
  await user.type(area, "@b{Escape}");
  expect(screen.queryByRole("option")).toBeNull();
  expect(area.value).toBe("@b");
});

test("the arrow up edits the last message where nothing is written", async () => {
  const { user, area, onEditLast } = show();
  await user.type(area, "x{ArrowUp}");
  expect(onEditLast).not.toHaveBeenCalled();
  await user.type(area, "{Backspace}{ArrowUp}");
  expect(onEditLast).toHaveBeenCalledOnce();
});

test("others are told that one writes", async () => {
  const { user, area, onTyping } = show();
  await user.type(area, "Hi");
  expect(onTyping).toHaveBeenCalledTimes(2);
});
