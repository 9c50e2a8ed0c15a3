// One tab stop for a whole board; arrow keys go from thing to thing as they lie on the screen.
const ITEMS = ".kl-chip, .kl-node-head[data-key], .kl-pod";
const STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

function rove(board, choose) {
  const items = () => [...board.querySelectorAll(ITEMS)].filter((item) => item.offsetParent);
  const hold = (item) => {
    board.querySelectorAll(`${ITEMS}`).forEach((each) => { if (each.tabIndex === 0) each.tabIndex = -1; });
    if (item) item.tabIndex = 0;
  };
  board.addEventListener("focusin", (event) => event.target.matches(ITEMS) && hold(event.target));
  board.addEventListener("keydown", (event) => {
    const from = event.target.closest(ITEMS);
    if (!from) return;
    const to = event.key === "Home" ? items()[0] : event.key === "End" ? items().at(-1)
      : STEPS[event.key] ? neighbour(from, items(), STEPS[event.key]) : null;
    if (STEPS[event.key] || to) event.preventDefault();
    if (to) to.focus();
  });
  board.addEventListener("click", (event) => {
    const item = event.target.closest("[data-key]");
    if (item && item.tagName !== "SECTION") choose(item.dataset.key);
  });
  // After each drawing there must be one thing that Tab reaches.
  return () => board.querySelector(`:is(${ITEMS})[tabindex="0"]`) || hold(items()[0]);
}

// The nearest thing in a direction; sideways distance counts double.
function neighbour(from, all, [dx, dy]) {
  const a = from.getBoundingClientRect();
  let best = null;
  let least = Infinity;
  for (const item of all) {
    if (item === from) continue;
    const b = item.getBoundingClientRect();
    const along = dx ? dx * (b.left - a.left) : dy * (b.top - a.top);
    if (along < 2) continue;
    const aside = dx ? Math.abs(b.top - a.top) : Math.abs(b.left - a.left);
    const far = along + 2 * aside;
    if (far < least) [best, least] = [item, far];
  }
  return best;
}
