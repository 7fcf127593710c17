import type { Hit, HitPage } from "@parlance/sdk/rest";
import { Choice, preview, shortMomentOf, Spinner, TextField } from "@parlance/ui";
import { useCallback, useState } from "react";
import { Link } from "wouter";
import { navigate } from "wouter/use-browser-location";
import { useFound } from "../rooms/use-found.ts";
import { roomName } from "../rooms/room-names.ts";
import { useChat, useRoom } from "../session/hooks.ts";
import { isPhone } from "../shell/is-phone.ts";
import { Panel } from "../shell/panel.tsx";
import { useLocale, useText } from "../text/language.tsx";
import { keepSearch, lastSearch, type Search } from "./last-search.ts";
import styles from "./search-panel.module.css";

const SHOWN_CHARACTERS = 300;

const SHOWN = 50;

/** Finds messages by their words; each leads to where it was said. */
export default function SearchPanel({ roomId, onClose }: { readonly roomId: string; readonly onClose: () => void }) {
  const text = useText();
  const { account } = useChat();
  const [{ query, where }, setSearch] = useState(lastSearch);
  const look = (search: Search): void => {
    setSearch(search);
    keepSearch(search);
  };
  const words = query.trim();
  const find = useCallback(
    async (q: string): Promise<{ readonly q: string; readonly page: HitPage } | undefined> => {
      if (!q) return undefined;
      const input = { q, limit: SHOWN, ...(where === "here" && { room: roomId }) };
      return { q, page: await account.call("GET /api/search", { query: input }) };
    },
    [account, roomId, where],
  );
  const found = useFound(words, find);
  return (
    <Panel title={text.search} onClose={onClose}>
      <div className={styles["query"]}>
        <TextField
          label={text.search}
          type="search"
          autoFocus
          value={query}
          trailing={words && found?.q !== words && <span className={styles["busy"]}><Spinner /></span>}
          onChange={(event) => {
            look({ query: event.target.value, where });
          }}
        />
        <Choice
          label={text.searchWhere}
          value={where}
          options={[
            { value: "here", label: text.searchHere },
            { value: "everywhere", label: text.searchEverywhere },
          ]}
          onChange={(wanted) => {
            look({ query, where: wanted });
          }}
        />
      </div>
      <ul className={styles["hits"]} aria-label={text.search}>
        {words && found?.page.hits.map((hit) => <HitItem key={hit.message.id} hit={hit} words={found.q} />)}
        {words && found?.page.hits.length === 0 && <li className={styles["none"]}>{text.noHits}</li>}
      </ul>
    </Panel>
  );
}

function HitItem({ hit: { room: roomId, message }, words }: { readonly hit: Hit; readonly words: string }) {
  const locale = useLocale();
  const { me } = useChat();
  const room = useRoom(roomId);
  return (
    <li>
      <Link
        href={`/rooms/${roomId}/messages/${message.seq}`}
        className={styles["hit"]}
        onClick={(event) => {
          if (isPhone() || event.metaKey || event.ctrlKey) return;
          event.preventDefault();
          navigate(`/rooms/${roomId}/messages/${message.seq}?panel=search`, { state: { asked: Date.now() } });
        }}
      >
        <span className={styles["who"]}>
          <strong>{message.sender.name}</strong>
          <span className={styles["where"]}>{room && roomName(room, me.id)}</span>
          <time dateTime={message.sent_at}>{shortMomentOf(message.sent_at, locale)}</time>
        </span>
        <span className={styles["body"]} dir="auto">
          <Marked text={preview(message, SHOWN_CHARACTERS)} words={words} />
        </span>
      </Link>
    </li>
  );
}

/** Points out the words that were looked for. */
function Marked({ text, words }: { readonly text: string; readonly words: string }) {
  const escaped = words.split(/\s+/).map((word) => word.replace(/[^\p{L}\p{N}_]/gu, "\\$&"));
  const parts = text.split(new RegExp(`(${escaped.join("|")})`, "iu"));
  return parts.map((part, index) => (index % 2 === 1 ? <mark key={index}>{part}</mark> : part));
}
