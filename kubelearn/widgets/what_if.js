// What if: sliders for the settings of a scenario; each choice runs it anew in the kernel.
const RUNNING = "runs …";

class Knob {
  constructor(row, chosen) {
    this.row = row;
    this.text = h("output", { class: "kl-knob-text" });
    this.range = h("input", { type: "range", class: "kl-range", "data-kl": "knob", min: 0, max: row.values.length - 1, step: 1, "aria-label": row.label, "data-lm-suppress-shortcuts": "true" });
    this.range.addEventListener("input", () => { this.say(); chosen(); });
    this.element = h("div", { class: "kl-knob" }, h("span", { class: "kl-knob-label" }, row.label), this.range, this.text);
  }

  say() {
    const words = this.row.values[Number(this.range.value)];
    setText(this.text, words);
    setAttribute(this.range, "aria-valuetext", words);
  }

  draw(place) {
    if (this.range.value !== String(place)) this.range.value = place;
    this.say();
  }
}

class WhatIf {
  constructor(model) {
    this.model = model;
    this.knobs = model.get("knobs").map((row) => new Knob(row, () => this.choose()));
    this.state = h("p", { class: "kl-knob-state", "data-kl": "state", role: "status" });
    this.alert = h("p", { class: "kl-alert", role: "alert", hidden: true });
    this.picture = h("div", { "data-kl": "picture" });
    const knobs = h("div", { class: "kl-knobs", role: "group", "aria-label": "Settings" }, ...this.knobs.map(({ element }) => element));
    // The picture brings its own style, so it stands beside the view and not in it.
    this.head = h("div", { class: "kl-view kl-what-if" }, knobs, this.state, this.alert);
    this.root = h("div", { "data-kl": "what-if" }, this.head, this.picture);
    // JupyterLab would take the keys for its own commands.
    knobs.addEventListener("keydown", (event) => event.stopPropagation());
    this.redraw = () => this.draw();
    for (const name of ["html", "error", "shown"]) model.on(`change:${name}`, this.redraw);
    this.knobs.forEach((knob, at) => knob.draw(model.get("chosen")[at]));
    this.draw();
  }

  choose() {
    this.model.set("chosen", this.knobs.map(({ range }) => Number(range.value)));
    try {
      this.model.save_changes();
    } catch {
      // Without a kernel the last picture stays.
    }
    this.draw();
  }

  draw() {
    const chosen = this.model.get("chosen");
    const shown = this.model.get("shown");
    setText(this.state, chosen.every((place, at) => place === shown[at]) ? "" : RUNNING);
    const html = this.model.get("html");
    if (this.drawn !== html) this.picture.innerHTML = this.drawn = html;
    const error = this.model.get("error");
    setText(this.alert, error);
    this.alert.hidden = !error;
  }

  close() {
    for (const name of ["html", "error", "shown"]) this.model.off(`change:${name}`, this.redraw);
  }
}

export default {
  render({ model, el }) {
    const board = new WhatIf(model);
    el.append(board.root);
    const endTheme = watchTheme(board.head);
    return () => {
      endTheme();
      board.close();
    };
  },
};
