import type { Entry, Message } from "@parlance/sdk";
import type { ComposerFiles } from "@parlance/ui";
import { useCallback, useMemo, useState } from "react";
import { useUploads } from "../attachments/use-uploads.ts";
import { useChat } from "../session/hooks.ts";

type About = { readonly type: "reply" | "edit"; readonly message: Message } | undefined;

export interface Composing {
  readonly composer: {
    readonly draft: string;
    readonly onDraft: (text: string) => void;
    readonly onSend: (text: string) => void;
    readonly replyTo: Message | undefined;
    readonly editing: Message | undefined;
    readonly onCancel: () => void;
    readonly onEditLast: () => void;
    readonly files: ComposerFiles;
  };
  readonly reply: (message: Message) => void;
  readonly edit: (message: Message) => void;
}

/** What is being written in a room: a new message, a reply, or a new text for an old one. */
export function useComposing(roomId: string, entries: readonly Entry[], goToLatest: () => void): Composing {
  const { client, timelines, drafts, me } = useChat();
  const { files, take } = useUploads(roomId);
  const [draft, setDraft] = useState(() => drafts.get(roomId));
  const [edited, setEdited] = useState("");
  const [about, setAbout] = useState<About>();
  const editing = about?.type === "edit" ? about.message : undefined;
  const replyTo = about?.type === "reply" ? about.message : undefined;

  const reply = useCallback((message: Message) => {
    setAbout({ type: "reply", message });
  }, []);
  const edit = useCallback((message: Message) => {
    setAbout({ type: "edit", message });
    setEdited(message.body);
  }, []);

  const onDraft = (text: string): void => {
    if (editing) {
      setEdited(text);
      return;
    }
    setDraft(text);
    drafts.set(roomId, text);
  };
  const onSend = (text: string): void => {
    if (editing) {
      if (text !== editing.body) client.edit(roomId, editing.id, text).catch(toldByTheTimeline);
    } else {
      if (timelines.shown(roomId) !== timelines.get(roomId)) goToLatest();
      timelines.send(roomId, text, { replyTo: replyTo?.id ?? null, attachments: take() });
      onDraft("");
    }
    setAbout(undefined);
  };
  const onEditLast = (): void => {
    const mine = entries.findLast(
      ({ message, state }) => state === "stored" && message.sender.id === me.id && !message.deleted_at,
    );
    if (mine) edit(mine.message);
  };

  const onCancel = useCallback(() => {
    setAbout(undefined);
  }, []);
  return useMemo(
    () => ({
      composer: { draft: editing ? edited : draft, onDraft, onSend, replyTo, editing, onCancel, onEditLast, files },
      reply,
      edit,
    }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the handlers are made of these
    [draft, edited, editing, replyTo, entries, roomId, files],
  );
}

function toldByTheTimeline(): void {
  // what is shown is what is stored; the old text stays
}
