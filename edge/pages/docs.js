// Lays the page out from the two documents that the server makes of its own declarations.

import { element, marked, method } from "./elements.js";
import { directions } from "./live.js";
import { problem, resources } from "./rest.js";

const main = document.querySelector("main");
const navigation = document.querySelector("#navigation");
const menu = document.querySelector(".menu");
const state = document.querySelector("#state");

try {
  const [rest, live] = await Promise.all(["/openapi.json", "/asyncapi.json"].map(load));
  layOut(rest, live);
  followHash();
  followReading();
} catch {
  state.textContent = "The description of the API cannot be loaded. Reload the page to try again.";
}

async function load(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(path);
  return response.json();
}

function layOut(rest, live) {
  const sections = [...resources(rest), ...directions(live)];
  document.querySelector("#version").textContent = rest.info.version;
  main.append(introduction(rest, live), ...sections.map(section));
  navigation.append(...sections.flatMap(contents));
}

function introduction(rest, live) {
  return element(
    "div",
    {},
    element("h1", {}, "Talk to Parlance"),
    element("p", { class: "lead" }, ...marked(rest.info.description)),
    element(
      "div",
      { class: "notes" },
      note("Logging in", "Register or log in, and send the access token as `Authorization: Bearer`. It is good for minutes; the refresh token brings the next one."),
      note("Lists", "Long lists come in pages. Give `next` of an answer as `page_token` to get the page after it; null is the end."),
      note("Errors", "Every error is a problem (RFC 9457) with a stable `reason` for programs and a `detail` for people.", problem(rest)),
      note("Live", live.info.description),
    ),
    element("p", { class: "hint" }, "For programs: ", link("/openapi.json"), " and ", link("/asyncapi.json"), "."),
  );
}

function note(title, text, ...more) {
  return element("div", {}, element("h3", {}, title), element("p", {}, ...marked(text)), ...more);
}

function link(path) {
  return element("a", { href: path }, path);
}

function section({ id, title, description, items }) {
  return element(
    "section",
    { class: "resource", id, "aria-labelledby": `${id}-heading` },
    element("h2", { id: `${id}-heading` }, title),
    element("p", {}, ...marked(description)),
    ...items.map((item) => item.article()),
  );
}

function contents({ title, items }) {
  const links = items.map(({ id, badge, kind, label }) => element("li", {}, element("a", { href: `#${id}` }, method(badge, kind), label)));
  return [element("h2", {}, title), element("ul", {}, ...links)];
}

// The browser looked for the target before there was one.
function followHash() {
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

function followReading() {
  const links = new Map([...navigation.querySelectorAll("a")].map((anchor) => [anchor.hash.slice(1), anchor]));
  const visible = new Set();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) visible.add(target.id);
        else visible.delete(target.id);
      }
      const current = [...links.keys()].find((id) => visible.has(id));
      for (const [id, anchor] of links) anchor.toggleAttribute("aria-current", id === current);
      if (current) keepInView(links.get(current));
    },
    { rootMargin: "-80px 0px -60% 0px" },
  );
  for (const article of main.querySelectorAll(".operation")) observer.observe(article);
}

function keepInView(anchor) {
  const { top, bottom } = anchor.getBoundingClientRect();
  const frame = navigation.getBoundingClientRect();
  if (top < frame.top || bottom > frame.bottom) navigation.scrollTop += top - frame.top - frame.height / 3;
}

function toggleMenu(open) {
  navigation.classList.toggle("open", open);
  menu.setAttribute("aria-expanded", String(open));
}

menu.addEventListener("click", () => toggleMenu(!navigation.classList.contains("open")));
navigation.addEventListener("click", (event) => event.target.closest("a") && toggleMenu(false));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && navigation.classList.contains("open")) {
    toggleMenu(false);
    menu.focus();
  }
});
