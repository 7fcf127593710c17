import type { Business } from "@parlance/sdk/rest";
import { Choice, TextField } from "@parlance/ui";
import { readableOn } from "@parlance/ui/readable";
import { MessageCircle } from "lucide-react";
import { useState } from "react";
import { useOpenBusiness } from "../business/use-business.ts";
import { useWords } from "../words/words.tsx";
import { Section } from "./section.tsx";
import styles from "./look.module.css";
import { useSaving } from "./use-saving.ts";

export type Theme = Business["theme"];

export function Look() {
  const { business, businesses } = useOpenBusiness();
  const saving = useSaving();
  const [theme, setTheme] = useState(business.theme);
  return (
    <div className={styles["look"]}>
      <Section saving={saving} onSave={async () => businesses.change(business, { theme })}>
        <ThemeFields theme={theme} onChange={setTheme} />
      </Section>
      <Preview name={business.name} theme={theme} />
    </div>
  );
}

interface ThemeFieldsProps {
  readonly theme: Theme;
  readonly onChange: (theme: Theme) => void;
}

export function ThemeFields({ theme, onChange }: ThemeFieldsProps) {
  const words = useWords();
  return (
    <>
      <label className={styles["colour"]}>
        <span>{words.accent}</span>
        <input type="color" value={theme.accent} onChange={({ target }) => { onChange({ ...theme, accent: target.value }); }} />
        <code>{theme.accent}</code>
      </label>
      <TextField label={words.greeting} value={theme.greeting} maxLength={200} onChange={({ target }) => { onChange({ ...theme, greeting: target.value }); }} />
      <TextField label={words.launcher} value={theme.launcher} maxLength={40} onChange={({ target }) => { onChange({ ...theme, launcher: target.value }); }} />
      <Choice
        label={words.position}
        value={theme.position}
        options={[
          { value: "left", label: words.left },
          { value: "right", label: words.right },
        ]}
        onChange={(position) => { onChange({ ...theme, position }); }}
      />
      <Choice
        label={words.scheme}
        value={theme.colour_scheme}
        options={(["auto", "light", "dark"] as const).map((value) => ({ value, label: words.schemes[value] }))}
        onChange={(colour_scheme) => { onChange({ ...theme, colour_scheme }); }}
      />
    </>
  );
}

/** How it will look, as it is being chosen. */
export function Preview({ name, theme }: { readonly name: string; readonly theme: Theme }) {
  const words = useWords();
  const scheme = theme.colour_scheme === "auto" ? undefined : theme.colour_scheme;
  return (
    <figure className={styles["preview"]} style={{ ["--accent" as string]: theme.accent, ["--on-accent" as string]: readableOn(theme.accent), colorScheme: scheme }}>
      <figcaption>{words.preview}</figcaption>
      <div className={styles["window"]} data-position={theme.position}>
        <div className={styles["head"]}>
          <b dir="auto">{name}</b>
        </div>
        <p dir="auto">{theme.greeting || "\u00a0"}</p>
        <i />
        <i />
      </div>
      <span className={styles["launcher"]} data-position={theme.position}>
        <MessageCircle size={20} strokeWidth={1.5} /> {theme.launcher}
      </span>
    </figure>
  );
}
