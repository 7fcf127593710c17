import type { RoomSummary } from "@parlance/sdk";
import { useToast } from "@parlance/ui";
import { Menu, type MenuItem } from "@parlance/ui/menu";
import { Bell, BellOff, Keyboard, Link, LogOut, Pencil, Trash2, UserPlus } from "lucide-react";
import type { ReactNode } from "react";
import { useLocation } from "wouter";
import { useOpen } from "../places/use-opened.ts";
import { roomName } from "../rooms/room-names.ts";
import { useChat } from "../session/hooks.ts";
import { copy } from "../shell/copy.ts";
import { useAttempt } from "../shell/use-attempt.ts";
import { useText } from "../text/language.tsx";

/** What can be done with a room. */
export default function RoomMenu({ room, trigger }: { readonly room: RoomSummary; readonly trigger: ReactNode }) {
  const text = useText();
  const { account, client, user, me } = useChat();
  const open = useOpen();
  const attempt = useAttempt();
  const show = useToast();
  const [, navigate] = useLocation();
  const shared = room.kind !== "direct";
  const icon = { size: 17, strokeWidth: 1.5 };

  const mute = async (): Promise<void> => {
    const path = { room_id: room.id, user_id: user.id };
    await account.call("PATCH /api/rooms/{room_id}/members/{user_id}", { path, body: { muted: !room.muted } });
  };
  const leave = async (): Promise<void> => {
    await client.leave(room.id);
    navigate("/");
    show({
      text: text.roomLeft(roomName(room, me.id)),
      ...(room.kind === "public" && {
        action: {
          label: text.goneBack,
          run: () => {
            navigate(`/rooms/${room.id}`);
          },
        },
      }),
    });
  };
  const copyLink = async (): Promise<void> => {
    await copy(`${location.origin}/rooms/${room.id}`);
    show({ text: text.linkCopied });
  };

  const may = {
    moderate: shared && room.role !== "member",
    own: shared && room.role === "owner",
  };
  const items: (MenuItem | false)[] = [
    {
      label: room.muted ? text.unmute : text.mute,
      icon: room.muted ? <Bell {...icon} /> : <BellOff {...icon} />,
      run: () => {
        attempt(mute);
      },
    },
    shared && { label: text.copyRoomLink, icon: <Link {...icon} />, run: () => void copyLink() },
    shared && {
      label: text.invite,
      icon: <UserPlus {...icon} />,
      run: () => {
        open({ dialog: "invite" });
      },
    },
    may.moderate && {
      label: text.editRoom,
      icon: <Pencil {...icon} />,
      run: () => {
        open({ dialog: "edit-room" });
      },
    },
    {
      label: text.shortcuts,
      icon: <Keyboard {...icon} />,
      run: () => {
        open({ dialog: "shortcuts" });
      },
    },
    shared && { label: text.leave, icon: <LogOut {...icon} />, run: () => {
        attempt(leave);
      } },
    may.own && {
      label: text.deleteRoom,
      icon: <Trash2 {...icon} />,
      danger: true,
      run: () => {
        open({ dialog: "delete-room" });
      },
    },
  ];
  return <Menu trigger={trigger} items={items.filter((item) => item !== false)} defaultOpen />;
}
