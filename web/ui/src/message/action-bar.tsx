import type { Message } from "@parlance/sdk";
import { CornerUpLeft, Link, Pencil, SmilePlus, Trash2 } from "lucide-react";
import { lazy, Suspense } from "react";
import { useUiText } from "../i18n/text.tsx";
import { IconButton } from "../primitives/button.tsx";
import { useMessageSetting } from "./actions.ts";
import styles from "./action-bar.module.css";

const EmojiPopover = lazy(() => import("../emoji/emoji-popover.tsx"));

interface ActionBarProps {
  readonly message: Message;
  /** Whether the emoji are open. */
  readonly picking: boolean;
  readonly onPicking: (picking: boolean) => void;
}

/** What can be done with a message. */
export function ActionBar({ message, picking, onPicking }: ActionBarProps) {
  const text = useUiText();
  const { me, moderates, actions } = useMessageSetting();
  const mine = message.sender.id === me.id;
  const reactButton = (
    <IconButton
      label={text.react}
      aria-expanded={picking}
      onClick={() => {
        onPicking(true);
      }}
    >
      <SmilePlus size={18} strokeWidth={1.5} />
    </IconButton>
  );
  return (
    <div className={styles["bar"]} role="toolbar" aria-label={text.messageActions}>
      {picking ? (
        <Suspense fallback={reactButton}>
          <EmojiPopover
            anchor={reactButton}
            onPick={(emoji) => {
              actions.react(message, emoji, true);
            }}
            onClose={() => {
              onPicking(false);
            }}
          />
        </Suspense>
      ) : (
        reactButton
      )}
      <Action label={text.reply} icon={CornerUpLeft} message={message} act={actions.reply} />
      <Action label={text.copyLink} icon={Link} message={message} act={actions.copyLink} />
      {mine && <Action label={text.edit} icon={Pencil} message={message} act={actions.edit} />}
      {(mine || moderates) && <Action label={text.remove} icon={Trash2} message={message} act={actions.remove} />}
    </div>
  );
}

interface ActionProps {
  readonly label: string;
  readonly icon: typeof Link;
  readonly message: Message;
  readonly act: (message: Message) => void;
}

function Action({ label, icon: Icon, message, act }: ActionProps) {
  return (
    <IconButton
      label={label}
      onClick={() => {
        act(message);
      }}
    >
      <Icon size={18} strokeWidth={1.5} />
    </IconButton>
  );
}
