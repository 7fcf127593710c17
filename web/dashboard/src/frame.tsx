import { useConnection } from "@parlance/chat/hooks";
import { Button } from "@parlance/ui";
import { Menu } from "@parlance/ui/menu";
import { Building2, ChevronsUpDown, Inbox, MessagesSquare, Plus, Settings, Users } from "lucide-react";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { useOpenBusiness } from "./business/use-business.ts";
import styles from "./frame.module.css";
import { useWords } from "./words/words.tsx";

/** What is around every screen: which business, and where in it. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const words = useWords();
  const { business, businesses } = useOpenBusiness();
  const { state } = useConnection();
  const [path, navigate] = useLocation();
  const places = [
    { to: "inbox", label: words.inbox, icon: <Inbox size={18} strokeWidth={1.5} /> },
    { to: "leads", label: words.leads, icon: <Users size={18} strokeWidth={1.5} /> },
    { to: "settings", label: words.settings, icon: <Settings size={18} strokeWidth={1.5} /> },
  ];
  const others = (businesses.all ?? []).map((each) => ({
    label: each.name,
    icon: <Building2 size={16} strokeWidth={1.5} />,
    run: () => {
      navigate(`/${each.slug}/inbox/open`);
    },
  }));
  return (
    <div className={styles["frame"]}>
      <header className={styles["bar"]}>
        <Menu
          trigger={
            <Button variant="quiet" className={styles["business"] ?? ""}>
              <bdi>{business.name}</bdi> <ChevronsUpDown size={14} strokeWidth={1.5} />
            </Button>
          }
          items={[
            ...others,
            {
              label: words.newBusiness,
              icon: <Plus size={16} strokeWidth={1.5} />,
              run: () => {
                navigate("/new");
              },
            },
          ]}
        />
        <nav className={styles["places"]} aria-label={words.product}>
          {places.map(({ to, label, icon }) => (
            <Link key={to} href={`/${business.slug}/${to}`} className={styles["place"]} aria-current={path.startsWith(`/${business.slug}/${to}`) ? "page" : undefined}>
              {icon}
              <span>{label}</span>
            </Link>
          ))}
          <a className={styles["place"]} href="/rooms">
            <MessagesSquare size={18} strokeWidth={1.5} />
            <span>{words.toChat}</span>
          </a>
        </nav>
      </header>
      {state === "offline" && (
        <p className={styles["offline"]} role="status">
          {words.offline}
        </p>
      )}
      <div className={styles["body"]}>{children}</div>
    </div>
  );
}
