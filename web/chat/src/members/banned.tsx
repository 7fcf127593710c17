import { Avatar, Button } from "@parlance/ui";
import { useCallback, useState } from "react";
import { useFound } from "../rooms/use-found.ts";
import { useChat } from "../session/hooks.ts";
import { useAttempt } from "../shell/use-attempt.ts";
import { useText } from "../text/language.tsx";
import styles from "./members-panel.module.css";
import { useMembers } from "./use-members.ts";

const SHOWN = 100;

/** Who is kept out of a room, for those who may let them in again. */
export function Banned({ roomId }: { readonly roomId: string }) {
  const text = useText();
  const { account } = useChat();
  const attempt = useAttempt();
  const members = useMembers(roomId); // somebody less there may be somebody more here
  const [lifted, setLifted] = useState(0);
  const list = useCallback(
    async () => {
      const query = { banned: true, limit: SHOWN };
      const page = await account.call("GET /api/rooms/{room_id}/members", { path: { room_id: roomId }, query });
      return page.members.filter(({ role }) => role === "banned");
    },
    // eslint-disable-next-line react-hooks/exhaustive-deps -- asked anew when one of these has changed
    [account, roomId, members, lifted],
  );
  const banned = useFound("", list);
  if (!banned?.length) return null;
  return (
    <section aria-label={text.banned}>
      <h3 className={styles["title"]}>{text.banned}</h3>
      <ul>
        {banned.map(({ user }) => (
          <li key={user.id} className={styles["member"]}>
            <Avatar id={user.id} name={user.name} />
            <span className={styles["name"]}>
              <bdi>{user.name}</bdi>
            </span>
            <Button
              size="small"
              onClick={() => {
                attempt(async () => {
                  const path = { room_id: roomId, user_id: user.id };
                  await account.call("DELETE /api/rooms/{room_id}/members/{user_id}", { path });
                  setLifted((number) => number + 1);
                });
              }}
            >
              {text.liftBan}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
