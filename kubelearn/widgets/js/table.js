// The same pods as a table with kubectl's columns.
class PodTable {
  constructor() {
    this.rows = new Keyed((row) => h("tr", { "data-key": row.key }), () => {});
    this.body = h("tbody");
    const head = h("thead", {}, h("tr", {}, ...TEXT.columns.map((name) => h("th", { scope: "col" }, name))));
    this.element = h("div", { class: "kl-table", hidden: true, tabindex: "0", role: "region", "aria-label": "Pods" }, h("table", {}, head, this.body));
    this.shown = false;
  }

  show(shown, frame) {
    this.shown = shown;
    this.element.hidden = !shown;
    if (shown && frame) this.draw(frame);
  }

  draw(frame) {
    const elements = this.rows.elements(frame.pods);
    frame.pods.forEach((row, at) => this.fill(elements[at], row, frame.time));
    setChildren(this.body, elements);
  }

  fill(line, row, time) {
    const cells = [row.namespace, row.name, `${row.ready}/${row.containers}`, row.status, String(row.restarts), ageText(time - row.created), row.ip || "<none>", row.node || "<none>"];
    if (!line.children.length) {
      const name = button("kl-link", { "data-key": row.key });
      line.append(...cells.map((_, at) => at === 1 ? h("th", { scope: "row" }, name) : h("td")));
      line.children[3].append(h("b", { class: "kl-letter", "aria-hidden": "true" }), h("span"));
    }
    cells.forEach((text, at) => {
      const cell = line.children[at];
      setText(at === 1 ? cell.firstChild : at === 3 ? cell.lastChild : cell, text);
    });
    const letter = line.children[3].firstChild;
    letter.dataset.state = row.state;
    setText(letter, STATES[row.state][0]);
  }
}
