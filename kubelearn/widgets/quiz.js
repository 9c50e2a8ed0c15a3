// The quiz: radio buttons, a button to check each question, and the reason beside the answer.
const WORDS = {
  quiz: "Quiz",
  check: "Check",
  choose: "Choose an answer first.",
  right: "✓ right",
  wrong: "✗ not quite",
  score: (right, all) => `${right} of ${all} right`,
};
const EDGE = { right: "double", wrong: "solid" };
let quizCount = 0;

class Question {
  constructor(row, number, group, answered) {
    this.row = row;
    this.answered = answered;
    this.inputs = row.options.map((option) => h("input", { type: "radio", name: group, value: option.key, "data-kl": "option", "data-lm-suppress-shortcuts": "true" }));
    const labels = row.options.map((option, at) => h("label", { class: "kl-option" }, this.inputs[at], ` ${option.text}`));
    this.feedback = h("p", { class: "kl-feedback", "data-kl": "feedback", role: "status" });
    const check = button("kl-button", { "data-kl": "check", "aria-label": `${WORDS.check} ${number}` }, WORDS.check);
    check.addEventListener("click", () => this.check());
    this.element = h("fieldset", { class: "kl-question", "data-kl": "question" }, h("legend", {}, `${number}. ${row.text}`), ...labels, check, this.feedback);
    this.element.addEventListener("keydown", (event) => event.key === "Enter" && event.target.type === "radio" && this.check());
  }

  check() {
    const chosen = this.inputs.find((input) => input.checked);
    if (chosen) this.answered(chosen.value);
    else setText(this.feedback, WORDS.choose);
  }

  draw(key) {
    if (!key) return;
    const option = this.row.options.find((one) => one.key === key);
    if (!option) return;
    const outcome = key === this.row.right ? "right" : "wrong";
    this.inputs.forEach((input) => (input.checked = input.checked || (input.value === key && !this.inputs.some((one) => one.checked))));
    setAttribute(this.feedback, "data-outcome", outcome);
    this.feedback.style.borderLeftStyle = EDGE[outcome];
    setText(this.feedback, `${WORDS[outcome]}: ${option.why}`);
  }
}

class QuizBoard {
  constructor(model) {
    this.model = model;
    quizCount += 1;
    const rows = model.get("questions");
    this.questions = rows.map((row, at) => new Question(row, at + 1, `kl-quiz-${quizCount}-${at}`, (key) => this.answer(at + 1, key)));
    this.score = h("p", { class: "kl-score", "data-kl": "score", "aria-live": "polite" });
    this.alert = h("p", { class: "kl-alert", role: "alert", hidden: true });
    this.root = h("div", { class: "kl-view kl-quiz", "data-kl": "quiz", role: "group", "aria-label": WORDS.quiz }, ...this.questions.map(({ element }) => element), this.score, this.alert);
    // JupyterLab would take the keys for its own commands.
    this.root.addEventListener("keydown", (event) => event.stopPropagation());
    this.redraw = () => this.draw();
    model.on("change:checked", this.redraw);
    model.on("change:error", this.redraw);
    this.draw();
  }

  answer(number, key) {
    this.model.set("checked", { ...this.model.get("checked"), [number]: key });
    this.draw();
    try {
      this.model.save_changes();
    } catch {
      // Without a kernel the quiz goes on; nobody remembers the answer.
    }
  }

  draw() {
    const checked = this.model.get("checked") ?? {};
    this.questions.forEach((question, at) => question.draw(checked[at + 1]));
    const right = this.questions.filter(({ row }, at) => checked[at + 1] === row.right).length;
    setText(this.score, WORDS.score(right, this.questions.length));
    const error = this.model.get("error") ?? "";
    setText(this.alert, error);
    this.alert.hidden = !error;
  }

  close() {
    this.model.off("change:checked", this.redraw);
    this.model.off("change:error", this.redraw);
  }
}

export default {
  render({ model, el }) {
    const board = new QuizBoard(model);
    el.append(board.root);
    const endTheme = watchTheme(board.root);
    return () => {
      endTheme();
      board.close();
    };
  },
};
