import { useUploads } from "@parlance/chat/files";
import { useChat } from "@parlance/chat/hooks";
import type { Conversation, Message } from "@parlance/sdk";
import { Composer } from "@parlance/ui";
import { useState, useSyncExternalStore, type KeyboardEvent } from "react";
import { nameOf } from "../alerts.ts";
import { useOpenBusiness } from "../business/use-business.ts";
import { useWords } from "../words/words.tsx";
import { filledIn, matching } from "./canned.ts";
import styles from "./reply-box.module.css";

/** A message that is replied to, or whose text is being replaced. */
export interface Subject {
  readonly type: "reply" | "edit";
  readonly message: Message;
  readonly isNote: boolean;
}

interface ReplyBoxProps {
  readonly conversation: Conversation;
  readonly subject: Subject | undefined;
  readonly onDone: () => void;
}

/** Where one answers the visitor, or leaves a note for one's colleagues. */
export function ReplyBox({ conversation, subject, onDone }: ReplyBoxProps) {
  const words = useWords();
  const { client, timelines, drafts, me } = useChat();
  const { business, team } = useOpenBusiness();
  const replies = useSyncExternalStore(team.listen, () => team.replies);
  const [wantsNote, setWantsNote] = useState(false);
  const isNote = subject?.isNote ?? wantsNote;
  const room = isNote ? conversation.notes_room : conversation.room;
  const { files, take } = useUploads(room);
  const [written, setWritten] = useState<Readonly<Record<string, string>>>({});
  const [edited, setEdited] = useState<{ readonly of: Message; readonly text: string }>();
  const [chosen, setChosen] = useState(0);
  const [dismissed, setDismissed] = useState<string>();

  const editing = subject?.type === "edit" ? subject.message : undefined;
  const draft = editing ? (edited?.of === editing ? edited.text : editing.body) : (written[room] ?? drafts.get(room));
  const offered = isNote || editing || dismissed === draft ? [] : matching(replies, draft);
  const selected = Math.min(chosen, offered.length - 1);

  const write = (text: string): void => {
    setChosen(0);
    if (editing) {
      setEdited({ of: editing, text });
      return;
    }
    setWritten({ ...written, [room]: text });
    drafts.set(room, text);
  };
  const send = (text: string): void => {
    if (editing) client.edit(room, editing.id, text).catch(() => undefined); // what is shown is what is stored
    else {
      timelines.send(room, text, { replyTo: subject?.message.id ?? null, attachments: take() });
      write("");
    }
    onDone();
  };
  const choose = (index: number): void => {
    const reply = offered[index];
    if (reply) write(filledIn(reply.text, { visitor: conversation.visitor, agent: me.name, business: business.name }));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (offered.length === 0 || event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setChosen((selected + step + offered.length) % offered.length);
    else if (event.key === "Enter" || event.key === "Tab") choose(selected);
    else if (event.key === "Escape") setDismissed(draft);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className={styles["box"]} data-note={isNote || undefined} onKeyDownCapture={onKeyDown}>
      {offered.length > 0 && (
        <ul className={styles["canned"]} role="listbox" aria-label={words.cannedReplies}>
          {offered.map((reply, index) => (
            <li
              key={reply.id}
              role="option"
              aria-selected={index === selected}
              onMouseDown={(event) => {
                event.preventDefault();
                choose(index);
              }}
            >
              <b>/{reply.shortcut}</b> <span dir="auto">{reply.text}</span>
            </li>
          ))}
        </ul>
      )}
      <div className={styles["modes"]} role="group" aria-label={`${words.reply} / ${words.note}`}>
        {[false, true].map((note) => (
          <button
            key={String(note)}
            type="button"
            aria-pressed={isNote === note}
            onClick={() => {
              onDone();
              setWantsNote(note);
            }}
          >
            {note ? words.note : words.reply}
          </button>
        ))}
        {isNote && <span>{words.noteHint}</span>}
      </div>
      <Composer
        key={room}
        room={isNote ? words.note : nameOf(conversation)}
        draft={draft}
        onDraft={write}
        onSend={send}
        onTyping={() => {
          client.typing(room);
        }}
        names={[]}
        replyTo={subject?.type === "reply" ? subject.message : undefined}
        editing={editing}
        onCancel={onDone}
        onEditLast={nothing}
        files={files}
      />
    </div>
  );
}

function nothing(): void {
  // an agent edits what it points at
}
