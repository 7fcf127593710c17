// Shows schemas to people: a row for each field, and what a field is made of behind a disclosure.

import { element, marked } from "./elements.js";

const NUMBERS = new Intl.NumberFormat("en");

// Of what you send it is said what must be there, of what you receive what may be absent: a default is sent like the rest.
export const SENT = { presence: (isRequired) => (isRequired ? "required" : ""), limits };
export const RECEIVED = { presence: (isRequired, field) => (isRequired || "default" in field ? "" : "optional"), limits: () => "" };

export class Schemas {
  constructor(components) {
    this.components = components;
  }

  // What a `$ref` leads to; any other schema as it is.
  resolve(schema) {
    return schema.$ref ? this.components[nameOf(schema)] : schema;
  }

  fields(schema, direction, above = []) {
    const { properties = {}, required = [] } = this.resolve(schema);
    const rows = Object.entries(properties).map(([name, field]) => this.row(name, field, required.includes(name), direction, above));
    return element("dl", { class: "fields" }, ...rows);
  }

  row(name, field, isRequired, direction, above = []) {
    const inner = this.madeOf(field);
    const fold = inner && !above.includes(inner);
    const presence = direction.presence(isRequired, field);
    return element(
      "div",
      {},
      element(
        "dt",
        {},
        element("code", {}, name),
        element("span", { class: "type" }, this.type(field)),
        presence && element("span", { class: presence }, presence),
        element("span", { class: "limits" }, direction.limits(field)),
      ),
      element(
        "dd",
        {},
        field.description ? element("p", {}, ...marked(field.description)) : "",
        fold ? this.disclosure(inner, direction, above) : "",
      ),
    );
  }

  disclosure(name, direction, above = []) {
    const details = element("details", {}, element("summary", {}, `Fields of ${name}`));
    // Filled when first opened: a schema may contain many others.
    const fill = () => details.append(this.fields(this.components[name], direction, [...above, name]));
    details.addEventListener("toggle", fill, { once: true });
    return details;
  }

  // The name of the struct that a field holds, if it holds any.
  madeOf(schema) {
    if (schema.$ref) return nameOf(schema);
    for (const choice of [schema.items, ...(schema.anyOf ?? [])]) {
      const found = choice && this.madeOf(choice);
      if (found) return found;
    }
    return undefined;
  }

  type(schema) {
    if (schema.$ref) return nameOf(schema);
    if (schema.anyOf) return schema.anyOf.map((choice) => this.type(choice)).join(" or ");
    if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
    if (schema.type === "array") return `list of ${this.type(schema.items)}`;
    if (schema.additionalProperties) return `object of ${this.type(schema.additionalProperties)}`;
    return schema.format === "date-time" ? "moment (RFC 3339)" : (schema.type ?? "anything");
  }

  // Something that fits: what must be given, and what a reader would want to see besides.
  example(schema) {
    const whole = this.resolve(schema);
    const required = whole.required ?? [];
    const fields = Object.entries(whole.properties ?? {});
    const needed = fields.filter(([name, field]) => required.includes(name) || (field.default && typeof field.default !== "object"));
    const shown = needed.length ? needed : fields.slice(0, 1);
    return Object.fromEntries(shown.map(([name, field]) => [name, this.sample(name, field)]));
  }

  sample(name, schema) {
    const whole = this.resolve(schema);
    if (whole.default) return whole.default;
    if (whole.enum) return whole.enum[0];
    if (whole.anyOf) return this.sample(name, whole.anyOf[0]);
    if (whole.type === "integer") return whole.minimum ?? 0;
    if (whole.type === "array") return [];
    if (whole.type === "object") return {};
    if (whole.minLength === 36) return crypto.randomUUID?.() ?? "00000000-0000-4000-8000-000000000000";
    return SAMPLES[name] ?? "";
  }
}

const SAMPLES = {
  username: "ada",
  password: "correct horse battery",
  name: "Reading room",
  room: "Reading room",
  token: "eyJhbGciOiJFZERTQSIs…",
  body: "Hello!",
  emoji: "👍",
};

function nameOf(reference) {
  return reference.$ref.split("/").pop();
}

function limits(schema) {
  const whole = schema.anyOf?.[0] ?? schema;
  const said = [];
  if (whole.minLength && whole.minLength === whole.maxLength) said.push(`${whole.minLength} characters`);
  else if (whole.minLength > 1) said.push(`${whole.minLength} to ${NUMBERS.format(whole.maxLength)} characters`);
  else if (whole.maxLength) said.push(`at most ${NUMBERS.format(whole.maxLength)} characters`);
  if (whole.maximum && whole.maximum < 1e6) said.push(`${whole.minimum ?? 0} to ${NUMBERS.format(whole.maximum)}`);
  else if (whole.minimum !== undefined) said.push(`at least ${whole.minimum}`);
  if (isTelling(schema.default)) said.push(`default ${JSON.stringify(schema.default)}`);
  return said.join(", ");
}

function isTelling(value) {
  return value !== undefined && value !== null && value !== "" && typeof value !== "object";
}
