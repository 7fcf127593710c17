import type { Message } from "@parlance/sdk";
import { MAX_BODY_CHARACTERS } from "@parlance/sdk/limits";
import { ArrowUp, CornerUpLeft, Pencil, Smile, X } from "lucide-react";
import { lazy, Suspense, useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import { useUiText } from "../i18n/text.tsx";
import { IconButton } from "../primitives/button.tsx";
import { AttachButton } from "./attach-button.tsx";
import { Chips, type Upload } from "./chips.tsx";
import { complete } from "./completion.ts";
import styles from "./composer.module.css";
import { useCompletion } from "./use-completion.ts";

const EmojiPopover = lazy(() => import("../emoji/emoji-popover.tsx"));

const COUNTED_FROM = 500;

export interface ComposerProps {
  /** Where one writes to. */
  readonly room: string;
  readonly draft: string;
  readonly onDraft: (text: string) => void;
  readonly onSend: (text: string) => void;
  readonly onTyping: () => void;
  /** Who can be mentioned. */
  readonly names: readonly string[];
  readonly replyTo?: Message | undefined;
  /** The message whose text is being replaced. */
  readonly editing?: Message | undefined;
  /** Neither reply nor edit. */
  readonly onCancel: () => void;
  /** Called where there is nothing written and the arrow up is pressed. */
  readonly onEditLast: () => void;
  /** Missing where no files can be sent. */
  readonly files?: ComposerFiles | undefined;
}

/** What is sent beside the text; nothing goes before all of it is uploaded. */
export interface ComposerFiles {
  readonly uploads: readonly Upload[];
  readonly onAdd: (files: readonly File[]) => void;
  readonly onRemove: (key: string) => void;
  readonly onRetry: (key: string) => void;
}

/** Where messages are written. Enter sends, Shift and Enter begin a new line. */
export function Composer(props: ComposerProps) {
  const { room, draft, onDraft, onSend, onTyping, names, replyTo, editing, onCancel, onEditLast } = props;
  const text = useUiText();
  const area = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState(draft.length);
  const [chosen, setChosen] = useState(0);
  const [dismissed, setDismissed] = useState<string>();
  const [picking, setPicking] = useState(false);
  const listId = useId();
  const offered = useCompletion(draft, caret, names);
  const completion = dismissed === draft ? undefined : offered;
  const selected = completion && Math.min(chosen, completion.options.length - 1);
  const length = Array.from(draft).length;
  const left = MAX_BODY_CHARACTERS - length;
  const files = editing ? undefined : props.files;
  const uploads = files?.uploads ?? [];
  const hasFiles = uploads.length > 0 || (editing?.attachments.length ?? 0) > 0;
  const sendable = (draft.trim() !== "" || hasFiles) && left >= 0 && uploads.every(({ state }) => state === "ready");

  useLayoutEffect(() => {
    const element = area.current!;
    element.style.blockSize = "auto";
    element.style.blockSize = `${element.scrollHeight}px`;
  }, [draft]);
  useEffect(() => {
    if (replyTo || editing) area.current?.focus();
  }, [replyTo, editing]);

  const write = (value: string, at = value.length): void => {
    onDraft(value);
    setCaret(at);
    setChosen(0);
    requestAnimationFrame(() => area.current?.setSelectionRange(at, at));
  };
  const choose = (value: string): void => {
    if (!completion) return;
    const completed = complete(draft, caret, completion.wanted, value);
    write(completed.text, completed.caret);
  };
  const insert = (value: string): void => {
    const at = area.current?.selectionStart ?? draft.length;
    write(draft.slice(0, at) + value + draft.slice(at), at + value.length);
    area.current?.focus();
  };
  const send = (): void => {
    if (!sendable) return;
    onSend(draft);
    setCaret(0);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const handled = completion && selected !== undefined ? completing(event, selected, completion.options.length) : writing(event);
    if (handled) event.preventDefault();
  };
  const completing = (event: KeyboardEvent, at: number, count: number): boolean => {
    switch (event.key) {
      case "ArrowDown":
        setChosen((at + 1) % count);
        return true;
      case "ArrowUp":
        setChosen((at + count - 1) % count);
        return true;
      case "Enter":
      case "Tab":
        choose(completion!.options[at]!.value);
        return true;
      case "Escape":
        setDismissed(draft);
        event.stopPropagation();
        return true;
      default:
        return false;
    }
  };
  const writing = (event: KeyboardEvent): boolean => {
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      send();
      return true;
    }
    if (event.key === "ArrowUp" && draft === "" && !editing) {
      onEditLast();
      return true;
    }
    if (event.key === "Escape" && (replyTo || editing)) {
      event.stopPropagation();
      onCancel();
      return true;
    }
    return false;
  };

  const emojiButton = (
    <IconButton
      label={text.emoji}
      aria-expanded={picking}
      onClick={() => {
        setPicking(true);
      }}
    >
      <Smile size={20} strokeWidth={1.5} />
    </IconButton>
  );

  return (
    <form
      className={styles["composer"]}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {completion && (
        <ul id={listId} role="listbox" aria-label={completion.wanted.kind === "person" ? text.people : text.emoji} className={styles["options"]}>
          {completion.options.map(({ value, label }, index) => (
            <li
              key={value}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === selected}
              onPointerDown={(event) => {
                event.preventDefault();
                choose(value);
              }}
            >
              {label}
            </li>
          ))}
        </ul>
      )}
      {(replyTo ?? editing) && (
        <div className={styles["about"]}>
          {editing ? <Pencil size={14} strokeWidth={1.5} /> : <CornerUpLeft size={14} strokeWidth={1.5} />}
          <span className={styles["aboutText"]} dir="auto">
            {editing ? text.editing : text.replyingTo(replyTo!.sender.name)}
          </span>
          <IconButton label={text.cancel} onClick={onCancel}>
            <X size={16} strokeWidth={1.5} />
          </IconButton>
        </div>
      )}
      {files && <Chips uploads={uploads} onRemove={files.onRemove} onRetry={files.onRetry} />}
      <div className={styles["row"]}>
        {files && <AttachButton onFiles={files.onAdd} />}
        <textarea
          ref={area}
          rows={1}
          className={styles["area"]}
          dir="auto"
          value={draft}
          placeholder={text.writeTo(room)}
          aria-label={text.writeTo(room)}
          role="combobox"
          aria-expanded={completion !== undefined}
          aria-autocomplete="list"
          aria-haspopup="listbox"
          {...(completion && { "aria-controls": listId, "aria-activedescendant": `${listId}-${selected!}` })}
          onChange={(event) => {
            onDraft(event.target.value);
            setCaret(event.target.selectionStart);
            setChosen(0);
            if (!editing && event.target.value.trim()) onTyping();
          }}
          onSelect={(event) => {
            setCaret(event.currentTarget.selectionStart);
          }}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            const pasted = [...event.clipboardData.files];
            if (!files || pasted.length === 0) return;
            event.preventDefault();
            files.onAdd(pasted);
          }}
        />
        {left < COUNTED_FROM && (
          <span className={styles["count"]} data-over={left < 0 || undefined} role="status">
            {text.charactersLeft(left)}
          </span>
        )}
        {picking ? (
          <Suspense fallback={emojiButton}>
            <EmojiPopover
              anchor={emojiButton}
              onPick={insert}
              onClose={() => {
                setPicking(false);
              }}
            />
          </Suspense>
        ) : (
          emojiButton
        )}
        <button type="submit" className={styles["send"]} aria-label={editing ? text.save : text.send} disabled={!sendable}>
          <ArrowUp size={18} strokeWidth={2} />
        </button>
      </div>
    </form>
  );
}
