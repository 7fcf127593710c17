import type { Message } from "@parlance/sdk";
import { useUiText } from "../i18n/text.tsx";
import { useMessageSetting } from "./actions.ts";
import styles from "./reactions.module.css";

export function Reactions({ message }: { readonly message: Message }) {
  const text = useUiText();
  const { me, nameOf, actions } = useMessageSetting();
  return (
    <div className={styles["reactions"]}>
      {message.reactions.map(({ emoji, users }) => {
        const mine = users.includes(me.id);
        const label = text.reaction(emoji, users.length, users.map(nameOf).join(", "), mine);
        return (
          <button
            key={emoji}
            type="button"
            className={styles["reaction"]}
            aria-pressed={mine}
            aria-label={label}
            title={label}
            onClick={() => {
              actions.react(message, emoji, !mine);
            }}
          >
            <span>{emoji}</span>{" "}
            <span className={styles["count"]}>{users.length}</span>
          </button>
        );
      })}
    </div>
  );
}
