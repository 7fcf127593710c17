import type { Member } from "@parlance/sdk/rest";
import { Avatar, Button, IconButton } from "@parlance/ui";
import { Menu, type MenuItem } from "@parlance/ui/menu";
import { EllipsisVertical, UserPlus } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useLocation } from "wouter";
import { useOpen } from "../places/use-opened.ts";
import { useChat, useRoom } from "../session/hooks.ts";
import { Panel } from "../shell/panel.tsx";
import { useText } from "../text/language.tsx";
import styles from "./members-panel.module.css";
import { useMembers } from "./use-members.ts";

/** Who is in a room: those who are there first. */
export default function MembersPanel({ roomId, onClose }: { readonly roomId: string; readonly onClose: () => void }) {
  const text = useText();
  const { people } = useChat();
  const open = useOpen();
  const members = useMembers(roomId);
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
  const items = useMemberActions(roomId, member);
  const { user, role } = member;
  return (
    <li className={styles["member"]}>
      <Avatar id={user.id} name={user.name} online={online} />
      <span className={styles["name"]}>
        <bdi>{user.name}</bdi>
        {user.id === me.id && <span className={styles["role"]}> ({text.ui.you})</span>}
      </span>
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

/** What whoever looks may do with somebody. */
function useMemberActions(roomId: string, { user, role }: Member): readonly MenuItem[] {
  const text = useText();
  const { account, me, members } = useChat();
  const [, navigate] = useLocation();
  const mine = useRoom(roomId)?.role ?? "member";
  if (user.id === me.id) return [];
  const path = { room_id: roomId, user_id: user.id };
  const andLook = (act: Promise<unknown>): void => {
    void act.finally(() => void members.load(roomId));
  };
  const change = (to: "owner" | "moderator" | "member", label: string): MenuItem => ({
    label,
    run: () => {
      andLook(account.call("PATCH /api/rooms/{room_id}/members/{user_id}", { path, body: { role: to } }));
    },
  });
  const remove = (ban: boolean): MenuItem => ({
    label: ban ? text.ban : text.kick,
    danger: true,
    run: () => {
      andLook(account.call("DELETE /api/rooms/{room_id}/members/{user_id}", { path, query: { ban } }));
    },
  });
  const write = async (): Promise<void> => {
    const { id } = await account.call("POST /api/rooms/direct", { body: { user_id: user.id } });
    navigate(`/rooms/${id}`);
  };
  const owns = mine === "owner";
  const moderates = owns || (mine === "moderator" && role === "member");
  return [
    { label: text.writeTo(user.name), run: () => void write() },
    ...(owns && role !== "moderator" ? [change("moderator", text.makeModerator)] : []),
    ...(owns && role !== "member" ? [change("member", text.makeMember)] : []),
    ...(owns && role !== "owner" ? [change("owner", text.makeOwner)] : []),
    ...(moderates ? [remove(false), remove(true)] : []),
  ];
}
