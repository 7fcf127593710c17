import type { HistoryEntry } from "@parlance/sdk/rest";
import { useEffect, useState } from "react";
import { useOpenBusiness } from "../business/use-business.ts";
import { fully } from "../words/moments.ts";
import type { Words } from "../words/english.ts";
import { useWords } from "../words/words.tsx";
import styles from "./history.module.css";

interface HistoryProps {
  readonly room: string;
  /** Of the conversation: with another one there may be more. */
  readonly version: number;
}

/** What was done to a conversation, when and by whom; asked for while it is open. */
export function History({ room, version }: HistoryProps) {
  const words = useWords();
  const { inbox } = useOpenBusiness();
  const [isOpen, setOpen] = useState(false);
  const [entries, setEntries] = useState<readonly HistoryEntry[]>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (!isOpen) return;
    let current = true;
    inbox.open(room).then(
      ({ history }) => {
        if (!current) return;
        setEntries(history);
        setFailed(false);
      },
      () => {
        if (current) setFailed(true);
      },
    );
    return () => {
      current = false;
    };
  }, [inbox, room, version, isOpen]);
  return (
    <details
      className={styles["history"]}
      onToggle={({ currentTarget }) => {
        setOpen(currentTarget.open);
      }}
    >
      <summary>{words.history}</summary>
      {failed && <p role="alert">{words.failed}</p>}
      {entries?.length === 0 && <p>{words.noHistory}</p>}
      <ol>
        {entries?.map((entry, place) => (
          <li key={entries.length - place}>
            <p>
              <b dir="auto">{entry.by?.name ?? words.byItself}</b> <time dateTime={entry.at}>{fully(entry.at)}</time>
            </p>
            {said(entry, words).map((line) => (
              <p key={line} dir="auto">
                {line}
              </p>
            ))}
          </li>
        ))}
      </ol>
    </details>
  );
}

/** Each change as a line. */
function said({ status, assignee, tags, priority, snoozed_until, blocked }: HistoryEntry, words: Words): readonly string[] {
  const lines: [string, string | undefined][] = [
    [words.status, status && words.statuses[status]],
    [words.until, snoozed_until && fully(snoozed_until)],
    [words.assignTo, assignee === null ? words.nobody : assignee?.name],
    [words.priority, priority && words.priorities[priority]],
    [words.tags, tags && (tags.join(", ") || "–")],
    [words.visitor, blocked === undefined ? undefined : blocked ? words.wasBlocked : words.wasLetIn],
  ];
  return lines.filter(([, now]) => now).map(([what, now]) => `${what}: ${now}`);
}
