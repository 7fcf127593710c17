import { AccountError } from "@parlance/sdk";
import { Button, PasswordField, TextField } from "@parlance/ui";
import { MessagesSquare } from "lucide-react";
import { useState, type SyntheticEvent } from "react";
import { Link, useLocation } from "wouter";
import { useSession } from "../session/session-context.ts";
import { useText } from "../text/language.tsx";
import { MIN_PASSWORD_CHARACTERS, passwordStrength } from "./password-strength.ts";
import styles from "./sign-in.module.css";
import { StrengthMeter } from "./strength-meter.tsx";

type Field = "username" | "display_name" | "password" | "form";
type Errors = Partial<Record<Field, string>>;

/** The way in: logging in, or creating an account at `/register`. */
export function SignIn({ expired }: { readonly expired: boolean }) {
  const text = useText();
  const session = useSession();
  const [path] = useLocation();
  const registers = path === "/register";
  const [username, setUsername] = useState("");
  const [displayName, setDisplayName] = useState("");
  const [password, setPassword] = useState("");
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);

  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    const missing: Errors = {
      ...(!username.trim() && { username: text.needed }),
      ...(!password && { password: text.needed }),
      ...(registers && password && passwordStrength(password) === 0 && { password: text.atLeast(MIN_PASSWORD_CHARACTERS) }),
    };
    setErrors(missing);
    if (Object.keys(missing).length > 0 || busy) return;
    setBusy(true);
    try {
      if (registers) await session.register(username.trim(), password, displayName.trim());
      else await session.login(username.trim(), password);
    } catch (error) {
      setErrors(explain(error, text.wrongLogin));
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className={styles["page"]}>
      <form className={styles["card"]} onSubmit={(event) => void submit(event)} noValidate>
        <header className={styles["header"]}>
          <span className={styles["logo"]}>
            <MessagesSquare size={26} strokeWidth={1.5} />
          </span>
          <h1>{text.product}</h1>
          <p>{text.promise}</p>
        </header>
        {expired && Object.keys(errors).length === 0 && <p className={styles["note"]}>{text.sessionEnded}</p>}
        {errors.form && (
          <p className={styles["error"]} role="alert">
            {errors.form}
          </p>
        )}
        <TextField
          label={text.username}
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          value={username}
          error={errors.username}
          hint={registers && text.usernameHint}
          onChange={(event) => {
            setUsername(event.target.value);
          }}
        />
        {registers && (
          <TextField
            label={text.displayName}
            name="name"
            autoComplete="name"
            value={displayName}
            error={errors.display_name}
            hint={text.displayNameHint}
            onChange={(event) => {
              setDisplayName(event.target.value);
            }}
          />
        )}
        <PasswordField
          label={text.password}
          name="password"
          autoComplete={registers ? "new-password" : "current-password"}
          value={password}
          error={errors.password}
          hint={registers && <StrengthMeter password={password} username={username} />}
          onChange={(event) => {
            setPassword(event.target.value);
          }}
        />
        <Button type="submit" variant="primary" busy={busy} className={styles["submit"]}>
          {registers ? text.register : text.logIn}
        </Button>
        <p className={styles["other"]}>
          {registers ? text.haveAccount : text.newHere}{" "}
          <Link href={(registers ? "/login" : "/register") + location.search}>{registers ? text.logIn : text.register}</Link>
        </p>
      </form>
    </main>
  );
}

/** What the server says, beside the field that it is about. */
function explain(error: unknown, wrongLogin: string): Errors {
  if (!(error instanceof AccountError)) throw error;
  if (error.reason === "BAD_CREDENTIALS" || error.status === 401) return { password: wrongLogin };
  const field = error.field as Field | undefined;
  const known = field === "username" || field === "display_name" || field === "password" ? field : undefined;
  return { [known ?? (error.status === 409 ? "username" : "form")]: error.message };
}
