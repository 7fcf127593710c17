import type { Member } from "@parlance/sdk/rest";
import { Avatar, Button, IconButton } from "@parlance/ui";
import { Menu } from "@parlance/ui/menu";
import { EllipsisVertical, UserPlus } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useOpen } from "../places/use-opened.ts";
import { useChat, useRoom } from "../session/hooks.ts";
import { Panel } from "../shell/panel.tsx";
import { useText } from "../text/language.tsx";
import { Banned } from "./banned.tsx";
import styles from "./members-panel.module.css";
import { useMemberActions } from "./use-member-actions.ts";
import { useMembers } from "./use-members.ts";

/** Who is in a room: those who are there first. */
export default function MembersPanel({ roomId, onClose }: { readonly roomId: string; readonly onClose: () => void }) {
  const text = useText();
  const { people } = useChat();
  const open = useOpen();
  const members = useMembers(roomId);
  const moderates = (useRoom(roomId)?.role ?? "member") !== "member";
  const online = useSyncExternalStore(people.listen, () =>
    members.filter(({ user }) => people.isOnline(user.id)).map(({ user }) => user.id).join(" "),
  );
  const there = new Set(online.split(" "));
  const groups = [
    { title: text.onlineNow, members: members.filter(({ user }) => there.has(user.id)), online: true },
    { title: text.offlineNow, members: members.filter(({ user }) => !there.has(user.id)), online: false },
  ];
  return (
    <Panel title={text.people} onClose={onClose}>
      <div className={styles["scroll"]}>
        <Button
          className={styles["invite"]}
          onClick={() => {
            open({ dialog: "invite" });
          }}
        >
          <UserPlus size={16} strokeWidth={1.5} />
          {text.invite}
        </Button>
        {groups
          .filter((group) => group.members.length > 0)
          .map((group) => (
            <section key={String(group.online)} aria-label={group.title(group.members.length)}>
              <h3 className={styles["title"]}>{group.title(group.members.length)}</h3>
              <ul>
                {group.members.map((member) => (
                  <MemberItem key={member.user.id} roomId={roomId} member={member} online={group.online} />
                ))}
              </ul>
            </section>
          ))}
        {moderates && <Banned roomId={roomId} />}
      </div>
    </Panel>
  );
}

interface MemberItemProps {
  readonly roomId: string;
  readonly member: Member;
  readonly online: boolean;
}

function MemberItem({ roomId, member, online }: MemberItemProps) {
  const text = useText();
  const { me } = useChat();
  const open = useOpen();
  const items = useMemberActions(roomId, member);
  const { user, role } = member;
  return (
    <li className={styles["member"]}>
      <button
        type="button"
        className={styles["person"]}
        onClick={() => {
          open({ dialog: "person", person: user.id });
        }}
      >
        <Avatar id={user.id} name={user.name} online={online} />
        <span className={styles["name"]}>
          <bdi>{user.name}</bdi>
          {user.id === me.id && <span className={styles["role"]}> ({text.ui.you})</span>}
        </span>
      </button>
      {role !== "member" && <span className={styles["role"]}>{text[role]}</span>}
      {items.length > 0 && (
        <Menu
          trigger={
            <IconButton label={`${text.more}: ${user.name}`}>
              <EllipsisVertical size={17} strokeWidth={1.5} />
            </IconButton>
          }
          items={items}
        />
      )}
    </li>
  );
}
