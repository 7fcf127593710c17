import type { Entry, Message } from "@parlance/sdk";
import { Clock, CornerUpLeft, TriangleAlert } from "lucide-react";
import { memo } from "react";
import { Attachments } from "../attachments/attachments.tsx";
import { useLanguage, useUiText } from "../i18n/text.tsx";
import { Avatar } from "../primitives/avatar.tsx";
import { Button } from "../primitives/button.tsx";
import { useMessageSetting } from "./actions.ts";
import { ActionBar } from "./action-bar.tsx";
import { MessageBody } from "./message-body.tsx";
import styles from "./message.module.css";
import { preview } from "./preview.ts";
import { Reactions } from "./reactions.tsx";
import { useAttention } from "./use-attention.ts";
import { momentOf, timeOf } from "./times.ts";

const QUOTED_CHARACTERS = 140;

interface MessageViewProps {
  readonly entry: Entry;
  /** Of a group: shows who wrote it. */
  readonly first: boolean;
  /** What it replies to, where that is known. */
  readonly quoted: Message | undefined;
  readonly highlighted: boolean;
}

/** One message. */
export const MessageView = memo(function MessageView({ entry, first, quoted, highlighted }: MessageViewProps) {
  const text = useUiText();
  const { locale } = useLanguage();
  const { me, names, isNote } = useMessageSetting();
  const { message, state } = entry;
  const deleted = message.deleted_at !== null;
  const { attended, picking, setPicking, events } = useAttention();
  if (message.kind === "notice") return <p className={styles["notice"]}>{message.body}</p>;
  return (
    <article
      className={styles["message"]}
      aria-label={`${message.sender.name}, ${timeOf(message.sent_at, locale)}`}
      data-first={first || undefined}
      data-mine={message.sender.id === me.id || undefined}
      data-state={state}
      data-note={isNote?.(message) ? true : undefined}
      data-highlighted={highlighted || undefined}
      tabIndex={0}
      {...events}
    >
      <div className={styles["gutter"]}>
        {first ? <Face of={message} /> : <Time message={message} />}
      </div>
      <div className={styles["content"]}>
        {message.reply_to && !deleted && <Quote of={message.reply_to} quoted={quoted} />}
        {first && (
          <header className={styles["header"]}>
            <Name of={message} />
            {message.sender.guest && <span className={styles["tag"]}>{text.guest}</span>}
            <Time message={message} />
          </header>
        )}
        {deleted ? (
          <p className={styles["deleted"]}>{text.deletedMessage}</p>
        ) : (
          <div className={styles["line"]}>
            {message.body && <MessageBody text={message.body} names={names} me={me.name} />}
            {message.edited_at && (
              <span className={styles["edited"]} title={momentOf(message.edited_at, locale)}>
                {text.edited}
              </span>
            )}
            {state === "sending" && (
              <Clock className={styles["sending"]} size={13} strokeWidth={1.5} role="img" aria-label={text.sending} />
            )}
          </div>
        )}
        {!deleted && message.attachments.length > 0 && <Attachments attachments={message.attachments} />}
        {state === "failed" && <Failed entry={entry} />}
        {!deleted && message.reactions.length > 0 && <Reactions message={message} />}
      </div>
      {attended && state === "stored" && !deleted && (
        <ActionBar message={message} picking={picking} onPicking={setPicking} />
      )}
    </article>
  );
});

/** Leads to who it is, as the name does; one of the two is enough for the keyboard and for those who listen. */
function Face({ of: { sender } }: { readonly of: Message }) {
  const { actions } = useMessageSetting();
  return (
    <span
      className={styles["face"]}
      onClick={() => {
        actions.openProfile(sender.id);
      }}
    >
      <Avatar id={sender.id} name={sender.name} size={36} />
    </span>
  );
}

function Name({ of: { sender } }: { readonly of: Message }) {
  const { actions } = useMessageSetting();
  return (
    <button
      type="button"
      className={styles["name"]}
      onClick={() => {
        actions.openProfile(sender.id);
      }}
    >
      <bdi>{sender.name}</bdi>
    </button>
  );
}

function Time({ message }: { readonly message: Message }) {
  const { locale } = useLanguage();
  return (
    <time className={styles["time"]} dateTime={message.sent_at} title={momentOf(message.sent_at, locale)}>
      {timeOf(message.sent_at, locale)}
    </time>
  );
}

function Quote({ of, quoted }: { readonly of: string; readonly quoted: Message | undefined }) {
  const text = useUiText();
  const { actions } = useMessageSetting();
  return (
    <button
      type="button"
      className={styles["quote"]}
      onClick={() => {
        actions.jumpTo(of);
      }}
    >
      <CornerUpLeft size={14} strokeWidth={1.5} />
      {quoted ? (
        <>
          <span className={styles["quoteName"]}>{quoted.sender.name}</span>
          <span className={styles["quoteBody"]} dir="auto">
            {quoted.deleted_at ? text.deletedMessage : preview(quoted, QUOTED_CHARACTERS)}
          </span>
        </>
      ) : (
        text.replyGone
      )}
    </button>
  );
}

function Failed({ entry }: { readonly entry: Entry }) {
  const text = useUiText();
  const { actions } = useMessageSetting();
  return (
    <div className={styles["failed"]} role="alert">
      <TriangleAlert size={14} strokeWidth={1.5} />
      <span>
        {text.failed} {entry.error?.message}
      </span>
      <div className={styles["remedies"]}>
        <Button
          size="small"
          onClick={() => {
            actions.retry(entry.message.id);
          }}
        >
          {text.retry}
        </Button>
        <Button
          size="small"
          variant="quiet"
          onClick={() => {
            actions.dismiss(entry.message.id);
          }}
        >
          {text.remove}
        </Button>
      </div>
    </div>
  );
}
