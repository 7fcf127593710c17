// The WebSocket protocol: what a client sends with its answer, and what the server sends unasked.

import { element, marked, method, part, prose } from "./elements.js";
import { RECEIVED, SENT, Schemas } from "./schema.js";

export function directions(document) {
  const schemas = new Schemas(document.components.schemas);
  const { events, ...requests } = document.operations;
  return [
    {
      id: "sent",
      title: "Frames you send",
      description: "Add an `id` of your choice, and the answer carries it back. Whatever fails is answered by `error`.",
      items: Object.entries(requests).map(([type, request]) => {
        const frame = messageOf(document, request.messages[0]);
        return item(frame, "send", "sent", () => requestArticle(document, type, frame, request, schemas));
      }),
    },
    {
      id: "received",
      title: "Frames you receive",
      description: "Events of the rooms that you are in, and of your account. Pass over types that you do not know.",
      items: [...events.messages.map((reference) => messageOf(document, reference)), document.components.messages.Error].map((frame) =>
        item(frame, "event", "received", () => eventArticle(frame, schemas)),
      ),
    },
  ];
}

function item(frame, badge, kind, article) {
  return { id: `frame-${frame.title}`, badge, kind, label: frame.name, article };
}

function messageOf(document, reference) {
  return document.components.messages[reference.$ref.split("/").pop()];
}

function requestArticle(document, type, frame, request, schemas) {
  const replies = (request.reply?.messages ?? []).map((reference) => messageOf(document, reference));
  const reply = replies.find((message) => message.title !== "Error");
  const example = JSON.stringify({ type, id: 1, ...schemas.example(frame.payload) }, null, 2);
  return article(
    frame,
    method("send", "sent"),
    [
      prose(frame.description ?? ""),
      part("Fields", schemas.fields(frame.payload, SENT)),
      reply ? part(`Answered by ${reply.name}`, schemas.fields(reply.payload, RECEIVED)) : "",
    ],
    element("div", { class: "panel" }, element("h4", {}, "Example"), element("pre", { tabindex: "0" }, example)),
  );
}

function eventArticle(frame, schemas) {
  const description = frame.description ?? "";
  return article(frame, method("event", "received"), [prose(description), part("Fields", schemas.fields(frame.payload, RECEIVED))]);
}

function article(frame, badge, parts, aside = "") {
  const id = `frame-${frame.title}`;
  return element(
    "article",
    { class: "operation", id, "aria-labelledby": `${id}-title` },
    element(
      "header",
      {},
      element("h3", { id: `${id}-title` }, element("a", { href: `#${id}` }, ...marked(frame.summary))),
      element("p", { class: "address" }, badge, element("code", {}, frame.name)),
    ),
    element("div", {}, ...parts),
    aside,
  );
}
