import { Explore } from "../rooms/explore.tsx";
import { GoTo } from "../rooms/go-to.tsx";
import { NewRoom } from "../rooms/new-room.tsx";
import { DeleteRoom } from "../room/delete-room.tsx";
import { EditRoom } from "../room/edit-room.tsx";
import { Invite } from "../members/invite.tsx";
import { Settings } from "../settings/settings.tsx";
import type { DialogName } from "./dialogs.ts";
import { Shortcuts } from "./shortcuts.tsx";

/** The dialog that is open. */
export default function DialogView({ name, onClose }: { readonly name: DialogName; readonly onClose: () => void }) {
  switch (name.type) {
    case "go-to":
      return <GoTo onClose={onClose} />;
    case "explore":
      return <Explore onClose={onClose} />;
    case "new-room":
      return <NewRoom onClose={onClose} />;
    case "settings":
      return <Settings onClose={onClose} />;
    case "shortcuts":
      return <Shortcuts onClose={onClose} />;
    case "edit-room":
      return <EditRoom roomId={name.room} onClose={onClose} />;
    case "invite":
      return <Invite roomId={name.room} onClose={onClose} />;
    case "delete-room":
      return <DeleteRoom roomId={name.room} onClose={onClose} />;
  }
}
