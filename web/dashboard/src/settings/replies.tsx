import { useChat } from "@parlance/chat/hooks";
import { IconButton, TextField } from "@parlance/ui";
import { Trash2 } from "lucide-react";
import { useState, useSyncExternalStore } from "react";
import { manages, useOpenBusiness } from "../business/use-business.ts";
import { useWords } from "../words/words.tsx";
import { Area, Section } from "./section.tsx";
import styles from "./settings.module.css";
import { useSaving } from "./use-saving.ts";

/** What is said often: agents find it by `/`. */
export function Replies() {
  const words = useWords();
  const { account } = useChat();
  const { business, team } = useOpenBusiness();
  const replies = useSyncExternalStore(team.listen, () => team.replies);
  const saving = useSaving();
  const [shortcut, setShortcut] = useState("");
  const [text, setText] = useState("");
  const path = { business_id: business.id };
  const existing = replies.find((reply) => reply.shortcut.toLowerCase() === shortcut.toLowerCase());
  const save = async (): Promise<void> => {
    const body = { shortcut, text };
    if (existing) await account.call("PATCH /api/businesses/{business_id}/canned-replies/{reply_id}", { path: { ...path, reply_id: existing.id }, body });
    else await account.call("POST /api/businesses/{business_id}/canned-replies", { path, body });
    setShortcut("");
    setText("");
    await team.load();
  };
  const remove = async (reply_id: string): Promise<void> => {
    await account.call("DELETE /api/businesses/{business_id}/canned-replies/{reply_id}", { path: { ...path, reply_id } });
    await team.load();
  };
  return (
    <>
      <ul className={styles["rows"]}>
        {replies.map((reply) => (
          <li key={reply.id} className={styles["card"]}>
            <div className={styles["row"]}>
              <button
                type="button"
                className={styles["grow"]}
                onClick={() => {
                  setShortcut(reply.shortcut);
                  setText(reply.text);
                }}
              >
                <b>/{reply.shortcut}</b>
              </button>
              {manages(business) && (
                <IconButton label={`${words.remove}: ${reply.shortcut}`} onClick={() => { saving.run(async () => remove(reply.id)); }}>
                  <Trash2 size={16} strokeWidth={1.5} />
                </IconButton>
              )}
            </div>
            <p dir="auto">{reply.text}</p>
          </li>
        ))}
      </ul>
      <Section saving={saving} onSave={save} label={existing ? words.save : words.add}>
        <TextField label={words.shortcut} value={shortcut} required maxLength={32} onChange={({ target }) => { setShortcut(target.value); }} />
        <Area label={words.replyText} hint={words.variables} rows={4} maxLength={2000} value={text} onChange={setText} />
      </Section>
    </>
  );
}
