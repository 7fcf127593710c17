import { Invite } from "../members/invite.tsx";
import { PersonCard } from "../members/person-card.tsx";
import type { DialogName } from "../places/opened.ts";
import { DeleteRoom } from "../room/delete-room.tsx";
import { EditRoom } from "../room/edit-room.tsx";
import { Explore } from "../rooms/explore.tsx";
import { GoTo } from "../rooms/go-to.tsx";
import { NewMessage } from "../rooms/new-message.tsx";
import { NewRoom } from "../rooms/new-room.tsx";
import { Settings } from "../settings/settings.tsx";
import { Shortcuts } from "./shortcuts.tsx";

interface DialogViewProps {
  readonly name: DialogName;
  /** The room behind it. */
  readonly room: string | undefined;
  readonly person: string | undefined;
  readonly onClose: () => void;
}

/** The dialog that is open. */
export default function DialogView({ name, room, person, onClose }: DialogViewProps) {
  switch (name) {
    case "go-to":
      return <GoTo onClose={onClose} />;
    case "explore":
      return <Explore onClose={onClose} />;
    case "new-room":
      return <NewRoom onClose={onClose} />;
    case "new-message":
      return <NewMessage onClose={onClose} />;
    case "settings":
      return <Settings onClose={onClose} />;
    case "shortcuts":
      return <Shortcuts onClose={onClose} />;
    case "edit-room":
      return room && <EditRoom roomId={room} onClose={onClose} />;
    case "invite":
      return room && <Invite roomId={room} onClose={onClose} />;
    case "person":
      return room && person && <PersonCard userId={person} roomId={room} onClose={onClose} />;
    case "delete-room":
      return room && <DeleteRoom roomId={room} onClose={onClose} />;
  }
}
