// Time belongs to the learner: play, step, speed, look back, go on from there.
const SPEEDS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300];
const ICONS = { play: "M3 1.5v11l9-5.5z", pause: "M3 1.5h3v11H3zM8 1.5h3v11H8z", step: "M2 1.5v11l7-5.5zM10 1.5h2v11h-2z" };

function icon(name) {
  return s("svg", { viewBox: "0 0 14 14", width: 12, height: 12, "aria-hidden": "true" }, s("path", { d: ICONS[name], fill: "currentColor" }));
}

class Controls {
  constructor(say, onTable) {
    this.say = say;
    this.strips = [];
    this.stripBox = h("div", { class: "kl-strips" });
    this.play = button("kl-button kl-main-button", { "data-kl": "play" });
    this.step = button("kl-button", { "data-kl": "step", title: TEXT.stepHint }, icon("step"), TEXT.step);
    this.speed = h("select", { class: "kl-select", "data-kl": "speed", "aria-label": TEXT.speed, title: TEXT.speedHint, "data-lm-suppress-shortcuts": "true" },
      ...SPEEDS.map((speed) => h("option", { value: speed }, `${speed}×`)));
    this.time = h("output", { class: "kl-time", "data-kl": "time" });
    this.pastText = h("span", { class: "kl-past-text" });
    this.goOn = button("kl-button", { "data-kl": "go-on", title: TEXT.goOnHint }, TEXT.goOn);
    this.now = button("kl-button", { "data-kl": "now" }, TEXT.now);
    this.past = h("span", { class: "kl-past", hidden: true }, this.pastText, this.goOn, this.now);
    this.table = button("kl-button", { "data-kl": "table", "aria-pressed": "false" }, TEXT.table);
    this.range = h("input", { type: "range", class: "kl-range", "data-kl": "scrub", min: 0, step: 1, "aria-label": TEXT.scrub, title: TEXT.scrubHint, "data-lm-suppress-shortcuts": "true" });
    this.mark = h("span", { class: "kl-mark-text" });
    const bar = h("div", { class: "kl-controls", role: "group", "aria-label": "Time" }, this.play, this.step, this.speed, this.time, this.past, h("span", { class: "kl-space" }), this.table);
    this.element = h("div", { class: "kl-head" }, bar, h("div", { class: "kl-scrub" }, this.stripBox, this.range), this.mark);
    this.listen(onTable);
    // Before the first picture there is no time to play.
    this.timed = [this.play, this.step, this.range];
    for (const control of this.timed) control.disabled = true;
  }

  listen(onTable) {
    this.play.addEventListener("click", () => this.say({ type: this.control.playing ? "pause" : "play" }));
    this.step.addEventListener("click", () => this.say({ type: "step" }));
    this.speed.addEventListener("change", () => this.say({ type: "speed", speed: Number(this.speed.value) }));
    this.goOn.addEventListener("click", () => this.say({ type: "go-on" }));
    this.now.addEventListener("click", () => this.say({ type: "now" }));
    this.range.addEventListener("input", () => this.look(this.fromRange()));
    this.range.addEventListener("keydown", (event) => this.jump(event));
    this.table.addEventListener("click", () => {
      const pressed = this.table.getAttribute("aria-pressed") !== "true";
      this.table.setAttribute("aria-pressed", pressed);
      onTable(pressed);
    });
  }

  // One question at a time: the next look waits until the last one is drawn.
  look(time) {
    this.wanted = time;
    if (this.asked) return;
    this.asked = true;
    this.say({ type: "look", time: Math.round(time) });
    this.wanted = null;
  }

  fromRange() {
    const value = Number(this.range.value);
    return value >= Number(this.range.max) ? this.control.end : value * 1e6;
  }

  jump(event) {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const from = this.wanted ?? this.control.now;
    const moments = [...new Set(this.strips.flatMap((strip) => strip.moments()))].sort((a, b) => a - b);
    const to = step > 0 ? moments.find((time) => time > from) : moments.findLast((time) => time < from);
    if (to !== undefined) this.look(to);
  }

  draw(control, histories) {
    if (!this.control) for (const timed of this.timed) timed.disabled = false;
    this.control = control;
    this.asked = false;
    if (this.strips.length !== histories.length) {
      this.strips = histories.map(() => new Strip());
      this.stripBox.replaceChildren(...this.strips.map((strip) => strip.element));
    }
    this.strips.forEach((strip, at) => strip.draw(histories[at], control));
    if (this.play.dataset.shown !== String(control.playing)) {
      this.play.dataset.shown = control.playing;
      this.play.replaceChildren(icon(control.playing ? "pause" : "play"), control.playing ? TEXT.pause : TEXT.play);
    }
    if (document.activeElement !== this.speed) this.speed.value = String(control.speed);
    setText(this.time, control.playing ? clockText(control.now) : durationText(control.now));
    this.drawPast(control);
    if (this.wanted !== null && this.wanted !== undefined) this.look(this.wanted);
  }

  drawPast(control) {
    this.past.hidden = !control.past;
    setText(this.pastText, TEXT.past(durationText(control.now)));
    const words = [...new Set(this.strips.map((strip) => strip.words(control.now)))].filter(Boolean).join(" | ");
    setText(this.mark, control.past ? words : "");
    const asking = this.wanted !== null && this.wanted !== undefined;
    this.range.max = Math.max(1, Math.ceil(control.end / 1e6));
    if (!asking) this.range.value = control.past ? Math.floor(control.now / 1e6) : this.range.max;
    setAttribute(this.range, "aria-valuetext", [durationText(control.now), words].filter(Boolean).join(", "));
  }
}
