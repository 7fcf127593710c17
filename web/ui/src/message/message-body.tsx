import { Check, Copy } from "lucide-react";
import { memo, useState, type ReactNode } from "react";
import { useUiText } from "../i18n/text.tsx";
import { IconButton } from "../primitives/button.tsx";
import { parse, type Block, type Inline } from "./markdown.ts";
import styles from "./message-body.module.css";

const COPIED_SECONDS = 2;

interface MessageBodyProps {
  readonly text: string;
  /** Who can be mentioned. */
  readonly names: readonly string[];
  /** One's own name, to stand out where it is mentioned. */
  readonly me: string;
}

/** What somebody wrote. */
export const MessageBody = memo(function MessageBody({ text, names, me }: MessageBodyProps) {
  const blocks = parse(text, names);
  return (
    <div className={styles["body"]} dir="auto" data-large={isOnlyEmoji(text) || undefined}>
      {blocks.map((block, index) => (
        <BlockView key={index} block={block} me={me} />
      ))}
    </div>
  );
});

function BlockView({ block, me }: { readonly block: Block; readonly me: string }) {
  switch (block.type) {
    case "paragraph":
      return <p dir="auto">{inlines(block.children, me)}</p>;
    case "quote":
      return (
        <blockquote>
          {block.children.map((inner, index) => (
            <BlockView key={index} block={inner} me={me} />
          ))}
        </blockquote>
      );
    case "list": {
      const items = block.items.map((item, index) => (
        <li key={index} dir="auto">
          {inlines(item, me)}
        </li>
      ));
      if (block.start === null) return <ul>{items}</ul>;
      const digits = String(block.start + items.length - 1).length;
      return (
        <ol start={block.start} style={{ paddingInlineStart: `${digits + 1.5}ch` }}>
          {items}
        </ol>
      );
    }
    case "code":
      return <Code text={block.text} />;
  }
}

function Code({ text }: { readonly text: string }) {
  const words = useUiText();
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(setCopied, COPIED_SECONDS * 1000, false);
  };
  return (
    <div className={styles["code"]}>
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
      <IconButton label={copied ? words.copied : words.copyCode} className={styles["copy"]} onClick={() => void copy()}>
        {copied ? <Check size={16} strokeWidth={1.5} /> : <Copy size={16} strokeWidth={1.5} />}
      </IconButton>
    </div>
  );
}

function inlines(parts: readonly Inline[], me: string): ReactNode[] {
  return parts.map((part, index) => {
    switch (part.type) {
      case "text":
        return part.text;
      case "code":
        return <code key={index}>{part.text}</code>;
      case "mention":
        return (
          <span key={index} className={styles["mention"]} data-me={part.name === me || undefined}>
            @{part.name}
          </span>
        );
      case "link":
        return <Link key={index} url={part.url} me={me} parts={part.children} />;
      default: {
        const Tag = part.type;
        return <Tag key={index}>{inlines(part.children, me)}</Tag>;
      }
    }
  });
}

/** Where the words do not say where the link leads, the host stands beside them. */
function Link({ url, parts, me }: { readonly url: string; readonly parts: readonly Inline[]; readonly me: string }) {
  const { host } = new URL(url);
  const [only] = parts;
  const saysHost = parts.length === 1 && only?.type === "text" && only.text.includes(host);
  return (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow">
      {inlines(parts, me)}
      {!saysHost && <span className={styles["host"]}> ({host})</span>}
    </a>
  );
}

const EMOJI_ONLY = new RegExp(String.raw`^(?:\p{RGI_Emoji}\s?){1,3}$`, "v");

function isOnlyEmoji(text: string): boolean {
  return text.length < 40 && EMOJI_ONLY.test(text);
}
