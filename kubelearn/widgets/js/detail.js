// The panel beside a board: what happened, and one object from close.
const TABS = ["events", "why", "yaml"];

class Side {
  constructor(say) {
    this.say = say;
    this.tab = "events";
    this.frame = null;
    const id = `kl-side-${++viewCount}`;
    this.tabs = TABS.map((name) => {
      const tab = button("kl-tab", { role: "tab", id: `${id}-${name}`, "aria-controls": id, "data-tab": name }, TEXT[name]);
      tab.addEventListener("click", () => this.choose(name));
      return tab;
    });
    this.title = h("span", { class: "kl-detail-title" });
    this.close = button("kl-close", { "aria-label": TEXT.close, title: TEXT.close }, "×");
    this.close.addEventListener("click", () => this.say({ type: "select", key: "" }));
    this.head = h("div", { class: "kl-detail-head", hidden: true }, this.title, this.close);
    this.panel = h("div", { class: "kl-panel", role: "tabpanel", id, tabindex: "0", "data-lm-suppress-shortcuts": "true" });
    const list = h("div", { class: "kl-tabs", role: "tablist" }, ...this.tabs);
    list.addEventListener("keydown", (event) => this.move(event));
    this.element = h("div", { class: "kl-side", "data-kl": "detail" }, h("div", { class: "kl-side-in" }, list, this.head, this.panel));
    this.choose("events");
  }

  move(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = (TABS.indexOf(this.tab) + step + TABS.length) % TABS.length;
    this.choose(TABS[at]);
    this.tabs[at].focus();
  }

  choose(name) {
    this.tab = name;
    this.tabs.forEach((tab, at) => {
      setAttribute(tab, "aria-selected", TABS[at] === name);
      tab.tabIndex = TABS[at] === name ? 0 : -1;
      if (TABS[at] === name) this.panel.setAttribute("aria-labelledby", tab.id);
    });
    this.panel.replaceChildren();
    this.drawn = null;
    if (!this.frame) return;
    const detail = this.frame.detail;
    if (name !== "events" && detail) this.say({ type: "select", key: detail.ref, tab: name });
    this.draw(this.frame);
  }

  draw(frame) {
    const before = this.frame?.detail;
    this.frame = frame;
    const detail = frame.detail;
    this.head.hidden = !detail;
    if (detail) setText(this.title, detail.title);
    if (detail && detail.ref !== before?.ref && this.tab === "events") return this.choose(this.wanted ?? "why");
    if (!detail && before && this.tab !== "events") return this.choose("events");
    const shown = this.tab === "events" ? frame.events : detail;
    if (shown === this.drawn && this.panel.children.length) return;
    this.drawn = shown;
    const scroll = this.panel.scrollTop;
    this.panel.replaceChildren(...this.content(frame, detail));
    this.panel.scrollTop = this.tab === "events" ? 0 : scroll;
  }

  content(frame, detail) {
    if (this.tab === "events") return [eventList(frame.events)];
    if (!detail) return [h("p", { class: "kl-hint" }, TEXT.nothingSelected)];
    if (this.tab === "yaml") return [yamlText(detail.yaml)];
    return whyText(detail);
  }
}

function eventList(events) {
  if (!events.length) return h("p", { class: "kl-hint" }, TEXT.noEvents);
  return h("ol", { class: "kl-events" }, ...events.toReversed().map(eventLine));
}

function eventLine(row) {
  const isWarning = row.type === "Warning";
  const about = button("kl-link", { "data-key": row.ref }, row.object);
  return h(
    "li",
    { class: isWarning ? "kl-event kl-warning" : "kl-event" },
    h("time", {}, row.at),
    h("div", {},
      h("b", {}, isWarning ? h("span", { class: "kl-bang", title: TEXT.warning }, "⚠ ") : null, row.reason),
      " ", about, row.count > 1 ? ` ×${row.count}` : "",
      h("div", { class: "kl-message" }, row.message)),
  );
}

// Keys and values told apart; the text stays as it is when copied.
function yamlText(text) {
  const lines = text.split("\n").map((line) => {
    const [, indent, key, rest] = line.match(/^([\s-]*)([^\s:'"][^:'"]*:)(?= |$)(.*)$/) ?? [];
    return key ? [indent, h("span", { class: "kl-yaml-key" }, key), rest + "\n"] : [line + "\n"];
  });
  return h("pre", { class: "kl-yaml" }, ...lines.flat());
}

function whyText(detail) {
  if (!detail.why) return [h("p", { class: "kl-hint" }, TEXT.asking)];
  if (!detail.reasons.length) return [h("pre", { class: "kl-why" }, detail.why)];
  return [h("ol", { class: "kl-reasons" }, ...detail.reasons.map(reasonLine))];
}

function reasonLine(reason) {
  const when = reason.time === null ? null : h("time", {}, durationText(reason.time));
  return h("li", {}, h("div", { class: "kl-by" }, h("b", {}, reason.by), when),
    h("div", { class: "kl-message" }, reason.text), reason.table.length ? reasonTable(reason.table) : null);
}

// The panel is narrow: what decides must not be the last of many columns.
function columnNames(rows) {
  const names = [...new Set(rows.flatMap(Object.keys))];
  const others = names.filter((name) => name !== "total");
  return others.length === names.length ? names : [others[0], "total", ...others.slice(1)];
}

function reasonTable(rows) {
  const names = columnNames(rows);
  const words = (value) => value === undefined || value === null ? "" : String(value);
  return h("div", { class: "kl-table", tabindex: "0", role: "region", "aria-label": "Table of reasons" }, h("table", {},
    h("thead", {}, h("tr", {}, ...names.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, ...rows.map((row) => h("tr", {}, ...names.map((name) => h("td", {}, words(row[name]))))))));
}
