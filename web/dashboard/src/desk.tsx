import { useChat } from "@parlance/chat/hooks";
import { Spinner } from "@parlance/ui";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useAlerts } from "./alerts.ts";
import styles from "./app.module.css";
import { Businesses } from "./business/businesses.ts";
import { Team } from "./business/team.ts";
import { OpenProvider } from "./business/use-business.ts";
import { Frame } from "./frame.tsx";
import { Inbox } from "./inbox/inbox.ts";
import { InboxView } from "./inbox/inbox-view.tsx";
import { Leads } from "./leads/leads.tsx";
import { Settings } from "./settings/settings.tsx";
import { Start } from "./start/start.tsx";

/** What is open: a business, or the way to the first one. */
export function Desk() {
  const { account } = useChat();
  const [businesses] = useState(() => new Businesses(account));
  const all = useSyncExternalStore(businesses.listen, () => businesses.all);
  useEffect(() => {
    void businesses.load();
  }, [businesses]);
  if (!all) {
    return (
      <div className={styles["starting"]}>
        <Spinner />
      </div>
    );
  }
  return (
    <Switch>
      <Route path="/new">
        <Start businesses={businesses} />
      </Route>
      <Route path="/:slug/*?">
        {({ slug }) => <OpenBusiness key={slug} slug={slug} businesses={businesses} />}
      </Route>
      <Route>
        <Redirect to={all[0] ? `/${all[0].slug}/inbox/open` : "/new"} replace />
      </Route>
    </Switch>
  );
}

function OpenBusiness({ slug, businesses }: { readonly slug: string; readonly businesses: Businesses }) {
  const { account, client, user } = useChat();
  const found = businesses.all?.find((each) => each.slug === slug);
  const id = found?.id;
  const parts = useMemo(
    () => (id === undefined ? undefined : { inbox: new Inbox(account, client, id, user.id), team: new Team(account, id) }),
    [account, client, id, user.id],
  );
  useEffect(() => {
    if (!parts) return;
    void parts.team.load();
    return parts.inbox.start();
  }, [parts]);
  useAlerts(parts?.inbox, user.id);
  if (!found || !parts) return <Redirect to="/" replace />;
  return (
    <OpenProvider value={{ business: found, businesses, ...parts }}>
      <Frame>
        <Switch>
          <Route<{ view?: string; room?: string }> path="/:slug/inbox/:view?/:room?">
            {({ view, room }) => <InboxView view={view} room={room === undefined ? undefined : decodeURIComponent(room)} />}
          </Route>
          <Route path="/:slug/leads">
            <Leads />
          </Route>
          <Route path="/:slug/settings/:tab?">{({ tab }) => <Settings tab={tab} />}</Route>
          <Route>
            <Redirect to={`/${slug}/inbox/open`} replace />
          </Route>
        </Switch>
      </Frame>
    </OpenProvider>
  );
}
