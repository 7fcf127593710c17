import { Avatar, TextField, useToast } from "@parlance/ui";
import { Dialog } from "@parlance/ui/dialog";
import { useCallback, useState } from "react";
import { useFound } from "../rooms/use-found.ts";
import choices from "../rooms/choices.module.css";
import { useChat } from "../session/hooks.ts";
import { useTask } from "../shell/use-task.ts";
import { useText } from "../text/language.tsx";
import { useMembers } from "./use-members.ts";

const SHOWN = 8;

/** Brings people into a room. */
export function Invite({ roomId, onClose }: { readonly roomId: string; readonly onClose: () => void }) {
  const text = useText();
  const { account } = useChat();
  const show = useToast();
  const inside = new Set(useMembers(roomId).map(({ user }) => user.id));
  const [query, setQuery] = useState("");
  const { run, error } = useTask();
  const find = useCallback(
    async (prefix: string) => (prefix ? account.call("GET /api/users", { query: { prefix, limit: SHOWN } }) : undefined),
    [account],
  );
  const found = useFound(query.trim(), find);
  return (
    <Dialog title={text.invite} size="medium" onClose={onClose}>
      <TextField
        label={text.findPeople}
        value={query}
        error={error}
        autoFocus
        autoComplete="off"
        onChange={(event) => {
          setQuery(event.target.value);
        }}
      />
      <ul className={choices["choices"]}>
        {found?.users.map(({ id, username, display_name }) => (
          <li key={id}>
            <button
              type="button"
              className={choices["choice"]}
              disabled={inside.has(id)}
              onClick={() => {
                run(async () => {
                  const body = { user_id: id };
                  await account.call("POST /api/rooms/{room_id}/members", { path: { room_id: roomId }, body });
                  show({ text: `${display_name}: ${text.joined}` });
                });
              }}
            >
              <Avatar id={id} name={display_name} />
              <span className={choices["what"]}>
                <span className={choices["name"]}><bdi>{display_name}</bdi></span>
                <span className={choices["about"]}>@{username}</span>
              </span>
              <span className={choices["note"]}>{inside.has(id) ? text.joined : text.invite}</span>
            </button>
          </li>
        ))}
        {query && found?.users.length === 0 && <li className={choices["none"]}>{text.nobodyFound}</li>}
      </ul>
    </Dialog>
  );
}
