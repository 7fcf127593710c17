import type { Conversation } from "@parlance/sdk";
import { Button, EmptyState, Spinner } from "@parlance/ui";
import { Hourglass, Inbox as InboxIcon } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { Link } from "wouter";
import { nameOf } from "../alerts.ts";
import { useOpenBusiness } from "../business/use-business.ts";
import { SearchField } from "../search-field.tsx";
import { useNow } from "../use-now.ts";
import { lasted } from "../words/moments.ts";
import { useWords } from "../words/words.tsx";
import { ConversationItem } from "./conversation-item.tsx";
import styles from "./conversation-list.module.css";
import type { View } from "./views.ts";

const SEARCH_MILLISECONDS = 250;
/** Whoever has waited so long is named above the list. */
const LONG_MILLISECONDS = 2 * 60_000;

interface ConversationListProps {
  readonly view: View;
  readonly room: string | undefined;
}

export function ConversationList({ view, room }: ConversationListProps) {
  const words = useWords();
  const { inbox, business } = useOpenBusiness();
  const [prefix, setPrefix] = useState("");
  const found = useFound(prefix);
  const listed = useSyncExternalStore(inbox.listen, () => inbox.list(view));
  const isLoaded = useSyncExternalStore(inbox.listen, () => inbox.isLoaded(view));
  const hasMore = useSyncExternalStore(inbox.listen, () => inbox.hasMore(view));
  const shown = found ?? listed;
  return (
    <section className={styles["list"]} aria-label={words.conversations}>
      <SearchField flat label={words.findVisitor} value={prefix} onChange={setPrefix} />
      {!found && <LongestWaiting among={listed} slug={business.slug} view={view} />}
      {!isLoaded && !found ? (
        <p className={styles["waiting"]}>
          <Spinner />
        </p>
      ) : shown.length === 0 ? (
        <EmptyState
          icon={<InboxIcon size={24} strokeWidth={1.5} />}
          title={found ? words.nobodyFound : words.nothingHere}
          {...(found ? {} : { text: words.nothingHereText })}
        />
      ) : (
        <ul>
          {shown.map((conversation) => (
            <ConversationItem key={conversation.room} conversation={conversation} view={view} isOpen={conversation.room === room} />
          ))}
        </ul>
      )}
      {hasMore && !found && (
        <Button variant="quiet" onClick={() => void inbox.loadMore(view)}>
          {words.loadMore}
        </Button>
      )}
    </section>
  );
}

/** The oldest question that nobody has answered is impossible to miss. */
function LongestWaiting({ among, slug, view }: { readonly among: readonly Conversation[]; readonly slug: string; readonly view: View }) {
  const words = useWords();
  const now = useNow();
  const [first] = among
    .filter(({ waiting_since, status }) => waiting_since && status === "open" && now - Date.parse(waiting_since) > LONG_MILLISECONDS)
    .sort((one, other) => (one.waiting_since! < other.waiting_since! ? -1 : 1));
  if (!first) return null;
  return (
    <Link href={`/${slug}/inbox/${view}/${first.room}`} className={styles["longest"]}>
      <Hourglass size={16} strokeWidth={1.5} />
      <span dir="auto">{words.longestWaiting(nameOf(first), lasted(first.waiting_since!, now))}</span>
    </Link>
  );
}

/** Visitors who are found by what was entered; undefined while nothing is. */
function useFound(prefix: string): readonly Conversation[] | undefined {
  const { inbox } = useOpenBusiness();
  const [found, setFound] = useState<{ readonly prefix: string; readonly rooms: readonly Conversation[] }>();
  const wanted = prefix.trim();
  useEffect(() => {
    if (!wanted) return;
    let current = true;
    const timer = setTimeout(() => {
      inbox.find(wanted).then(
        (rooms) => {
          if (current) setFound({ prefix: wanted, rooms });
        },
        () => undefined, // what was found before stays
      );
    }, SEARCH_MILLISECONDS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [inbox, wanted]);
  return wanted && found ? found.rooms : undefined;
}
