import { useChat } from "@parlance/chat/hooks";
import { Badge, EmptyState } from "@parlance/ui";
import { MessagesSquare } from "lucide-react";
import { useEffect, useSyncExternalStore } from "react";
import { Link, Redirect } from "wouter";
import { useOpenBusiness } from "../business/use-business.ts";
import { ConversationView } from "../conversation/conversation-view.tsx";
import { useWords } from "../words/words.tsx";
import { ConversationList } from "./conversation-list.tsx";
import styles from "./inbox-view.module.css";
import { countOf, isView, VIEWS } from "./views.ts";

interface InboxViewProps {
  readonly view: string | undefined;
  readonly room: string | undefined;
}

/** The views | the conversations of one | the one that is open. */
export function InboxView({ view, room }: InboxViewProps) {
  const words = useWords();
  const { business, inbox } = useOpenBusiness();
  const { client } = useChat();
  const counts = useSyncExternalStore(inbox.listen, () => inbox.counts);
  const known = isView(view) ? view : undefined;
  useEffect(() => {
    if (known && client.state !== "stopped") void inbox.load(known).catch(() => undefined); // again with the next connection
  }, [inbox, client, known]);
  if (!known) return <Redirect to={`/${business.slug}/inbox/open`} replace />;
  return (
    <div className={styles["inbox"]} data-inside={room !== undefined || undefined}>
      <nav className={styles["views"]} aria-label={words.inbox}>
        {VIEWS.map((each) => (
          <Link key={each} href={`/${business.slug}/inbox/${each}`} className={styles["view"]} aria-current={each === known ? "page" : undefined}>
            <span>{words.views[each]}</span>
            <Badge count={countOf(each, counts)} quiet={each !== "mine" && each !== "unassigned"} label={String(countOf(each, counts))} />
          </Link>
        ))}
      </nav>
      <ConversationList view={known} room={room} />
      {room === undefined ? (
        <div className={styles["none"]}>
          <EmptyState icon={<MessagesSquare size={24} strokeWidth={1.5} />} title={words.noneOpen} text={words.noneOpenText} />
        </div>
      ) : (
        <ConversationView key={room} room={room} view={known} />
      )}
    </div>
  );
}
