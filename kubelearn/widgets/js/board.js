// The picture of one frame: lists, zones with nodes with pods, what waits, the legend.
const NAMED_MOST = 12;
const SYSTEM_LAST = (row) => row.namespace === "kube-system";

class Board {
  constructor(name) {
    this.pods = new Keyed(makePod, updatePod);
    this.nodes = new Keyed(makeNode, updateNode);
    this.workloads = new Keyed(makeChip, updateWorkload);
    this.services = new Keyed(makeChip, updateService);
    this.lists = h("div", { class: "kl-lists" });
    this.zones = h("div", { class: "kl-zones" });
    this.waiting = h("div", { class: "kl-pods" });
    this.waitingCard = h("section", { class: "kl-node kl-waiting", "aria-label": TEXT.unplaced }, h("div", { class: "kl-node-head kl-node-name" }, TEXT.unplaced), this.waiting);
    this.legend = h("div", { class: "kl-legend", role: "group", "aria-label": TEXT.legend });
    this.table = new PodTable();
    this.picture = h("div", { class: "kl-picture" }, this.lists, this.waitingCard, this.zones, this.legend);
    const title = name ? h("div", { class: "kl-pane-name" }, name) : null;
    this.summary = h("p", { class: "kl-pane-summary" });
    this.element = h("div", { class: "kl-board" }, title, name ? this.summary : null, this.picture, this.table.element);
    this.frame = null;
  }

  draw(frame) {
    const before = this.frame ?? {};
    this.frame = frame;
    if (before.workloads !== frame.workloads || before.services !== frame.services) this.drawLists(frame);
    if (before.nodes !== frame.nodes) this.drawNodes(frame.nodes);
    if (before.pods !== frame.pods || before.nodes !== frame.nodes) this.drawPods(frame.pods);
    if (before.totals !== frame.totals || before.hidden !== frame.hidden) this.drawLegend(frame);
    if (this.table.shown) this.table.draw(frame);
    setText(this.summary, frame.summary);
    this.mark(frame);
  }

  drawLists(frame) {
    const workloads = this.workloads.elements([...frame.workloads].sort((a, b) => SYSTEM_LAST(a) - SYSTEM_LAST(b)));
    const services = this.services.elements([...frame.services].sort((a, b) => SYSTEM_LAST(a) - SYSTEM_LAST(b)));
    for (const [at, label, chips] of [[0, TEXT.workloads, workloads], [1, TEXT.services, services]]) {
      const line = this.lists.children[at] ?? this.lists.appendChild(h("div", { class: "kl-list", role: "group", "aria-label": label }, h("span", { class: "kl-label" }, label)));
      line.hidden = !chips.length;
      setChildren(line, [line.firstElementChild, ...chips]);
    }
  }

  drawNodes(rows) {
    const elements = this.nodes.elements(rows);
    const zones = new Map();
    rows.forEach((row, at) => {
      if (!zones.has(row.zone)) zones.set(row.zone, []);
      zones.get(row.zone).push(elements[at]);
    });
    const known = new Map([...this.zones.children].map((zone) => [zone.dataset.zone, zone]));
    setChildren(this.zones, [...zones].map(([name, nodes]) => {
      const zone = known.get(name) ?? h("section", { class: "kl-zone", "data-zone": name, "aria-label": `zone ${name || TEXT.noZone}` },
        h("div", { class: "kl-label" }, name || TEXT.noZone), h("div", { class: "kl-nodes" }));
      setChildren(zone.lastElementChild, nodes);
      return zone;
    }));
  }

  drawPods(rows) {
    const elements = this.pods.elements(rows);
    const places = new Map([["", []]]);
    for (const key of this.nodes.known.keys()) places.set(key.slice("node/".length), []);
    // A pod can name a node that is gone: it then shows where it belongs to no node.
    rows.forEach((row, at) => (places.get(row.node) ?? places.get("")).push(elements[at]));
    let most = 0;
    for (const [name, pods] of places) {
      const place = name ? this.nodes.known.get("node/" + name).element.lastElementChild : this.waiting;
      setChildren(place, pods);
      if (name) most = Math.max(most, pods.length);
    }
    this.waitingCard.hidden = !places.get("").length;
    const isNamed = this.element.classList.contains("kl-named");
    this.element.classList.toggle("kl-named", most <= (isNamed || !this.drawn ? NAMED_MOST : NAMED_MOST - 4));
    this.drawn = true;
  }

  drawLegend(frame) {
    const keys = Object.entries(frame.totals.states).map(([state, count]) => h("span", { class: "kl-key", title: STATES[state][2] },
      h("b", { class: "kl-letter", "data-state": state, "aria-hidden": "true" }, STATES[state][0]), `${count} ${STATES[state][1]}`));
    const { pods, nodes } = frame.hidden;
    if (pods || nodes) keys.push(h("span", { class: "kl-hidden" }, TEXT.hidden(pods, nodes)));
    setChildren(this.legend, keys);
  }

  // The rows that differ from the other side, and those that belong to what is selected.
  mark(frame) {
    const differing = new Set(frame.marks);
    const related = this.related(frame);
    const isPlain = !differing.size && !related.size && !frame.detail;
    if (isPlain && this.isPlain) return;
    this.isPlain = isPlain;
    for (const element of this.element.querySelectorAll("[data-key]")) {
      const key = element.dataset.key;
      element.classList.toggle("kl-differs", differing.has(key));
      element.classList.toggle("kl-related", related.has(key));
      setAttribute(element, "aria-current", frame.detail?.ref === key && element.tagName !== "SECTION" ? "true" : null);
    }
  }

  related(frame) {
    const key = this.pointed ?? frame.detail?.ref;
    if (!key) return new Set();
    const service = frame.services.find((row) => row.key === key);
    if (service) return new Set(service.pods);
    return new Set(frame.pods.filter((row) => row.workload && row.workload === key).map((row) => row.key));
  }
}
