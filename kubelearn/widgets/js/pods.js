// A pod: a letter in a box, its name where there is room, a word when something is the matter.
function makePod(row) {
  return button(
    "kl-pod",
    { "data-kl": "pod", "data-key": row.key, tabindex: "-1" },
    h("b", { class: "kl-letter", "aria-hidden": "true" }),
    h("span", { class: "kl-name" }, h("span", { class: "kl-stem" }), h("span", { class: "kl-suffix" })),
    h("span", { class: "kl-note" }),
  );
}

function updatePod(element, row, before) {
  const [letter, label] = STATES[row.state];
  const [name, note] = [element.children[1], element.children[2]];
  element.dataset.state = row.state;
  element.classList.toggle("kl-system", row.system);
  setText(element.children[0], letter);
  const [stem, suffix] = splitName(row);
  setText(name.children[0], stem);
  setText(name.children[1], suffix);
  setText(note, noteOf(row));
  const where = row.node ? `on ${row.node}` : "without a node";
  const words = `${row.name}: ${row.status}, ${label}, ready ${row.ready} of ${row.containers}, ${where}`;
  setAttribute(element, "aria-label", words);
  setAttribute(element, "title", podTitle(row));
  if (before && before.state !== row.state) flash(element);
}

// The part that all pods of an owner share gives way; the end that tells them apart stays.
function splitName(row) {
  const cut = row.owner ? row.name.lastIndexOf("-") : -1;
  return cut > 0 ? [row.name.slice(0, cut), row.name.slice(cut)] : [row.name, ""];
}

function noteOf(row) {
  const again = row.restarts ? `↻${row.restarts}` : "";
  const calm = row.state === "running" || row.system && row.state === "completed";
  const some = row.ready < row.containers ? `${row.ready}/${row.containers} ready` : STATES.unready[1];
  const word = calm ? "" : row.state === "unready" ? some : row.status;
  return [again, word].filter(Boolean).join(" ");
}

function podTitle(row) {
  const lines = [
    `${row.namespace}/${row.name}`,
    `${row.status}: ${STATES[row.state][2]}`,
    `ready ${row.ready}/${row.containers}, restarts ${row.restarts}`,
  ];
  if (row.ip) lines.push(`IP ${row.ip}`);
  if (row.owner) lines.push(`owner ${row.owner}`);
  return lines.join("\n");
}

// A short light on what changed, where motion is wanted.
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

function flash(element) {
  if (STILL.matches) return;
  const target = element.matches(".kl-pod") ? element.firstElementChild : element;
  target.animate([{ boxShadow: "0 0 0 3px var(--kl-accent)" }, { boxShadow: "0 0 0 3px transparent" }], { duration: 900, easing: "ease-out" });
}
