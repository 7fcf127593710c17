import type { Conversation } from "@parlance/sdk";
import { Button, Choice, IconButton, useToast } from "@parlance/ui";
import { Dialog } from "@parlance/ui/dialog";
import { BadgeCheck, CircleAlert, X } from "lucide-react";
import { useState, type ReactNode, type SyntheticEvent } from "react";
import { Link, useLocation } from "wouter";
import { nameOf } from "../alerts.ts";
import { manages, useOpenBusiness } from "../business/use-business.ts";
import type { View } from "../inbox/views.ts";
import { fully } from "../words/moments.ts";
import { useWords } from "../words/words.tsx";
import { History } from "./history.tsx";
import styles from "./visitor-panel.module.css";

interface VisitorPanelProps {
  readonly conversation: Conversation;
  readonly earlier: readonly Conversation[];
  readonly view: View;
  readonly onClose: () => void;
}

/** Who the visitor is, and what can be done about it. */
export function VisitorPanel({ conversation, earlier, view, onClose }: VisitorPanelProps) {
  const words = useWords();
  const { business, inbox } = useOpenBusiness();
  const show = useToast();
  const [erasing, setErasing] = useState(false);
  const { room, visitor, created_at, priority, blocked, version } = conversation;
  const failed = (): void => {
    show({ text: words.failed });
  };
  const labels = new Map(business.form.fields.map(({ key, label }) => [key, label]));
  return (
    <aside className={styles["panel"]} aria-label={words.visitor}>
      <header className={styles["header"]}>
        <h2 dir="auto">{nameOf(conversation)}</h2>
        <IconButton label={words.close} className={styles["close"] ?? ""} onClick={onClose}>
          <X size={18} strokeWidth={1.5} />
        </IconButton>
      </header>
      <p className={styles["trust"]} data-verified={visitor.verified || undefined}>
        {visitor.verified ? <BadgeCheck size={16} strokeWidth={1.5} /> : <CircleAlert size={16} strokeWidth={1.5} />}
        {visitor.verified ? words.verified : words.notVerified}
      </p>
      <dl className={styles["facts"]}>
        <Fact name={words.email}>{visitor.email && <a href={`mailto:${visitor.email}`}>{visitor.email}</a>}</Fact>
        <Fact name={words.phone}>{visitor.phone && <a href={`tel:${visitor.phone}`}>{visitor.phone}</a>}</Fact>
        {Object.entries(visitor.answers).map(([key, answer]) => (
          <Fact key={key} name={labels.get(key) ?? key}>
            <span dir="auto">{answer}</span>
          </Fact>
        ))}
        <Fact name={words.page}>{visitor.page && <Address of={visitor.page} />}</Fact>
        <Fact name={words.cameFrom}>{visitor.referrer && <Address of={visitor.referrer} />}</Fact>
        <Fact name={words.customerId}>{visitor.subject}</Fact>
        <Fact name={words.firstSeen}>{fully(created_at)}</Fact>
        <Fact name={words.agreedTo}>{visitor.consent}</Fact>
      </dl>
      <Tags conversation={conversation} />
      <Choice
        label={words.priority}
        value={priority}
        options={(["low", "normal", "high", "urgent"] as const).map((value) => ({ value, label: words.priorities[value] }))}
        onChange={(value) => {
          inbox.change(room, { priority: value }).catch(failed);
        }}
      />
      {earlier.length > 0 && (
        <section>
          <h3>{words.earlier}</h3>
          <ul className={styles["earlier"]}>
            {earlier.map((each) => (
              <li key={each.room}>
                <Link href={`/${business.slug}/inbox/${view}/${each.room}`}>{fully(each.created_at)}</Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      <History room={room} version={version} />
      <footer className={styles["acts"]}>
        <Button
          size="small"
          onClick={() => {
            inbox.change(room, { blocked: !blocked }).catch(failed);
          }}
        >
          {blocked ? words.unblock : words.block}
        </Button>
        {manages(business) && (
          <Button
            size="small"
            variant="danger"
            onClick={() => {
              setErasing(true);
            }}
          >
            {words.erase}
          </Button>
        )}
      </footer>
      {erasing && (
        <Erase
          conversation={conversation}
          view={view}
          onClose={() => {
            setErasing(false);
          }}
        />
      )}
    </aside>
  );
}

/** What is not known is not shown. */
function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  if (!children) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Only what leads to a page is a link; a visitor may have sent anything. */
function Address({ of }: { readonly of: string }) {
  const shown = of.replace(/^https?:\/\//, "");
  if (!/^https?:\/\//.test(of)) return <span>{shown}</span>;
  return (
    <a href={of} target="_blank" rel="noopener noreferrer">
      {shown}
    </a>
  );
}

function Tags({ conversation: { room, tags } }: { readonly conversation: Conversation }) {
  const words = useWords();
  const { inbox } = useOpenBusiness();
  const show = useToast();
  const [written, setWritten] = useState("");
  const change = (changed: readonly string[]): void => {
    inbox.change(room, { tags: changed }).catch(() => {
      show({ text: words.failed });
    });
  };
  const add = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (!written.trim()) return;
    change([...tags, written.trim()]);
    setWritten("");
  };
  return (
    <section>
      <h3>{words.tags}</h3>
      <ul className={styles["tags"]}>
        {tags.map((tag) => (
          <li key={tag} dir="auto">
            {tag}
            <button
              type="button"
              aria-label={words.removeTag(tag)}
              onClick={() => {
                change(tags.filter((each) => each !== tag));
              }}
            >
              <X size={12} strokeWidth={1.5} />
            </button>
          </li>
        ))}
      </ul>
      <form onSubmit={add}>
        <input
          className={styles["newTag"]}
          value={written}
          maxLength={40}
          placeholder={words.addTag}
          aria-label={words.addTag}
          onChange={({ target }) => {
            setWritten(target.value);
          }}
        />
      </form>
    </section>
  );
}

function Erase({ conversation, view, onClose }: { readonly conversation: Conversation; readonly view: View; readonly onClose: () => void }) {
  const words = useWords();
  const { business, inbox } = useOpenBusiness();
  const [, navigate] = useLocation();
  const show = useToast();
  const [busy, setBusy] = useState(false);
  const erase = (): void => {
    setBusy(true);
    inbox.erase(conversation.room).then(
      () => {
        navigate(`/${business.slug}/inbox/${view}`);
      },
      () => {
        setBusy(false);
        show({ text: words.failed });
      },
    );
  };
  return (
    <Dialog title={words.erase} description={words.eraseText} onClose={onClose}>
      <div className={styles["answers"]}>
        <Button onClick={onClose}>{words.cancel}</Button>
        <Button variant="danger" busy={busy} onClick={erase}>
          {words.erase}
        </Button>
      </div>
    </Dialog>
  );
}
