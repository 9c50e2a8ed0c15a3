// Workloads and services: what was asked for, and how much of it there is.
function makeChip(row) {
  return button(
    "kl-chip",
    { "data-key": row.key, tabindex: "-1" },
    h("span", { class: "kl-chip-kind" }),
    h("span", { class: "kl-chip-name" }),
    h("span", { class: "kl-chip-count" }),
  );
}

const SHORT_KINDS = { Deployment: "deploy", StatefulSet: "sts", DaemonSet: "ds", ReplicaSet: "rs" };

function updateWorkload(element, row, before) {
  fillChip(element, SHORT_KINDS[row.kind] ?? row.kind, row.name, `${row.ready}/${row.desired}`, row.ready < row.desired);
  setAttribute(element, "aria-label", `${row.kind} ${row.name}: ${row.ready} of ${row.desired} ready`);
  setAttribute(element, "title", `${row.kind} ${row.namespace}/${row.name}\n${row.ready} of ${row.desired} ready`);
  if (before && before.ready !== row.ready) flash(element);
}

function updateService(element, row, before) {
  const count = row.endpoints ? `${row.ready}/${row.endpoints}` : "0";
  fillChip(element, "svc", row.name, count, row.ready === 0);
  const words = `${row.ready} of ${row.endpoints} endpoints ready`;
  setAttribute(element, "aria-label", `Service ${row.name}, ${row.clusterIP}: ${words}`);
  setAttribute(element, "title", `Service ${row.namespace}/${row.name}\n${row.type} ${row.clusterIP} ${row.ports.join(", ")}\n${words}`);
  if (before && before.ready !== row.ready) flash(element);
}

function fillChip(element, kind, name, count, isShort) {
  const [first, second, third] = element.children;
  setText(first, kind);
  setText(second, name);
  setText(third, count);
  element.classList.toggle("kl-short", isShort);
}
