import { Button, Choice, Switch } from "@parlance/ui";
import { Dialog } from "@parlance/ui/dialog";
import { useState, type ReactNode } from "react";
import { useSession } from "../session/session-context.ts";
import { useAttempt } from "../shell/use-attempt.ts";
import { useText } from "../text/language.tsx";
import { LANGUAGES, type LanguageCode } from "../text/languages.ts";
import { DeleteAccount } from "./delete-account.tsx";
import { PasswordForm } from "./password-form.tsx";
import { prefer, usePreferences } from "./preferences.ts";
import { ProfileForm } from "./profile-form.tsx";
import { Sessions } from "./sessions.tsx";
import styles from "./settings.module.css";

/** One's own account, and how the page looks and behaves on this device. */
export function Settings({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const session = useSession();
  const attempt = useAttempt();
  return (
    <Dialog title={text.settings} size="medium" onClose={onClose}>
      <Section title={text.profile}>
        <ProfileForm />
      </Section>
      <Section title={text.appearance}>
        <Appearance />
      </Section>
      <Section title={text.notificationsTitle}>
        <Notifications />
      </Section>
      <Section title={text.password}>
        <PasswordForm />
      </Section>
      <Section title={text.sessions}>
        <Sessions />
      </Section>
      <div className={styles["actions"]}>
        <Button
          onClick={() => {
            attempt(async () => session.logout());
          }}
        >
          {text.logOut}
        </Button>
        <Button
          onClick={() => {
            attempt(async () => session.logout(true));
          }}
        >
          {text.logOutEverywhere}
        </Button>
        <DeleteAccount />
      </div>
    </Dialog>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles["section"]} aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Appearance() {
  const text = useText();
  const { theme, language } = usePreferences();
  return (
    <div className={styles["row"]}>
      <Choice
        label={text.theme}
        value={theme}
        options={[
          { value: "system", label: text.system },
          { value: "light", label: text.light },
          { value: "dark", label: text.dark },
        ]}
        onChange={(value) => {
          prefer({ theme: value });
        }}
      />
      <Choice
        label={text.language}
        value={language}
        options={Object.entries(LANGUAGES).map(([value, label]) => ({ value: value as LanguageCode, label }))}
        onChange={(value) => {
          prefer({ language: value });
        }}
      />
    </div>
  );
}

function Notifications() {
  const text = useText();
  const { notifications } = usePreferences();
  const [blocked, setBlocked] = useState(false);
  const change = async (on: boolean): Promise<void> => {
    const permission = on ? await Notification.requestPermission() : "granted";
    setBlocked(permission !== "granted");
    prefer({ notifications: on && permission === "granted" });
  };
  return (
    <>
      <Switch
        label={text.notifications}
        hint={text.notificationsHint}
        checked={notifications}
        onChange={(on) => void change(on)}
      />
      {blocked && <p role="alert">{text.notificationsBlocked}</p>}
    </>
  );
}
