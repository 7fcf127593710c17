// Builds elements. Everything is text until it is an element: what a server says is never taken for markup.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (key in made && typeof value !== "string") made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== undefined && child !== null && child !== ""));
  return made;
}

// Text in which `backticks` mark code.
export function marked(text) {
  return text.split("`").map((part, index) => (index % 2 ? element("code", {}, part) : part));
}

// Paragraphs, as blank lines separate them.
export function prose(text) {
  const paragraphs = text.split(/\n+/).filter(Boolean);
  return paragraphs.length ? element("div", { class: "prose" }, ...paragraphs.map((part) => element("p", {}, ...marked(part)))) : "";
}

export function part(title, ...children) {
  return element("div", { class: "part" }, element("h4", {}, title), ...children);
}

export function method(name, kind = name.toLowerCase()) {
  return element("span", { class: `method ${kind}` }, name);
}
