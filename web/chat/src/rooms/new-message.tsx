import { Avatar, TextField } from "@parlance/ui";
import { Dialog } from "@parlance/ui/dialog";
import { useCallback, useState } from "react";
import { leaveFor } from "../places/use-opened.ts";
import { useChat } from "../session/hooks.ts";
import { useTask } from "../shell/use-task.ts";
import { useText } from "../text/language.tsx";
import styles from "./choices.module.css";
import { useFound } from "./use-found.ts";

const SHOWN = 20;

/** Finds somebody, and opens the conversation with them. */
export function NewMessage({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const { account, me } = useChat();
  const [query, setQuery] = useState("");
  const { run, busy, error } = useTask();
  const find = useCallback(
    async (prefix: string) => account.call("GET /api/users", { query: { prefix, limit: SHOWN } }),
    [account],
  );
  const people = useFound(query.trim().replace(/^@/, ""), find)?.users.filter(({ id }) => id !== me.id);
  return (
    <Dialog title={text.newMessage} size="medium" onClose={onClose}>
      <TextField
        label={text.findPeople}
        type="search"
        autoFocus
        autoComplete="off"
        value={query}
        error={error}
        onChange={(event) => {
          setQuery(event.target.value);
        }}
      />
      <ul className={styles["choices"]} aria-label={text.people}>
        {people?.map(({ id, username, display_name }) => (
          <li key={id}>
            <button
              type="button"
              className={styles["choice"]}
              disabled={busy}
              onClick={() => {
                run(async () => {
                  const room = await account.call("POST /api/rooms/direct", { body: { user_id: id } });
                  leaveFor(`/rooms/${room.id}`);
                });
              }}
            >
              <Avatar id={id} name={display_name} />
              <span className={styles["what"]}>
                <span className={styles["name"]}><bdi>{display_name}</bdi></span>
                <span className={styles["about"]}>@{username}</span>
              </span>
            </button>
          </li>
        ))}
        {people?.length === 0 && <li className={styles["none"]}>{text.nobodyFound}</li>}
      </ul>
    </Dialog>
  );
}
