/** Every part in every state, for eyes, axe and measuring. `#conversation`, `#crowd` and, without either, the small parts. */

import "../src/base.css";
import { createRoot } from "react-dom/client";
import { MessageSettingProvider, ToastProvider } from "../src/index.ts";
import { Conversation } from "./conversation.tsx";
import { Crowd } from "./crowd.tsx";
import { Parts } from "./parts.tsx";
import { SETTING } from "./samples.ts";

const PAGES: Readonly<Record<string, () => React.ReactNode>> = { "#conversation": Conversation, "#crowd": Crowd };
const Page = PAGES[location.hash] ?? Parts;

createRoot(document.getElementById("root")!).render(
  <ToastProvider>
    <MessageSettingProvider value={SETTING}>
      <Page />
    </MessageSettingProvider>
  </ToastProvider>,
);
