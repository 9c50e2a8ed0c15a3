// The line to the kernel: one drawing a screen frame, a heartbeat, and a question when it is silent.
const BEAT = 1000;
const SILENT_BEATS = 3;

class Link {
  constructor(model, draw, notice) {
    this.model = model;
    this.draw = draw;
    this.notice = notice;
    this.queue = [];
    this.state = null;
    this.silent = 0;
    this.hear = (message) => this.receive(message);
    model.on("msg:custom", this.hear);
    const start = model.get("start");
    if (start?.frames) this.receive(start);
    this.say({ type: "hello" });
    this.timer = setInterval(() => this.beat(), BEAT);
  }

  say(message) {
    try {
      this.model.send(message);
    } catch {
      this.silent += 1;
    }
  }

  close() {
    clearInterval(this.timer);
    this.model.off("msg:custom", this.hear);
  }

  beat() {
    this.say({ type: "ping" });
    this.silent += 1;
    if (this.silent > SILENT_BEATS) this.notice(kernelStatus(this.model) === "busy" ? TEXT.busy : TEXT.lost);
  }

  receive(message) {
    if (this.silent > SILENT_BEATS) this.notice("");
    this.silent = 0;
    if (message.type === "error") this.notice(message.text, true);
    if (message.type !== "frames" && message.type !== "change") return;
    this.queue.push(message);
    if (this.queue.length > 1) return;
    const flush = () => this.queue.length && this.flush();
    requestAnimationFrame(flush);
    // A hidden page has no screen frames.
    setTimeout(flush, 250);
  }

  flush() {
    const messages = this.queue;
    this.queue = [];
    messages.forEach((message) => this.take(message));
    if (!this.state) return;
    this.draw(this.state);
    this.say({ type: "drawn", n: this.state.n });
  }

  take(message) {
    if (message.type === "frames") {
      this.state = message;
    } else if (!this.state || message.n > this.state.n + 1) {
      this.say({ type: "hello" });
    } else if (message.n === this.state.n + 1) {
      const frames = this.state.frames.map((frame, at) => applyChanges(frame, message.d[at]));
      this.state = { ...this.state, n: message.n, frames, control: message.control, history: message.history ?? this.state.history };
    }
  }
}

// JupyterLab knows whether its kernel is busy; other hosts may not say.
function kernelStatus(model) {
  const manager = model.widget_manager;
  const kernel = manager?.kernel ?? manager?.context?.sessionContext?.session?.kernel;
  return kernel?.connectionStatus && kernel.connectionStatus !== "connected" ? "lost" : kernel?.status;
}
