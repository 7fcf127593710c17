import type { Conversation } from "@parlance/sdk";
import { Avatar, Badge, preview } from "@parlance/ui";
import { BadgeCheck } from "lucide-react";
import { Link } from "wouter";
import { nameOf } from "../alerts.ts";
import { useOpenBusiness } from "../business/use-business.ts";
import { useNow } from "../use-now.ts";
import { lasted, shortly } from "../words/moments.ts";
import { useWords } from "../words/words.tsx";
import styles from "./conversation-list.module.css";
import type { View } from "./views.ts";

const NEW_MILLISECONDS = 60_000;
const LATE_MILLISECONDS = 10 * 60_000;
const PREVIEW_CHARACTERS = 120;

interface ConversationItemProps {
  readonly conversation: Conversation;
  readonly view: View;
  readonly isOpen: boolean;
}

export function ConversationItem({ conversation, view, isOpen }: ConversationItemProps) {
  const words = useWords();
  const now = useNow();
  const { business } = useOpenBusiness();
  const { room, guest, visitor, last_message, last_activity_at, waiting_since, unread, assignee, tags, priority } = conversation;
  const isWaiting = waiting_since !== null && conversation.status === "open";
  const isLate = isWaiting && now - Date.parse(waiting_since) > LATE_MILLISECONDS;
  return (
    <li>
      <Link href={`/${business.slug}/inbox/${view}/${room}`} className={styles["item"]} aria-current={isOpen ? "page" : undefined}>
        <Avatar id={guest} name={nameOf(conversation)} size={36} />
        <div className={styles["about"]}>
          <p className={styles["line"]}>
            <b className={styles["name"]}>
              <bdi>{nameOf(conversation)}</bdi>
            </b>
            {visitor.verified && <BadgeCheck size={14} strokeWidth={1.5} role="img" aria-label={words.verified} />}
            <time dateTime={last_activity_at}>{shortly(last_activity_at)}</time>
          </p>
          <p className={styles["line"]}>
            <span className={styles["preview"]} dir="auto" data-unread={unread > 0 || undefined}>
              {last_message && (last_message.sender.id === guest ? "" : `${last_message.sender.name}: `)}
              {last_message ? preview(last_message, PREVIEW_CHARACTERS) : "…"}
            </span>
            <Badge count={unread} label={words.unread(unread)} />
          </p>
          <p className={styles["marks"]}>
            {isWaiting && (
              <span className={styles["waits"]} data-late={isLate || undefined}>
                {now - Date.parse(waiting_since) < NEW_MILLISECONDS ? words.waitsAnew : words.waits(lasted(waiting_since, now))}
              </span>
            )}
            {(priority === "high" || priority === "urgent") && <span className={styles["urgent"]}>{words.priorities[priority]}</span>}
            {tags.slice(0, 2).map((tag) => (
              <span key={tag} className={styles["tag"]} dir="auto">
                {tag}
              </span>
            ))}
            {conversation.blocked && <span className={styles["urgent"]}>{words.blocked}</span>}
            {assignee && <span className={styles["assignee"]}>{assignee.name}</span>}
          </p>
        </div>
      </Link>
    </li>
  );
}
