import { Button, EmptyState } from "@parlance/ui";
import { MessagesSquare } from "lucide-react";
import { useOpen } from "../places/use-opened.ts";
import { useText } from "../text/language.tsx";

/** Beside the rooms while none is open. */
export function NothingOpen({ hasRooms }: { readonly hasRooms: boolean }) {
  const text = useText();
  const open = useOpen();
  return (
    <EmptyState
      icon={<MessagesSquare size={24} strokeWidth={1.5} />}
      title={hasRooms ? text.pickRoom : text.noRooms}
      text={hasRooms ? text.pickRoomText : text.noRoomsText}
      action={
        <Button
          variant={hasRooms ? "secondary" : "primary"}
          onClick={() => {
            open({ dialog: "explore" });
          }}
        >
          {text.explore}
        </Button>
      }
    />
  );
}
