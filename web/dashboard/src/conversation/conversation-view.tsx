import { useChat, useTyping } from "@parlance/chat/hooks";
import type { Message } from "@parlance/sdk";
import { EmptyState, MessageList, MessageSettingProvider, TypingLine, useToast, type FileSource } from "@parlance/ui";
import { DoorClosed } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { Link } from "wouter";
import { nameOf } from "../alerts.ts";
import { useOpenBusiness } from "../business/use-business.ts";
import type { View } from "../inbox/views.ts";
import { useWords } from "../words/words.tsx";
import { ConversationHeader } from "./conversation-header.tsx";
import styles from "./conversation-view.module.css";
import { ReplyBox, type Subject } from "./reply-box.tsx";
import { useConversation } from "./use-conversation.ts";
import { VisitorPanel } from "./visitor-panel.tsx";

interface ConversationViewProps {
  readonly room: string;
  readonly view: View;
}

/** One conversation: what was said and noted, where one answers, and who the visitor is. */
export function ConversationView({ room, view }: ConversationViewProps) {
  const words = useWords();
  const { business } = useOpenBusiness();
  const { client, timelines, files, me } = useChat();
  const opened = useConversation(room);
  const { conversation, entries, isNote } = opened;
  const typing = useTyping(room);
  const noting = useTyping(conversation?.notes_room ?? "");
  const show = useToast();
  const [subject, setSubject] = useState<Subject>();
  const [highlight, setHighlight] = useState<{ readonly id: string }>();
  const [panel, setPanel] = useState(false);

  const notesRoom = conversation?.notes_room ?? "";
  const roomOf = useCallback((message: Message) => (isNote(message) ? notesRoom : room), [isNote, notesRoom, room]);
  const fileUrl = useCallback<FileSource>(
    async (file, variant) => {
      const owner = entries.find(({ message }) => message.attachments.some(({ id }) => id === file.id))?.message;
      return files.url(owner ? roomOf(owner) : room, file, variant);
    },
    [files, entries, roomOf, room],
  );
  const people = useMemo(() => new Map(entries.map(({ message: { sender } }) => [sender.id, sender.name])), [entries]);
  const setting = useMemo(() => {
    const byId = (id: string): Message | undefined => entries.find(({ message }) => message.id === id)?.message;
    const inRoom = (id: string): string => {
      const message = byId(id);
      return message ? roomOf(message) : room;
    };
    return {
      me,
      names: [],
      nameOf: (id: string) => (id === me.id ? words.you : (people.get(id) ?? "…")),
      moderates: business.role !== "agent",
      isNote,
      fileUrl,
      actions: {
        reply: (message: Message) => {
          setSubject({ type: "reply", message, isNote: isNote(message) });
        },
        edit: (message: Message) => {
          setSubject({ type: "edit", message, isNote: isNote(message) });
        },
        remove: (message: Message) => {
          client.delete(roomOf(message), message.id).catch(() => {
            show({ text: words.failed });
          });
        },
        react: (message: Message, emoji: string, on: boolean) => {
          client.react(roomOf(message), message.id, emoji, on).catch(() => undefined); // what is shown is what is stored
        },
        copyLink: () => {
          void navigator.clipboard.writeText(location.href).then(() => {
            show({ text: words.copied });
          });
        },
        retry: (id: string) => {
          timelines.retry(inRoom(id), id);
        },
        dismiss: (id: string) => {
          timelines.dismiss(inRoom(id), id);
        },
        openProfile: () => {
          setPanel(true);
        },
        jumpTo: (id: string) => {
          setHighlight({ id });
        },
      },
    };
  }, [me, people, words, business.role, isNote, fileUrl, entries, roomOf, room, client, timelines, show]);

  if (opened.isGone) {
    return <EmptyState icon={<DoorClosed size={24} strokeWidth={1.5} />} title={words.gone} text={words.goneText} />;
  }
  if (!conversation) return <div />;
  const colleagues = [...typing, ...noting].filter(({ guest }) => !guest);
  return (
    <div className={styles["view"]} data-panel={panel || undefined}>
      <main className={styles["main"]} aria-label={nameOf(conversation)}>
        <ConversationHeader
          conversation={conversation}
          view={view}
          onPanel={() => {
            setPanel(!panel);
          }}
        />
        {conversation.merged_into && (
          <p className={styles["notice"]}>
            {words.mergedText} <Link href={`/${business.slug}/inbox/${view}/${conversation.merged_into}`}>{words.goThere}</Link>
          </p>
        )}
        {conversation.blocked && <p className={styles["notice"]}>{words.blockedText}</p>}
        <MessageSettingProvider value={setting}>
          {opened.ready ? (
            <MessageList
              entries={entries}
              complete={opened.complete}
              loading={opened.loading}
              onLoadOlder={opened.loadOlder}
              highlight={highlight}
              onAnchor={nowhere}
              onSeen={(seq) => {
                if (seq > 0) client.markRead(room, seq);
              }}
            />
          ) : (
            <div className={styles["waiting"]} />
          )}
        </MessageSettingProvider>
        {colleagues.length > 0 && (
          <p className={styles["colleagues"]} role="status">
            {words.replying(colleagues.map(({ name }) => name).join(", "))}
          </p>
        )}
        <TypingLine people={typing.filter(({ guest }) => guest)} />
        <ReplyBox
          key={room}
          conversation={conversation}
          subject={subject}
          onDone={() => {
            setSubject(undefined);
          }}
        />
      </main>
      <VisitorPanel
        conversation={conversation}
        earlier={opened.earlier}
        view={view}
        onClose={() => {
          setPanel(false);
        }}
      />
    </div>
  );
}

function nowhere(): void {
  // a conversation is always looked at from its end
}
