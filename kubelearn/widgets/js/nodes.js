// A node: its name and condition, what is asked of it, and its pods.
const FULL = 0.9;

function makeNode(row) {
  const head = button(
    "kl-node-head",
    { "data-key": row.key, tabindex: "-1" },
    h("span", { class: "kl-node-name" }),
    h("span", { class: "kl-tags" }),
    h("span", { class: "kl-status" }),
  );
  const bars = h("div", { class: "kl-bars" });
  const pods = h("div", { class: "kl-pods" });
  return h("section", { class: "kl-node", "data-kl": "node", "data-key": row.key }, head, bars, pods);
}

function updateNode(element, row, before) {
  const [head, bars] = element.children;
  element.dataset.state = row.state;
  element.classList.toggle("kl-cordoned", row.cordoned);
  setText(head.children[0], row.name);
  const taints = row.taints.length;
  const tags = row.roles === "<none>" || row.roles === row.name ? "" : row.roles;
  setText(head.children[1], [tags, taints ? `${taints} taint${taints > 1 ? "s" : ""}` : ""].filter(Boolean).join(" · "));
  if (!before || before.status !== row.status) head.children[2].replaceChildren(...breakable(row.status));
  setAttribute(element, "aria-label", `node ${row.name}, ${row.status}`);
  setAttribute(head, "title", [row.name, row.status, ...row.taints].join("\n"));
  if (!before || before.bars !== row.bars) setChildren(bars, row.bars.map(bar));
  if (before && before.status !== row.status) flash(element);
}

// "Ready,SchedulingDisabled" may go on in the next line.
function breakable(words) {
  return words.split(/(?<=,)/).flatMap((word, at) => (at ? [h("wbr"), word] : [word]));
}

function bar(row) {
  const share = row.total ? Math.min(1, row.used / row.total) : 0;
  const name = row.key === "memory" ? "mem" : row.key;
  const fill = h("i", { class: "kl-fill", style: `width:${(share * 100).toFixed(1)}%` });
  const words = `${row.key}: ${row.usedText} of ${row.totalText} requested`;
  return h(
    "div",
    { class: share >= FULL ? "kl-bar kl-full" : "kl-bar", title: words },
    h("span", {}, `${name} `, h("b", {}, row.usedText), `/${row.totalText}`),
    h("i", { class: "kl-track", "aria-hidden": "true" }, fill),
  );
}
