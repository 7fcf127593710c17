import "@parlance/ui/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { registerServiceWorker } from "./pwa/register.ts";
import { watchForUpdates } from "./pwa/update.ts";
import { BrowserSession } from "./session/session.ts";

// Whoever comes without a place in mind goes on where they were.
if (location.pathname === "/") history.replaceState(history.state, "", "/rooms");

const session = new BrowserSession();
void session.restore();
registerServiceWorker();
watchForUpdates();

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <App session={session} />
  </StrictMode>,
);
