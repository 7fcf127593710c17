import type { Attachment, Entry } from "@parlance/sdk";
import { parse, type Block, type Inline } from "@parlance/ui/markdown";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { text, timeOf } from "../text/text.ts";
import { Icon } from "./icons.tsx";
import type { Visitor } from "./visitor.ts";

interface MessageViewProps {
  readonly entry: Entry;
  readonly isMine: boolean;
  /** The one before is by the same person, and not long ago. */
  readonly follows: boolean;
  readonly visitor: Visitor;
}

export function MessageView({ entry: { message, state }, isMine, follows, visitor }: MessageViewProps) {
  return (
    <article class="message" data-mine={isMine} data-state={state} data-follows={follows}>
      {!follows && (
        <p class="by">
          <b>{isMine ? text.you : message.sender.name}</b> <time dateTime={message.sent_at}>{timeOf(message.sent_at)}</time>
        </p>
      )}
      <div class="bubble" dir="auto">
        {message.deleted_at ? <em class="gone">{text.deleted}</em> : blocks(parse(message.body))}
        {message.attachments.map((file) => (
          <File key={file.id} file={file} visitor={visitor} />
        ))}
        {message.edited_at && !message.deleted_at && <small class="edited"> ({text.edited})</small>}
      </div>
      {state === "failed" && (
        <p class="error" role="alert">
          {text.failed}{" "}
          <button type="button" onClick={() => { visitor.retry(message.id); }}>
            {text.retry}
          </button>{" "}
          <button type="button" onClick={() => { visitor.dismiss(message.id); }}>
            {text.discard}
          </button>
        </p>
      )}
    </article>
  );
}

function File({ file, visitor }: { readonly file: Attachment; readonly visitor: Visitor }) {
  const [url, setUrl] = useState("");
  useEffect(() => {
    if (!file.has_thumbnail) return;
    let current = true;
    void visitor.fileUrl(file.id, true).then((made) => {
      if (current) setUrl(made);
    }, () => undefined); // it stays a file to save
    return () => {
      current = false;
    };
  }, [file, visitor]);
  const save = (): void => {
    void visitor.fileUrl(file.id, false).then((made) => {
      Object.assign(document.createElement("a"), { href: made, download: file.name }).click();
    });
  };
  return (
    <button type="button" class="file" title={file.name} onClick={save}>
      {url ? <img src={url} alt={file.name} /> : <><Icon name="file" /> <span dir="auto">{file.name}</span></>}
    </button>
  );
}

function blocks(all: readonly Block[]): ComponentChildren {
  return all.map((block, index) => {
    switch (block.type) {
      case "paragraph":
        return <p key={index} dir="auto">{inlines(block.children)}</p>;
      case "code":
        return <pre key={index}>{block.text}</pre>;
      case "quote":
        return <blockquote key={index}>{blocks(block.children)}</blockquote>;
      case "list": {
        const items = block.items.map((item, place) => <li key={place}>{inlines(item)}</li>);
        return block.start === null ? <ul key={index}>{items}</ul> : <ol key={index} start={block.start}>{items}</ol>;
      }
    }
  });
}

function inlines(all: readonly Inline[]): ComponentChildren {
  return all.map((part, index) => {
    switch (part.type) {
      case "text":
        return part.text;
      case "code":
        return <code key={index}>{part.text}</code>;
      case "mention":
        return `@${part.name}`;
      case "link":
        return <a key={index} href={part.url} target="_blank" rel="noopener noreferrer">{inlines(part.children)}</a>;
      case "strong":
        return <strong key={index}>{inlines(part.children)}</strong>;
      case "em":
        return <em key={index}>{inlines(part.children)}</em>;
      case "del":
        return <del key={index}>{inlines(part.children)}</del>;
    }
  });
}
