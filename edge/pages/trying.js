// "Try it": a form that makes the real request.

import { element } from "./elements.js";

const token = document.querySelector("#token");

export function panel(verb, path, operation, schemas) {
  const parameters = (operation.parameters ?? []).map((parameter) => ({ ...parameter, input: input(parameter) }));
  const body = operation.requestBody && bodyOf(operation.requestBody, schemas);
  const outcome = element("span", { class: "outcome", role: "status" });
  const answer = element("pre", { hidden: true, tabindex: "0", "aria-label": "Answer" });
  const send = element("button", { class: "primary", type: "submit" }, "Send");
  const copy = element("button", { type: "button" }, "Copy as curl");
  const form = element(
    "form",
    { class: "panel", "aria-label": `Try ${operation.summary}` },
    element("h4", {}, "Try it"),
    ...parameters.map((parameter) => field(parameter.name, parameter.input)),
    body ? element("label", { class: "field body" }, element("span", {}, "Body"), body) : "",
    operation.security?.length ? element("p", { class: "hint" }, "Sends the access token of the field above.") : "",
    element("div", { class: "buttons" }, send, copy, outcome),
    answer,
  );
  const request = () => ({ url: address(path, parameters), ...options(verb, body, operation) });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    await perform(request(), outcome, answer);
    send.disabled = false;
  });
  copy.addEventListener("click", () => copyOrShow(curl(request()), outcome, answer));
  return form;
}

// Only a page that came over TLS, or from this machine, may use the clipboard.
async function copyOrShow(text, outcome, answer) {
  try {
    await navigator.clipboard.writeText(text);
    tell(outcome, "Copied", "good");
  } catch {
    show(answer, text);
  }
}

async function perform({ url, ...rest }, outcome, answer) {
  const started = performance.now();
  tell(outcome, "");
  try {
    const response = await fetch(url, rest);
    const text = await textOf(response);
    tell(outcome, `${response.status} ${response.statusText}, ${Math.round(performance.now() - started)} ms`, response.ok ? "good" : "bad");
    show(answer, text);
  } catch {
    tell(outcome, "The server cannot be reached. Is it running?", "bad");
    answer.hidden = true;
  }
}

// What is no text, a file or a part of one, is not shown.
async function textOf(response) {
  if (!response.headers.has("Content-Disposition")) return response.text();
  return `${(await response.blob()).size} bytes of ${response.headers.get("Content-Type")}`;
}

function show(answer, text) {
  answer.hidden = !text;
  try {
    const said = JSON.parse(text);
    if (typeof said.access_token === "string") token.value = said.access_token;
    answer.textContent = JSON.stringify(said, null, 2);
  } catch {
    answer.textContent = text;
  }
}

function tell(outcome, text, kind = "") {
  outcome.textContent = text;
  outcome.className = `outcome ${kind}`;
}

function field(name, control) {
  return element("label", { class: "field" }, element("span", {}, name), control);
}

function input({ name, in: place, required, schema }) {
  const standard = schema.default;
  const hint = standard === undefined || standard === null || standard === "" ? "" : String(standard);
  return element("input", { name, required: required === true, "data-in": place, placeholder: hint, autocomplete: "off", spellcheck: "false" });
}

function bodyOf(requestBody, schemas) {
  const json = requestBody.content["application/json"];
  return json ? textarea(json.schema, schemas) : element("input", { type: "file" });
}

function textarea(schema, schemas) {
  const text = JSON.stringify(schemas.example(schema), null, 2);
  return element("textarea", { rows: String(Math.max(3, text.split("\n").length)), spellcheck: "false" }, text);
}

function address(path, parameters) {
  const query = new URLSearchParams();
  for (const { name, in: place, input } of parameters) {
    if (place === "path") path = path.replace(`{${name}}`, encodeURIComponent(input.value));
    else if (input.value) query.set(name, input.value);
  }
  return query.size ? `${path}?${query}` : path;
}

function options(verb, body, operation) {
  const headers = {};
  if (body && !body.files) headers["Content-Type"] = "application/json";
  if (operation.security?.length || operation.operationId === "logout") {
    if (token.value) headers.Authorization = `Bearer ${token.value.trim()}`;
  }
  return { method: verb, headers, ...(body && { body: body.files ? body.files[0] : body.value }) };
}

function curl({ url, method, headers, body }) {
  const words = ["curl", "-X", method, quoted(new URL(url, location.href).href)];
  for (const [name, value] of Object.entries(headers)) words.push("-H", quoted(`${name}: ${value}`));
  if (body instanceof File) words.push("--data-binary", quoted(`@${body.name}`));
  else if (body) words.push("-d", quoted(JSON.stringify(compact(body))));
  return words.join(" ");
}

// What is not JSON (yet) is copied as it stands.
function compact(body) {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function quoted(word) {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
