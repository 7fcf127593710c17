import { useChat } from "@parlance/chat/hooks";
import type { Conversation } from "@parlance/sdk";
import type { ConversationChanges } from "@parlance/sdk/rest";
import { Button, IconButton, useToast } from "@parlance/ui";
import { Menu } from "@parlance/ui/menu";
import { AlarmClock, ArrowLeft, BadgeCheck, Check, CircleUserRound, RotateCcw } from "lucide-react";
import { useSyncExternalStore } from "react";
import { Link } from "wouter";
import { nameOf } from "../alerts.ts";
import { useOpenBusiness } from "../business/use-business.ts";
import type { View } from "../inbox/views.ts";
import { fully } from "../words/moments.ts";
import { useWords } from "../words/words.tsx";
import styles from "./conversation-header.module.css";

const HOUR = 60 * 60_000;

interface ConversationHeaderProps {
  readonly conversation: Conversation;
  readonly view: View;
  readonly onPanel: () => void;
}

/** Who it is, who handles it, and what becomes of it. */
export function ConversationHeader({ conversation, view, onPanel }: ConversationHeaderProps) {
  const words = useWords();
  const { me } = useChat();
  const { business, inbox, team } = useOpenBusiness();
  const agents = useSyncExternalStore(team.listen, () => team.agents);
  const show = useToast();
  const { room, visitor, assignee, status, snoozed_until } = conversation;
  const change = (changes: ConversationChanges): void => {
    inbox.change(room, changes).catch(() => {
      show({ text: words.failed });
    });
  };
  const snooze = (until: Date): void => {
    change({ status: "snoozed", snoozed_until: until.toISOString() });
  };
  const isMine = assignee?.id === me.id;
  return (
    <header className={styles["header"]}>
      <Link href={`/${business.slug}/inbox/${view}`} className={styles["back"]} aria-label={words.back}>
        <ArrowLeft size={18} strokeWidth={1.5} />
      </Link>
      <div className={styles["who"]}>
        <h1 dir="auto">
          {nameOf(conversation)}
          {visitor.verified && <BadgeCheck size={16} strokeWidth={1.5} role="img" aria-label={words.verified} />}
        </h1>
        {status === "snoozed" && snoozed_until && <p>{words.snoozedUntil(fully(snoozed_until))}</p>}
      </div>
      <div className={styles["acts"]}>
        <label className={styles["assign"]}>
          <span>{words.assignTo}</span>
          <select
            aria-label={words.assignTo}
            value={assignee?.id ?? ""}
            onChange={({ target }) => {
              change({ assignee: target.value || null });
            }}
          >
            <option value="">{words.nobody}</option>
            {assignee && !agents.some(({ user }) => user.id === assignee.id) && <option value={assignee.id}>{assignee.name}</option>}
            {agents.map(({ user }) => (
              <option key={user.id} value={user.id}>
                {user.name}
                {user.id === me.id ? ` (${words.you})` : ""}
              </option>
            ))}
          </select>
        </label>
        {!isMine && (
          <Button
            size="small"
            onClick={() => {
              change({ assignee: me.id });
            }}
          >
            {words.takeOver}
          </Button>
        )}
        <Menu
          trigger={
            <IconButton label={words.snooze}>
              <AlarmClock size={18} strokeWidth={1.5} />
            </IconButton>
          }
          items={[
            { label: words.snoozeFor.hour, run: () => { snooze(new Date(Date.now() + HOUR)); } },
            { label: words.snoozeFor.evening, run: () => { snooze(tomorrow()); } },
            { label: words.snoozeFor.week, run: () => { snooze(new Date(Date.now() + 7 * 24 * HOUR)); } },
            { label: words.pending, run: () => { change({ status: "pending" }); } },
          ]}
        />
        {status === "resolved" ? (
          <Button size="small" onClick={() => { change({ status: "open" }); }}>
            <RotateCcw size={14} strokeWidth={1.5} /> {words.reopen}
          </Button>
        ) : (
          <Button
            size="small"
            variant="primary"
            onClick={() => {
              change({ status: "resolved" });
              show({ text: words.statuses.resolved, action: { label: words.reopen, run: () => { change({ status: "open" }); } } });
            }}
          >
            <Check size={14} strokeWidth={1.5} /> {words.resolve}
          </Button>
        )}
        <IconButton label={words.visitor} className={styles["panel"] ?? ""} onClick={onPanel}>
          <CircleUserRound size={18} strokeWidth={1.5} />
        </IconButton>
      </div>
    </header>
  );
}

/** When people are back at work. */
function tomorrow(): Date {
  const morning = new Date();
  morning.setDate(morning.getDate() + 1);
  morning.setHours(9, 0, 0, 0);
  return morning;
}
