import { Button, TextField } from "@parlance/ui";
import { Dialog } from "@parlance/ui/dialog";
import { Hash } from "lucide-react";
import { useCallback, useState } from "react";
import { leaveFor, useOpen } from "../places/use-opened.ts";
import { useChat, useRooms } from "../session/hooks.ts";
import { useText } from "../text/language.tsx";
import styles from "./choices.module.css";
import { useFound } from "./use-found.ts";

const SHOWN = 50;

/** The rooms that everybody may enter. */
export function Explore({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const { account } = useChat();
  const open = useOpen();
  const mine = new Set(useRooms().map(({ id }) => id));
  const [query, setQuery] = useState("");
  const find = useCallback(
    (prefix: string) => account.call("GET /api/rooms", { query: { prefix, limit: SHOWN } }),
    [account],
  );
  const found = useFound(query, find);
  return (
    <Dialog title={text.explore} description={text.exploreText} size="medium" onClose={onClose}>
      <TextField
        label={text.findRoom}
        type="search"
        autoFocus
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
        }}
      />
      <ul className={styles["choices"]}>
        {found?.rooms.map((room) => (
          <li key={room.id}>
            <button
              type="button"
              className={styles["choice"]}
              onClick={() => {
                leaveFor(`/rooms/${room.id}`);
              }}
            >
              <Hash size={18} strokeWidth={1.5} />
              <span className={styles["what"]}>
                <span className={styles["name"]}><bdi>{room.name}</bdi></span>
                {room.topic && <span className={styles["about"]}><bdi>{room.topic}</bdi></span>}
              </span>
              <span className={styles["note"]}>{mine.has(room.id) ? text.joined : text.join}</span>
            </button>
          </li>
        ))}
        {found?.rooms.length === 0 && <li className={styles["none"]}>{text.noPublicRooms}</li>}
      </ul>
      <Button
        onClick={() => {
          open({ dialog: "new-room" });
        }}
      >
        {text.newRoom}
      </Button>
    </Dialog>
  );
}
