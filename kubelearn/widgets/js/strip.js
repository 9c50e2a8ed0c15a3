// Pods by state over time, small, above the time control; marks where something happened.
const STRIP_WIDTH = 1000;
const STRIP_HEIGHT = 34;
const PALE = new Set(["running", "completed"]);

class Strip {
  constructor() {
    this.areas = s("g");
    this.marks = s("g");
    this.here = s("line", { class: "kl-here", y1: 0, y2: STRIP_HEIGHT });
    this.element = s("svg", { class: "kl-strip", viewBox: `0 0 ${STRIP_WIDTH} ${STRIP_HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" }, this.areas, this.marks, this.here);
    this.history = null;
  }

  draw(history, control) {
    if (history !== this.history || control.end !== this.end) {
      this.history = history;
      this.end = control.end;
      this.drawAreas();
      this.drawMarks();
    }
    const x = this.x(control.now);
    this.here.setAttribute("x1", x);
    this.here.setAttribute("x2", x);
    this.here.style.display = control.past ? "" : "none";
  }

  x(time) {
    return this.end > 0 ? (time / this.end) * STRIP_WIDTH : 0;
  }

  drawAreas() {
    const { states, points } = this.history;
    const most = Math.max(1, ...points.map((point) => point.slice(1).reduce((a, b) => a + b, 0)));
    const base = points.map(() => 0);
    this.areas.replaceChildren(...states.map((state, at) => {
      const top = points.map((point, i) => base[i] + point[at + 1]);
      const path = this.area(points, base.map((y) => y / most), top.map((y) => y / most));
      top.forEach((y, i) => { base[i] = y; });
      return s("path", { d: path, fill: `var(--kl-${state}-${PALE.has(state) ? "fill" : "edge"})` });
    }));
  }

  // Steps: each count holds until the next moment.
  area(points, low, high) {
    const y = (share) => (STRIP_HEIGHT - share * (STRIP_HEIGHT - 4)).toFixed(1);
    const edges = points.map((point, i) => [this.x(point[0]), this.x(points[i + 1]?.[0] ?? this.end)]);
    const there = edges.map(([from, to], i) => `L${from.toFixed(1)} ${y(high[i])}L${to.toFixed(1)} ${y(high[i])}`);
    const back = edges.map(([from, to], i) => `L${to.toFixed(1)} ${y(low[i])}L${from.toFixed(1)} ${y(low[i])}`).reverse();
    return `M${there.join("").slice(1)}${back.join("")}Z`;
  }

  drawMarks() {
    this.marks.replaceChildren(...this.history.marks.map((mark) => {
      const x = this.x(mark.time).toFixed(1);
      return s("line", { class: mark.type === "Warning" ? "kl-mark kl-mark-warning" : "kl-mark", x1: x, x2: x, y1: 0, y2: STRIP_HEIGHT });
    }));
  }

  // Every moment at which something changed, for the arrow keys.
  moments() {
    const times = [0, ...this.history.points.map((point) => point[0]), ...this.history.marks.map((mark) => mark.time), this.end];
    return [...new Set(times)].filter((time) => time <= this.end).sort((a, b) => a - b);
  }

  words(time) {
    return this.history.marks.filter((mark) => mark.time === time).map((mark) => mark.text).join(", ");
  }
}
