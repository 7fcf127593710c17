import "@parlance/ui/base.css";
import { BrowserSession } from "@parlance/chat/session";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";

const session = new BrowserSession();
void session.restore();

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <App session={session} />
  </StrictMode>,
);
