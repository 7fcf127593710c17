import "./frame.css";
import { render } from "preact";
import { play } from "@parlance/ui/sound";
import { locale } from "../text/text.ts";
import { App } from "./app.tsx";
import { Host } from "./host.ts";
import { isMuted } from "./sound.ts";
import { Visitor } from "./visitor.ts";

const parent = new URLSearchParams(location.search).has("inline") || window.parent === window ? undefined : window.parent;
const host = new Host(parent);
const visitor = new Visitor(document.body.dataset["business"]!, host);
visitor.onAnswer = () => {
  if (!isMuted()) play();
};
document.documentElement.lang = locale;
render(<App visitor={visitor} host={host} />, document.body);
void visitor.start();
