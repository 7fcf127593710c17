import { useState } from "react";
import { Composer, MessageList, TypingLine } from "../src/index.ts";
import styles from "./gallery.module.css";
import { ENTRIES, PEOPLE, SETTING } from "./samples.ts";

const nothing = (): void => undefined;

/** A room with all kinds of messages. */
export function Conversation() {
  const [draft, setDraft] = useState("");
  return (
    <main className={styles["room"]}>
      <MessageList
        entries={ENTRIES}
        complete
        loading={false}
        firstUnread={4}
        onLoadOlder={nothing}
        onAnchor={nothing}
        onSeen={nothing}
      />
      <TypingLine people={PEOPLE.slice(1, 3)} />
      <Composer
        room="harbour"
        draft={draft}
        onDraft={setDraft}
        onSend={() => {
          setDraft("");
        }}
        onTyping={nothing}
        onCancel={nothing}
        onEditLast={nothing}
        names={SETTING.names}
        replyTo={ENTRIES[3]!.message}
      />
    </main>
  );
}
