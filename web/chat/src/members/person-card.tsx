import { Avatar, Button } from "@parlance/ui";
import { Dialog } from "@parlance/ui/dialog";
import { useCallback } from "react";
import { useFound } from "../rooms/use-found.ts";
import { useChat, useOnline } from "../session/hooks.ts";
import { useLocale, useText } from "../text/language.tsx";
import styles from "./person-card.module.css";
import { useMemberActions } from "./use-member-actions.ts";
import { useMembers } from "./use-members.ts";

interface PersonCardProps {
  readonly userId: string;
  /** Where one came across them. */
  readonly roomId: string;
  readonly onClose: () => void;
}

/** Who somebody is, and what can be done with them. */
export function PersonCard({ userId, roomId, onClose }: PersonCardProps) {
  const text = useText();
  const locale = useLocale();
  const { account } = useChat();
  const member = useMembers(roomId).find(({ user }) => user.id === userId);
  const online = useOnline(userId);
  const find = useCallback(
    async () => account.call("GET /api/users/{user_id}", { path: { user_id: userId } }),
    [account, userId],
  );
  const person = useFound("", find);
  const name = person?.display_name ?? member?.user.name ?? "";
  const who = { id: userId, name, guest: person?.guest ?? false };
  const [write, ...others] = useMemberActions(roomId, member ?? { user: who, role: "member" });
  const since = person && new Intl.DateTimeFormat(locale, { dateStyle: "long" }).format(new Date(person.created_at));
  return (
    <Dialog title={name || text.person} onClose={onClose}>
      <div className={styles["who"]}>
        <Avatar id={userId} name={name} size={64} online={online} />
        <dl className={styles["facts"]}>
          {person?.username && <dd>@{person.username}</dd>}
          {online !== undefined && <dd>{online ? text.isOnline : text.isOffline}</dd>}
          {member && member.role !== "member" && <dd>{text[member.role]}</dd>}
          {since && <dd>{text.memberSince(since)}</dd>}
        </dl>
      </div>
      <div className={styles["actions"]}>
        {write && (
          <Button variant="primary" onClick={write.run}>
            {write.label}
          </Button>
        )}
        {member &&
          others.map(({ label, run }) => (
            <Button
              key={label}
              onClick={() => {
                run();
                onClose();
              }}
            >
              {label}
            </Button>
          ))}
      </div>
    </Dialog>
  );
}
