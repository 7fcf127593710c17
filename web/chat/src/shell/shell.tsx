import { lazy, Suspense } from "react";
import { useLocation } from "wouter";
import { useNotifications } from "../notifications/use-notifications.ts";
import { roomOf } from "../places/opened.ts";
import { useOpened } from "../places/use-opened.ts";
import { RoomList } from "../rooms/room-list.tsx";
import { RoomView } from "../room/room-view.tsx";
import { useText } from "../text/language.tsx";
import { ConnectionLine } from "./connection-line.tsx";
import styles from "./shell.module.css";
import { Resizer } from "./resizer.tsx";
import { Start } from "./start.tsx";
import { useRoomsWidth } from "./use-rooms-width.ts";
import { useShortcuts } from "./use-shortcuts.ts";

const Dialogs = lazy(() => import("./dialog-view.tsx"));

/** Rooms beside the one that is open; on a phone one of the two. */
export function Shell() {
  const text = useText();
  const [path] = useLocation();
  const { dialog, person, close } = useOpened();
  const place = roomOf(path);
  const [roomsWidth, setRoomsWidth] = useRoomsWidth();
  useShortcuts();
  useNotifications();
  return (
    <>
      <div
        className={styles["shell"]}
        data-inside={path === "/" ? undefined : true}
        style={{ ["--rooms" as string]: `${roomsWidth}px` }}
      >
        <nav className={styles["rooms"]} aria-label={text.rooms}>
          <RoomList />
          <Resizer label={text.roomsWidth} width={roomsWidth} onWidth={setRoomsWidth} />
        </nav>
        <div className={styles["main"]}>
          <ConnectionLine />
          {place ? <RoomView key={place.room} roomId={place.room} seq={place.seq} /> : <Start />}
        </div>
      </div>
      {dialog && (
        <Suspense>
          <Dialogs
            name={dialog}
            room={place?.room}
            person={person}
            onClose={() => {
              close("dialog");
            }}
          />
        </Suspense>
      )}
    </>
  );
}
