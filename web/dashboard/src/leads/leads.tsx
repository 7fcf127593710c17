import { useChat } from "@parlance/chat/hooks";
import type { Lead } from "@parlance/sdk/rest";
import { Button, EmptyState, useToast } from "@parlance/ui";
import { BadgeCheck, Download, Users } from "lucide-react";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { manages, useOpenBusiness } from "../business/use-business.ts";
import { SearchField } from "../search-field.tsx";
import { fully } from "../words/moments.ts";
import { useWords } from "../words/words.tsx";
import styles from "./leads.module.css";

const SEARCH_MILLISECONDS = 250;

interface Shown {
  readonly leads: readonly Lead[];
  readonly next: string | null;
}

/** Everybody who has begun a chat, the newest first. */
export function Leads() {
  const words = useWords();
  const { account } = useChat();
  const { business } = useOpenBusiness();
  const show = useToast();
  const [prefix, setPrefix] = useState("");
  const [shown, setShown] = useState<Shown>();
  const path = { business_id: business.id };
  const id = business.id;

  useEffect(() => {
    let current = true;
    const timer = setTimeout(
      () => {
        account.call("GET /api/businesses/{business_id}/leads", { path: { business_id: id }, query: { prefix: prefix.trim() } }).then(
          (page) => {
            if (current) setShown(page);
          },
          () => undefined, // what was found before stays
        );
      },
      prefix ? SEARCH_MILLISECONDS : 0,
    );
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [account, id, prefix]);

  const more = async (): Promise<void> => {
    if (!shown?.next) return;
    const query = { prefix: prefix.trim(), page_token: shown.next };
    const page = await account.call("GET /api/businesses/{business_id}/leads", { path, query });
    setShown({ leads: [...shown.leads, ...page.leads], next: page.next });
  };
  const save = async (): Promise<void> => {
    try {
      const file = await account.call("GET /api/businesses/{business_id}/leads.csv", { path, query: { prefix: prefix.trim() } });
      Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: "leads.csv" }).click();
    } catch {
      show({ text: words.failed });
    }
  };

  return (
    <main className={styles["leads"]}>
      <header className={styles["header"]}>
        <h1>{words.leads}</h1>
        <div className={styles["filter"]}>
          <SearchField label={words.findVisitor} value={prefix} onChange={setPrefix} />
        </div>
        {manages(business) && (
          <Button onClick={() => void save()}>
            <Download size={16} strokeWidth={1.5} /> {words.export}
          </Button>
        )}
      </header>
      {shown?.leads.length === 0 ? (
        <EmptyState
          icon={<Users size={24} strokeWidth={1.5} />}
          title={prefix ? words.nobodyFound : words.noLeads}
          {...(prefix ? {} : { text: words.noLeadsText })}
        />
      ) : (
        <div className={styles["scroller"]}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.name}</th>
                <th scope="col">{words.email}</th>
                <th scope="col">{words.phone}</th>
                <th scope="col">{words.page}</th>
                <th scope="col">{words.status}</th>
                <th scope="col">{words.when}</th>
              </tr>
            </thead>
            <tbody>
              {shown?.leads.map(({ room, visitor, status, created_at }) => (
                <tr key={room}>
                  <td>
                    <Link href={`/${business.slug}/inbox/${status}/${room}`}>
                      <bdi>{visitor.name || words.unnamed}</bdi>
                    </Link>
                    {visitor.verified && <BadgeCheck size={14} strokeWidth={1.5} role="img" aria-label={words.verified} />}
                  </td>
                  <td>{visitor.email}</td>
                  <td>{visitor.phone}</td>
                  <td className={styles["page"]}>{visitor.page.replace(/^https?:\/\//, "")}</td>
                  <td>{words.statuses[status]}</td>
                  <td>{fully(created_at)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {shown?.next && (
            <Button variant="quiet" onClick={() => void more()}>
              {words.loadMore}
            </Button>
          )}
        </div>
      )}
    </main>
  );
}
