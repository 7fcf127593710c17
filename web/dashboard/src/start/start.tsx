import type { Business } from "@parlance/sdk/rest";
import { Button, TextField } from "@parlance/ui";
import { Store } from "lucide-react";
import { useState, type SyntheticEvent } from "react";
import { useLocation } from "wouter";
import type { Businesses } from "../business/businesses.ts";
import { Preview, ThemeFields } from "../settings/look.tsx";
import { Area } from "../settings/section.tsx";
import { Snippet, sitesIn } from "../settings/site.tsx";
import { useSaving } from "../settings/use-saving.ts";
import { useWords } from "../words/words.tsx";
import styles from "./start.module.css";

const STEPS = 3;

/** From nothing to a live widget: a name, a look, and the line to copy. */
export function Start({ businesses }: { readonly businesses: Businesses }) {
  const [business, setBusiness] = useState<Business>();
  const [step, setStep] = useState(1);
  const next = (): void => {
    setStep(step + 1);
  };
  return (
    <main className={styles["start"]}>
      {!business || step === 1 ? (
        <Name
          businesses={businesses}
          onDone={(created) => {
            setBusiness(created);
            setStep(2);
          }}
        />
      ) : step === 2 ? (
        <Look businesses={businesses} business={business} onDone={next} />
      ) : (
        <Place businesses={businesses} business={business} />
      )}
    </main>
  );
}

function Name({ businesses, onDone }: { readonly businesses: Businesses; readonly onDone: (business: Business) => void }) {
  const words = useWords();
  const saving = useSaving({ quiet: true });
  const [name, setName] = useState("");
  const slug = name.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    saving.run(async () => {
      onDone(await businesses.create(name));
    });
  };
  return (
    <form className={styles["card"]} onSubmit={submit}>
      <span className={styles["icon"]}>
        <Store size={26} strokeWidth={1.5} />
      </span>
      <p className={styles["step"]}>{words.step(1, STEPS)}</p>
      <h1>{words.welcome}</h1>
      <p>{words.welcomeText}</p>
      <TextField
        label={words.businessName}
        value={name}
        required
        autoFocus
        maxLength={80}
        error={saving.error?.message}
        hint={slug && words.address(`${location.origin}/b/${slug}`)}
        onChange={({ target }) => {
          setName(target.value);
        }}
      />
      <Button type="submit" variant="primary" busy={saving.busy}>
        {words.create}
      </Button>
    </form>
  );
}

interface StepProps {
  readonly businesses: Businesses;
  readonly business: Business;
}

function Look({ businesses, business, onDone }: StepProps & { readonly onDone: () => void }) {
  const words = useWords();
  const saving = useSaving({ quiet: true });
  const [theme, setTheme] = useState(business.theme);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    saving.run(async () => {
      await businesses.change(business, { theme });
      onDone();
    });
  };
  return (
    <form className={styles["wide"]} onSubmit={submit}>
      <div className={styles["card"]}>
        <p className={styles["step"]}>{words.step(2, STEPS)}</p>
        <h1>{words.lookTitle}</h1>
        <p>{words.lookText}</p>
        <ThemeFields theme={theme} onChange={setTheme} />
        {saving.error && <p role="alert">{saving.error.message}</p>}
        <Button type="submit" variant="primary" busy={saving.busy}>
          {words.next}
        </Button>
      </div>
      <Preview name={business.name} theme={theme} />
    </form>
  );
}

function Place({ businesses, business }: StepProps) {
  const words = useWords();
  const [, navigate] = useLocation();
  const saving = useSaving({ quiet: true });
  const [sites, setSites] = useState("");
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    saving.run(async () => {
      await businesses.change(business, { allowed_origins: sitesIn(sites) });
      navigate(`/${business.slug}/inbox/open`);
    });
  };
  return (
    <form className={styles["card"]} onSubmit={submit}>
      <p className={styles["step"]}>{words.step(3, STEPS)}</p>
      <h1>{words.siteTitle}</h1>
      <p>{words.siteText}</p>
      <Area label={words.sites} hint={words.sitesHint} maxLength={10_000} value={sites} onChange={setSites} />
      <Snippet slug={business.slug} />
      {saving.error && <p role="alert">{saving.error.message}</p>}
      <Button type="submit" variant="primary" busy={saving.busy}>
        {words.finish}
      </Button>
    </form>
  );
}
