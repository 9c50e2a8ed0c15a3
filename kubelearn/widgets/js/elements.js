// Small ways to make and change elements.
let viewCount = 0;

function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// A button that JupyterLab's own keys leave alone.
function button(className, attributes, ...children) {
  const all = { type: "button", class: className, "data-lm-suppress-shortcuts": "true", ...attributes };
  return h("button", all, ...children);
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function setAttribute(element, name, value) {
  if (value === null || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

// Give a parent these children in this order; the focus survives.
function setChildren(parent, children) {
  const now = parent.children;
  if (now.length === children.length && children.every((child, at) => child === now[at])) return;
  const root = parent.getRootNode();
  const focused = parent.contains(root.activeElement) ? root.activeElement : null;
  parent.replaceChildren(...children);
  if (focused && parent.contains(focused)) focused.focus({ preventScroll: true });
}

// Keyed elements: made once, updated when their row is another one.
class Keyed {
  constructor(make, update) {
    this.make = make;
    this.update = update;
    this.known = new Map();
  }

  elements(rows) {
    const before = this.known;
    this.known = new Map();
    return rows.map((row) => {
      const entry = before.get(row.key) ?? { element: this.make(row), row: null };
      if (entry.row !== row) this.update(entry.element, row, entry.row);
      this.known.set(row.key, { element: entry.element, row });
      return entry.element;
    });
  }
}
