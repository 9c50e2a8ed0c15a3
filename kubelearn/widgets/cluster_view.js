// The cluster view: one board, or two side by side, under one time control.
const QUIET = 2000; // how long the spoken summary waits while time runs, in ms

class View {
  constructor(model) {
    this.say = (message) => this.link.say(message);
    this.controls = new Controls(this.say, (shown) => this.showTable(shown));
    this.summary = h("p", { class: "kl-summary", "data-kl": "summary", "aria-live": "polite" });
    this.alert = h("p", { class: "kl-alert", role: "alert", hidden: true });
    this.panes = h("div", { class: "kl-panes" });
    this.root = h("div", { class: "kl-view", "data-kl": "cluster-view", role: "region", "aria-label": TEXT.view }, h("div", { class: "kl-frame" }, this.controls.element, this.summary, this.alert, this.panes));
    this.boards = [];
    this.tableShown = false;
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.link = new Link(model, (state) => this.draw(state), (text, isError) => this.notice(text, isError));
  }

  // JupyterLab would take the keys for its own commands.
  key(event) {
    event.stopPropagation();
    if (event.key === "Escape" && this.boards.some(({ board }) => board.frame?.detail)) this.say({ type: "select", key: "" });
  }

  notice(text, isError = false) {
    setText(this.alert, text);
    this.alert.hidden = !text;
    this.alert.classList.toggle("kl-error", isError);
    if (!isError) this.root.classList.toggle("kl-silent", Boolean(text));
  }

  draw(state) {
    if (this.boards.length !== state.frames.length) this.build(state);
    this.controls.draw(state.control, state.history);
    this.root.classList.toggle("kl-looking-back", state.control.past);
    state.frames.forEach((frame, at) => {
      const { board, side, settle } = this.boards[at];
      board.draw(frame);
      side.draw(frame);
      settle();
    });
    this.speak(state);
  }

  build(state) {
    this.boards = state.frames.map((_, at) => this.pane(state.names[at] ?? ""));
    this.panes.replaceChildren(...this.boards.map(({ element }) => element));
    this.root.classList.toggle("kl-compare", state.frames.length > 1);
  }

  pane(name) {
    const board = new Board(name);
    const choose = (key) => this.say({ type: "select", key, tab: side.tab === "events" ? "why" : side.tab });
    const side = new Side(this.say);
    const settle = rove(board.element, choose);
    side.element.addEventListener("click", (event) => {
      const link = event.target.closest("[data-key]");
      if (link) choose(link.dataset.key);
    });
    const point = (event) => {
      const key = event.type === "pointerleave" ? null : event.target.closest(".kl-chip")?.dataset.key ?? null;
      if (key === (board.pointed ?? null)) return;
      board.pointed = key;
      if (board.frame) board.mark(board.frame);
    };
    board.element.addEventListener("pointerover", point);
    board.element.addEventListener("pointerleave", point);
    const element = h("div", { class: "kl-pane", role: "group", "aria-label": name || TEXT.view }, board.element, side.element);
    return { board, side, settle, element };
  }

  showTable(shown) {
    for (const { board } of this.boards) {
      board.picture.hidden = shown;
      board.table.show(shown, board.frame);
    }
  }

  // Sighted readers see every number; the spoken sentence comes at most every two seconds.
  speak(state) {
    const words = state.frames.length === 1 ? state.frames[0].summary : compareWords(state);
    const now = Date.now();
    if (state.control.playing && now - (this.spoken ?? 0) < QUIET) return;
    this.spoken = now;
    setText(this.summary, words);
  }
}

function compareWords({ frames, names }) {
  const differing = new Set(frames.flatMap((frame) => frame.marks)).size;
  const time = frames[0].timeText;
  const sides = `“${names[0]}” and “${names[1]}”`;
  return differing ? `At ${time}: ${differing} things differ between ${sides}.` : `At ${time}: no difference between ${sides}.`;
}

export default {
  render({ model, el }) {
    const view = new View(model);
    el.append(view.root);
    const endTheme = watchTheme(view.root);
    return () => {
      endTheme();
      view.link.close();
    };
  },
};
