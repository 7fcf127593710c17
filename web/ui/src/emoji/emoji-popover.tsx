import { Popover } from "radix-ui";
import { useState, type ReactNode } from "react";
import { useUiText } from "../i18n/text.tsx";
import { EMOJI, findEmoji, FREQUENT } from "./emoji.ts";
import styles from "./emoji-popover.module.css";

interface EmojiPopoverProps {
  readonly anchor: ReactNode;
  readonly onPick: (emoji: string) => void;
  readonly onClose: () => void;
}

/** Picks one emoji. Loaded when it is first wanted. */
export default function EmojiPopover({ anchor, onPick, onClose }: EmojiPopoverProps) {
  const text = useUiText();
  const [query, setQuery] = useState("");
  const found = query ? findEmoji(query).map(({ char }) => char) : EMOJI.map(({ char }) => char);
  const pick = (emoji: string): void => {
    onPick(emoji);
    onClose();
  };
  return (
    <Popover.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Popover.Anchor asChild>{anchor}</Popover.Anchor>
      <Popover.Portal>
        <Popover.Content className={styles["popover"]} align="end" sideOffset={6} collisionPadding={8} aria-label={text.emoji}>
          {!query && (
            <div className={styles["grid"]}>
              {FREQUENT.map((emoji) => (
                <EmojiButton key={emoji} emoji={emoji} onPick={pick} />
              ))}
            </div>
          )}
          <input
            className={styles["search"]}
            placeholder={text.findEmoji}
            aria-label={text.findEmoji}
            value={query}
            onChange={(event) => {
              setQuery(event.target.value);
            }}
            onKeyDown={(event) => {
              if (event.key === "Enter" && found[0]) pick(found[0]);
            }}
          />
          <div className={styles["all"]}>
            {found.map((emoji) => (
              <EmojiButton key={emoji} emoji={emoji} onPick={pick} />
            ))}
            {found.length === 0 && <p className={styles["none"]}>{text.noEmoji}</p>}
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function EmojiButton({ emoji, onPick }: { readonly emoji: string; readonly onPick: (emoji: string) => void }) {
  return (
    <button
      type="button"
      className={styles["emoji"]}
      onClick={() => {
        onPick(emoji);
      }}
    >
      {emoji}
    </button>
  );
}
