// The REST API: a section for each resource, an article for each operation.

import { element, marked, method, part, prose } from "./elements.js";
import { RECEIVED, SENT, Schemas } from "./schema.js";
import { panel } from "./trying.js";

export function resources(document) {
  const schemas = new Schemas(document.components.schemas);
  return document.tags.map(({ name, description }) => ({
    id: name,
    title: capitalised(name),
    description: `${description}.`,
    items: operationsOf(document, name).map(([verb, path, operation]) => ({
      id: operation.operationId,
      badge: verb,
      label: path.replace("/api/", "").replaceAll(/{\w+}/g, "…"),
      article: () => article(verb, path, operation, schemas),
    })),
  }));
}

export function problem(document) {
  return new Schemas(document.components.schemas).disclosure("Problem", RECEIVED);
}

function operationsOf(document, tag) {
  return Object.entries(document.paths).flatMap(([path, verbs]) =>
    Object.entries(verbs)
      .filter(([, operation]) => operation.tags.includes(tag))
      .map(([verb, operation]) => [verb.toUpperCase(), path, operation]),
  );
}

function article(verb, path, operation, schemas) {
  const { operationId: id, summary, description = "" } = operation;
  return element(
    "article",
    { class: "operation", id, "aria-labelledby": `${id}-title` },
    element(
      "header",
      {},
      element("h3", { id: `${id}-title` }, element("a", { href: `#${id}` }, ...marked(summary))),
      element("p", { class: "address" }, method(verb), address(path)),
    ),
    element(
      "div",
      {},
      prose(description),
      parameters("In the path", operation, "path", schemas),
      parameters("Query", operation, "query", schemas),
      body(operation, schemas),
      answer(operation, schemas),
      errors(operation),
    ),
    panel(verb, path, operation, schemas),
  );
}

function address(path) {
  return element("code", {}, ...path.split(/({\w+})/).map((step) => (step.startsWith("{") ? element("span", { class: "variable" }, step) : step)));
}

function parameters(title, operation, place, schemas) {
  const some = (operation.parameters ?? []).filter((parameter) => parameter.in === place);
  const rows = some.map(({ name, description, required, schema }) => schemas.row(name, { description, ...schema }, required, SENT));
  return rows.length ? part(title, element("dl", { class: "fields" }, ...rows)) : "";
}

function body(operation, schemas) {
  if (!operation.requestBody) return "";
  const json = operation.requestBody.content["application/json"];
  return part("Body", json ? schemas.fields(json.schema, SENT) : element("p", { class: "type" }, "The bytes of a file."));
}

function answer(operation, schemas) {
  const [status, response] = Object.entries(operation.responses).find(([code]) => code.startsWith("2"));
  const json = response.content?.["application/json"];
  const other = response.content ? "The bytes of a file." : "Without content.";
  return part(`Answer, ${status} ${response.description}`, json ? schemas.fields(json.schema, RECEIVED) : element("p", { class: "type" }, other));
}

function errors(operation) {
  const some = Object.entries(operation.responses).filter(([code]) => code >= "400" && code < "600");
  const rows = some.flatMap(([code, { description }]) => [element("dt", {}, code), element("dd", {}, ...marked(description))]);
  return rows.length ? part("Errors", element("dl", { class: "errors" }, ...rows)) : "";
}

function capitalised(text) {
  return text[0].toUpperCase() + text.slice(1);
}
