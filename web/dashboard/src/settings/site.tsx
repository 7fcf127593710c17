import { useChat } from "@parlance/chat/hooks";
import { Button, IconButton, useToast } from "@parlance/ui";
import { Copy, ExternalLink, Trash2 } from "lucide-react";
import { useState } from "react";
import { manages, useOpenBusiness } from "../business/use-business.ts";
import { useWords } from "../words/words.tsx";
import { Area, Section } from "./section.tsx";
import styles from "./settings.module.css";
import { useSaving } from "./use-saving.ts";

/** Where the widget stands, and how the business says who its customers are. */
export function Site() {
  const words = useWords();
  const { business, businesses } = useOpenBusiness();
  const saving = useSaving();
  const [sites, setSites] = useState(business.allowed_origins.join("\n"));
  return (
    <>
      <Section saving={saving} onSave={async () => businesses.change(business, { allowed_origins: sitesIn(sites) })}>
        <Area label={words.sites} hint={words.sitesHint} maxLength={10_000} value={sites} onChange={setSites} />
      </Section>
      <Snippet slug={business.slug} />
      {manages(business) && <Keys />}
    </>
  );
}

export function sitesIn(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

/** The line of HTML, and the page where it can be seen at work. */
export function Snippet({ slug }: { readonly slug: string }) {
  const words = useWords();
  const show = useToast();
  const line = `<script async src="${location.origin}/widget.js" data-business="${slug}"></script>`;
  return (
    <section className={styles["section"]}>
      <h2>{words.snippet}</h2>
      <div className={styles["snippet"]}>
        <code>{line}</code>
        <Button
          size="small"
          onClick={() => {
            void navigator.clipboard.writeText(line).then(() => {
              show({ text: words.copied });
            });
          }}
        >
          <Copy size={14} strokeWidth={1.5} /> {words.copy}
        </Button>
      </div>
      <p>
        <a href={`/b/${slug}`} target="_blank" rel="noopener">
          {words.publicPage} <ExternalLink size={14} strokeWidth={1.5} />
        </a>
      </p>
    </section>
  );
}

function Keys() {
  const words = useWords();
  const { account } = useChat();
  const { business, businesses } = useOpenBusiness();
  const saving = useSaving();
  const [key, setKey] = useState("");
  const path = { business_id: business.id };
  const add = async (): Promise<void> => {
    await account.call("POST /api/businesses/{business_id}/keys", { path, body: { public_key: key } });
    setKey("");
    await businesses.load();
  };
  const remove = async (key_id: string): Promise<void> => {
    await account.call("DELETE /api/businesses/{business_id}/keys/{key_id}", { path: { ...path, key_id } });
    await businesses.load();
  };
  return (
    <Section saving={saving} onSave={add} label={words.add}>
      <h2>{words.keys}</h2>
      <p className={styles["hint"]}>{words.keysHint}</p>
      <ul className={styles["rows"]}>
        {business.identity_keys.map(({ key_id, algorithm }) => (
          <li key={key_id} className={styles["row"]}>
            <code className={styles["grow"]}>{key_id}</code>
            <span>{algorithm}</span>
            <IconButton label={`${words.remove}: ${key_id}`} onClick={() => { saving.run(async () => remove(key_id)); }}>
              <Trash2 size={16} strokeWidth={1.5} />
            </IconButton>
          </li>
        ))}
      </ul>
      <Area label={words.publicKey} rows={4} maxLength={4000} value={key} onChange={setKey} />
    </Section>
  );
}
