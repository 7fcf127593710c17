import type { Member } from "@parlance/sdk/rest";
import { useToast } from "@parlance/ui";
import type { MenuItem } from "@parlance/ui/menu";
import { leaveFor } from "../places/use-opened.ts";
import { useChat, useRoom } from "../session/hooks.ts";
import { useAttempt } from "../shell/use-attempt.ts";
import { useText } from "../text/language.tsx";

type Role = "owner" | "moderator" | "member";

/** What whoever looks may do with somebody of a room. */
export function useMemberActions(roomId: string, { user, role }: Pick<Member, "user" | "role">): readonly MenuItem[] {
  const text = useText();
  const { account, me, members } = useChat();
  const attempt = useAttempt();
  const show = useToast();
  const mine = useRoom(roomId)?.role ?? "member";
  if (user.id === me.id) return [];
  const path = { room_id: roomId, user_id: user.id };
  const end = async (ban: boolean): Promise<void> => {
    await account.call("DELETE /api/rooms/{room_id}/members/{user_id}", { path, query: { ban } });
  };
  const change = (to: Role, label: string): MenuItem => ({
    label,
    run: () => {
      attempt(async () => {
        await account.call("PATCH /api/rooms/{room_id}/members/{user_id}", { path, body: { role: to } });
        await members.load(roomId);
      });
    },
  });
  const bringBack = async (banned: boolean): Promise<void> => {
    if (banned) await end(false);
    await account.call("POST /api/rooms/{room_id}/members", { path: { room_id: roomId }, body: { user_id: user.id } });
    await members.load(roomId);
  };
  const remove = (ban: boolean): MenuItem => ({
    label: ban ? text.ban : text.kick,
    danger: true,
    run: () => {
      attempt(async () => {
        await end(ban);
        await members.load(roomId);
        show({
          text: ban ? text.isBanned(user.name) : text.isRemoved(user.name),
          action: {
            label: text.undo,
            run: () => {
              attempt(async () => bringBack(ban));
            },
          },
        });
      });
    },
  });
  const write: MenuItem = {
    label: text.writeTo(user.name),
    run: () => {
      attempt(async () => {
        const { id } = await account.call("POST /api/rooms/direct", { body: { user_id: user.id } });
        leaveFor(`/rooms/${id}`);
      });
    },
  };
  const owns = mine === "owner";
  const moderates = owns || (mine === "moderator" && role === "member");
  return [
    write,
    ...(owns && role !== "moderator" ? [change("moderator", text.makeModerator)] : []),
    ...(owns && role !== "member" ? [change("member", text.makeMember)] : []),
    ...(owns && role !== "owner" ? [change("owner", text.makeOwner)] : []),
    ...(moderates ? [remove(false), remove(true)] : []),
  ];
}
