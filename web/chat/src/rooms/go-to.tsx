import type { RoomSummary } from "@parlance/sdk";
import type { User } from "@parlance/sdk/rest";
import { Avatar, TextField } from "@parlance/ui";
import { Dialog } from "@parlance/ui/dialog";
import { Hash, Lock } from "lucide-react";
import { useCallback, useId, useState, type KeyboardEvent } from "react";
import { leaveFor } from "../places/use-opened.ts";
import { useChat, useRooms } from "../session/hooks.ts";
import { useAttempt } from "../shell/use-attempt.ts";
import { useText } from "../text/language.tsx";
import styles from "./choices.module.css";
import { otherPerson, roomName } from "./room-names.ts";
import { useFound } from "./use-found.ts";

const SHOWN = 8;

type Place = { readonly room: RoomSummary } | { readonly user: User };

/** Goes to one of one's rooms, or to the conversation with somebody. */
export function GoTo({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const listId = useId();
  const { me, account } = useChat();
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const attempt = useAttempt();
  const wanted = query.trim().toLocaleLowerCase();
  const places = usePlaces(wanted);
  const selected = Math.min(chosen, places.length - 1);

  const go = (place: Place): void => {
    attempt(async () => {
      const { id } =
        "room" in place ? place.room : await account.call("POST /api/rooms/direct", { body: { user_id: place.user.id } });
      leaveFor(`/rooms/${id}`);
    });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) setChosen((selected + step + places.length) % places.length);
    else if (event.key === "Enter" && places[selected]) go(places[selected]);
    else return;
    event.preventDefault();
  };

  return (
    <Dialog title={text.goTo} size="medium" onClose={onClose}>
      <TextField
        label={text.goToAnywhere}
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={`${listId}-${selected}`}
        autoComplete="off"
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      {places.length === 0 ? (
        <p className={styles["none"]}>{wanted ? text.nobodyFound : text.noRooms}</p>
      ) : (
        <ul id={listId} role="listbox" aria-label={text.goTo} className={styles["choices"]}>
          {places.map((place, index) => (
            <li
              key={"room" in place ? place.room.id : place.user.id}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === selected}
              className={styles["choice"]}
              onClick={() => {
                go(place);
              }}
            >
              <PlaceIcon place={place} />
              <span className={styles["what"]}>
                <span className={styles["name"]}>
                  <bdi>{"room" in place ? roomName(place.room, me.id) : place.user.display_name}</bdi>
                </span>
                {"user" in place && <span className={styles["about"]}>@{place.user.username}</span>}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

/** The rooms that match, then the people that one has no conversation with yet. */
function usePlaces(wanted: string): readonly Place[] {
  const { me, account } = useChat();
  const rooms = useRooms();
  const find = useCallback(
    async (prefix: string) => (prefix ? account.call("GET /api/users", { query: { prefix, limit: SHOWN } }) : undefined),
    [account],
  );
  const found = useFound(wanted, find);
  const matching = rooms.filter((room) => roomName(room, me.id).toLocaleLowerCase().includes(wanted)).slice(0, SHOWN);
  const known = new Set(matching.map((room) => otherPerson(room, me.id)?.id));
  const people = wanted ? (found?.users ?? []).filter(({ id }) => id !== me.id && !known.has(id)) : [];
  return [...matching.map((room) => ({ room })), ...people.map((user) => ({ user }))];
}

function PlaceIcon({ place }: { readonly place: Place }) {
  const { me } = useChat();
  if ("user" in place) return <Avatar id={place.user.id} name={place.user.display_name} />;
  const other = otherPerson(place.room, me.id);
  if (other) return <Avatar id={other.id} name={other.name} />;
  return place.room.kind === "public" ? <Hash size={18} strokeWidth={1.5} /> : <Lock size={18} strokeWidth={1.5} />;
}
