import { MessageSquare, Settings } from "lucide-react";
import { useState } from "react";
import {
  Avatar,
  Badge,
  Button,
  Choice,
  EmptyState,
  IconButton,
  PasswordField,
  Spinner,
  Switch,
  TextField,
  TypingLine,
  useToast,
} from "../src/index.ts";
import styles from "./gallery.module.css";
import { PEOPLE } from "./samples.ts";

const VARIANTS = ["primary", "secondary", "quiet", "danger"] as const;
const THEMES = [
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
] as const;

/** The small parts, each in its states. */
export function Parts() {
  const show = useToast();
  const [on, setOn] = useState(true);
  const [theme, setTheme] = useState<"light" | "dark">("light");
  return (
    <main className={styles["parts"]}>
      <h1>Gallery</h1>
      <section aria-label="Buttons" className={styles["row"]}>
        {VARIANTS.map((variant) => (
          <Button key={variant} variant={variant}>
            {variant}
          </Button>
        ))}
        <Button busy>busy</Button>
        <Button disabled>disabled</Button>
        <Button size="small">small</Button>
        <IconButton label="Settings">
          <Settings size={18} strokeWidth={1.5} />
        </IconButton>
        <Button
          onClick={() => {
            show({ text: "Message deleted.", action: { label: "Undo", run: () => undefined } });
          }}
        >
          Toast
        </Button>
        <Spinner />
      </section>
      <section aria-label="Fields" className={styles["columns"]}>
        <TextField label="Name" hint="As others see you." defaultValue="Ada Quill" />
        <TextField label="Username" error="That name is taken." defaultValue="ada" />
        <PasswordField label="Password" defaultValue="correct horse" />
        <TextField label="Not now" disabled defaultValue="disabled" />
        <Switch label="Sounds" hint="For direct messages." checked={on} onChange={setOn} />
        <Choice label="Theme" value={theme} options={THEMES} onChange={setTheme} />
      </section>
      <section aria-label="People" className={styles["row"]}>
        {([20, 24, 32, 36, 64] as const).map((size, index) => (
          <Avatar key={size} id={`p${index}`} name={PEOPLE[index % PEOPLE.length]!.name} size={size} online={index % 2 === 0} />
        ))}
        {[0, 1, 42, 100].map((count) => (
          <Badge key={count} count={count} label={`${count} unread`} />
        ))}
        <Badge count={7} quiet label="7 unread, muted" />
      </section>
      <section aria-label="Lines">
        {[1, 2, 4].map((number) => (
          <TypingLine key={number} people={PEOPLE.slice(0, number)} />
        ))}
      </section>
      <EmptyState
        icon={<MessageSquare size={32} strokeWidth={1.5} />}
        title="No rooms yet"
        text="Rooms are where people talk. Join one, or make your own."
        action={<Button variant="primary">Browse rooms</Button>}
      />
    </main>
  );
}
