import { useEffect } from "preact/hooks";
import { text } from "../text/text.ts";
import { Chat } from "./chat.tsx";
import { Form } from "./form.tsx";
import { Head } from "./head.tsx";
import type { Host } from "./host.ts";
import { applyTheme } from "./theme.ts";
import { useModel } from "./use-model.ts";
import type { Visitor } from "./visitor.ts";

interface AppProps {
  readonly visitor: Visitor;
  readonly host: Host;
}

/** The whole frame. */
export function App({ visitor, host }: AppProps) {
  useModel(visitor);
  const { stage, profile } = visitor;
  const { rtl } = host.visit;
  useEffect(() => {
    if (profile) applyTheme(profile.theme, rtl);
  }, [profile, rtl]);
  useEffect(() => {
    const onKey = ({ key }: KeyboardEvent): void => {
      if (key === "Escape") host.tell({ type: "close" });
    };
    addEventListener("keydown", onKey);
    return () => {
      removeEventListener("keydown", onKey);
    };
  }, [host]);
  return (
    <div class="app">
      <Head profile={profile} onClose={host.closes ? () => { host.tell({ type: "close" }); } : undefined} />
      {stage === "form" && profile && <Form visitor={visitor} profile={profile} isOpen={host.isOpen} />}
      {stage === "chat" && <Chat visitor={visitor} isOpen={host.isOpen} />}
      {stage === "closed" && <p class="notice">{text.closed}</p>}
      {stage === "missing" && <p class="notice">{text.missing}</p>}
      {stage === "unreachable" && (
        <p class="notice" role="status">
          {text.unreachable}
        </p>
      )}
    </div>
  );
}
