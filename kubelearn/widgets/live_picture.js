// A picture of frames as HTML, drawn anew as time passes, under the time control of the cluster view.
class LivePicture {
  constructor(model) {
    this.say = (message) => this.link.say(message);
    this.controls = new Controls(this.say, () => {});
    // The picture has its numbers as a table anyway.
    this.controls.table.hidden = true;
    this.alert = h("p", { class: "kl-alert", role: "alert", hidden: true });
    this.spoken = h("p", { class: "kl-spoken", role: "status" });
    this.picture = h("div", { "data-kl": "picture" });
    // The picture brings its own style, so it stands beside the view and not in it.
    this.head = h("div", { class: "kl-view kl-live", role: "group", "aria-label": TEXT.view }, h("div", { class: "kl-frame" }, this.controls.element, this.spoken, this.alert));
    this.root = h("div", { "data-kl": "live-picture" }, this.head, this.picture);
    // JupyterLab would take the keys for its own commands.
    this.head.addEventListener("keydown", (event) => event.stopPropagation());
    this.link = new Link(model, (state) => this.draw(state), (text, isError) => this.notice(text, isError));
  }

  notice(text, isError = false) {
    setText(this.alert, text);
    this.alert.hidden = !text;
    this.alert.classList.toggle("kl-error", isError);
    if (!isError) this.picture.style.opacity = text ? "0.55" : "";
  }

  draw(state) {
    this.controls.draw(state.control, state.history);
    this.head.classList.toggle("kl-looking-back", state.control.past);
    const [{ html, summary }] = state.frames;
    if (this.drawn !== html) this.picture.innerHTML = this.drawn = html;
    // While time runs the words change too often to be read out.
    if (!state.control.playing) setText(this.spoken, summary);
  }
}

export default {
  render({ model, el }) {
    const live = new LivePicture(model);
    el.append(live.root);
    const endTheme = watchTheme(live.head);
    return () => {
      endTheme();
      live.link.close();
    };
  },
};
