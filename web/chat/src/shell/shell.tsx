import { lazy, Suspense, useState } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { useNotifications } from "../notifications/use-notifications.ts";
import { RoomList } from "../rooms/room-list.tsx";
import { lastRoom } from "../rooms/last-room.ts";
import { RoomView } from "../room/room-view.tsx";
import { useChat, useRooms } from "../session/hooks.ts";
import { useText } from "../text/language.tsx";
import { ConnectionLine } from "./connection-line.tsx";
import { NothingOpen } from "./nothing-open.tsx";
import { DialogProvider, type DialogName } from "./dialogs.ts";
import styles from "./shell.module.css";
import { useShortcuts } from "./use-shortcuts.ts";

const Dialogs = lazy(() => import("./dialog-view.tsx"));

/** Rooms beside the one that is open; on a phone one of the two. */
export function Shell() {
  const text = useText();
  const { user } = useChat();
  const [path] = useLocation();
  const [dialog, setDialog] = useState<DialogName>();
  const rooms = useRooms();
  const last = lastRoom(user.id);
  useShortcuts(setDialog);
  useNotifications();
  return (
    <DialogProvider value={setDialog}>
      <div className={styles["shell"]} data-inside={path.startsWith("/rooms/") || undefined}>
        <nav className={styles["rooms"]} aria-label={text.rooms}>
          <RoomList />
        </nav>
        <div className={styles["main"]}>
          <ConnectionLine />
          <Switch>
            <Route path="/rooms/:room/messages/:seq">
              {({ room, seq }) => <RoomView key={room} roomId={room} seq={Number(seq)} />}
            </Route>
            <Route path="/rooms/:room">{({ room }) => <RoomView key={room} roomId={room} />}</Route>
            <Route path="/">
              <NothingOpen hasRooms={rooms.length > 0} />
            </Route>
            <Route>
              <Redirect to={last && !isPhone() ? `/rooms/${last}` : "/"} replace />
            </Route>
          </Switch>
        </div>
      </div>
      {dialog && (
        <Suspense>
          <Dialogs
            name={dialog}
            onClose={() => {
              setDialog(undefined);
            }}
          />
        </Suspense>
      )}
    </DialogProvider>
  );
}

function isPhone(): boolean {
  return matchMedia("(width < 720px)").matches;
}
