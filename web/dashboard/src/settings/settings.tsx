import { Link, Redirect } from "wouter";
import { useOpenBusiness } from "../business/use-business.ts";
import { useWords } from "../words/words.tsx";
import { FormSettings } from "./form-settings.tsx";
import { Hours } from "./hours.tsx";
import { Look } from "./look.tsx";
import { Profile } from "./profile.tsx";
import { Replies } from "./replies.tsx";
import styles from "./settings.module.css";
import { Site } from "./site.tsx";
import { TeamSettings } from "./team-settings.tsx";

const TABS = { profile: Profile, look: Look, form: FormSettings, site: Site, hours: Hours, team: TeamSettings, replies: Replies };
type Tab = keyof typeof TABS;

/** How the business presents itself, and who answers for it. */
export function Settings({ tab }: { readonly tab: string | undefined }) {
  const words = useWords();
  const { business } = useOpenBusiness();
  if (tab === undefined || !(tab in TABS)) return <Redirect to={`/${business.slug}/settings/profile`} replace />;
  const Shown = TABS[tab as Tab];
  return (
    <div className={styles["settings"]}>
      <nav className={styles["tabs"]} aria-label={words.settings}>
        {(Object.keys(TABS) as Tab[]).map((each) => (
          <Link key={each} href={`/${business.slug}/settings/${each}`} aria-current={each === tab ? "page" : undefined}>
            {words.tabs[each]}
          </Link>
        ))}
      </nav>
      <main className={styles["main"]}>
        <h1>{words.tabs[tab as Tab]}</h1>
        <Shown />
      </main>
    </div>
  );
}
