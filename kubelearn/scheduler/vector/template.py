"""What the vector forms know about pods of one kind: the same for all pods of a template.

Pods of one template share spec, labels and owner as Python objects, which is how they are
recognised; others are recognised by what the plugins read of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from kubelearn.api.node_selector import required_nodes
from kubelearn.scheduler.algorithm import feasible_nodes_to_find
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.extension_points import MAX_NODE_SCORE
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import PodInfo
from kubelearn.scheduler.plugins.node_affinity import named_nodes
from kubelearn.scheduler.status import SKIP
from kubelearn.scheduler.vector.columns import MEMO_LIMIT, Columns
from kubelearn.scheduler.vector.deferred import Verdicts
from kubelearn.scheduler.vector.form import Cells, FilterForm, NoVectorForm, Said, ScoreForm, Scores
from kubelearn.scheduler.vector.remembered import StaticFilter
from kubelearn.scheduler.vector.standing import Standing, Static
from kubelearn.scheduler.vector.table import FILTERS, INDIFFERENT, SCORES

HARMLESS_VOLUMES = frozenset(
    {"name", "projected", "configMap", "secret", "emptyDir", "downwardAPI", "hostPath", "image"}
)
"""Kinds of volumes that no plugin about volumes looks at."""

HEAVY = (1 << 15) // MAX_NODE_SCORE
"""Weights whose totals do not fit into 16 bits are left to the plain form, as are negative ones."""


class Template:
    """The forms for one kind of pod under one profile; `plain` when there are none."""

    def __init__(self, columns: Columns, framework: Framework, pod: PodInfo) -> None:
        self.columns = columns
        self.framework = framework
        self.version = columns.version
        self.plain = False
        percentage = framework.profile.percentage_of_nodes_to_score
        self.wanted = feasible_nodes_to_find(columns.count, percentage)
        """How many feasible nodes are enough."""
        if not framework.scores:
            self.wanted = 1
        self.size = self.wanted + (self.wanted >> 3)
        """How many nodes are looked at first when filters look at other pods: a little more than
        the last scan needed."""
        self.filters: list[tuple[int, Any]] = []
        """(place in the order of the profile, form)."""
        self.scores: list[tuple[str, int, Any]] = []
        """(plugin, weight, form)."""
        self.skipped: frozenset[str] = frozenset()
        self.values: dict[str, Any] = {}
        """What PreFilter of indifferent plugins left in the CycleState."""
        self.facts = -1
        """Those of the columns that the forms have read."""
        self.others: list[tuple[int, FilterForm]] = []
        """The filters that depend on where other pods are, but for those that pass all nodes."""
        self.cells: list[tuple[int, Any, int]] = []
        """(place in the order of the profile, status of a code, place in the nodes' sayings) of
        those that do not."""
        self.heads: tuple[tuple[str, int], ...] = ()
        """(plugin, weight) of each Score."""
        self.known: list[Scores | Said | None] = []
        """Where the scores of each are said; None for those that depend on other nodes or pods."""
        self.relative: list[tuple[int, int, ScoreForm]] = []
        """(place among them, weight, form) of these."""
        try:
            self._bind(pod)
            self._stand()
        except NoVectorForm:
            self.plain = True

    def _bind(self, pod: PodInfo) -> None:
        framework, columns = self.framework, self.columns
        if not _ordinary(framework):
            raise NoVectorForm
        state = CycleState(columns.snapshot)
        skipped = _skipped(framework, state, pod)
        if any(_concerned(framework, name, skipped) for name, _ in framework.pre_filters):
            raise NoVectorForm
        self.skipped, self.values = frozenset(skipped), state.values
        for order, (name, method) in enumerate(framework.filters):
            if name not in skipped:
                plugin = framework.plugins[name]
                form = _form_of(FILTERS, plugin, method)(plugin, pod, columns)
                if form is not None:
                    self.filters.append((order, form))
        for name, method in framework.scores:
            plugin = framework.plugins[name]
            if name in skipped and _skips_score(plugin, state, pod):
                continue
            scorer = _form_of(SCORES, plugin, method)(plugin, pod, columns)
            if scorer is not None:
                self.scores.append((name, framework.weights[name], scorer))
        weights = [weight for _, weight, _ in self.scores]
        if sum(weights) >= HEAVY or min(weights, default=0) < 0:
            raise NoVectorForm

    def _stand(self) -> None:
        """Part the forms by what they depend on; who has the same cells has the same standing."""
        static = [one for one in self.filters if isinstance(one[1], StaticFilter)]
        cells = [one for one in self.filters if _is_cells(one[1])]
        weighted = [(weight, form) for _, weight, form in self.scores if _is_cells(form)]
        kind = (
            tuple((order, id(form)) for order, form in (*static, *cells)),
            tuple((weight, id(form)) for weight, form in weighted),
        )
        # Forms are never forgotten before the columns are, so their identities stay taken.
        self.standing: Standing = self.columns.form(
            ("standing", *kind),
            lambda: Standing(self.columns, Static(static), [form for _, form in cells], weighted),
        )
        said = {id(form): place for place, form in enumerate(self.standing.forms)}
        self.cells = [(order, form.status, said[id(form)]) for order, form in cells]
        self.heads = tuple((name, weight) for name, weight, _ in self.scores)

    def settle(self) -> None:
        """Ask the forms again which of them say the same of all nodes."""
        self.facts = self.columns.facts
        others = (one for one in self.filters if not isinstance(one[1], Cells))
        self.others = [one for one in others if one[1].settle()]
        forms = self.standing.forms
        self.known, self.relative = [], []
        for place, (_, weight, form) in enumerate(self.scores):
            if isinstance(form, Cells):
                self.known.append(Said(forms.index(form)))
            elif form.settle():
                self.known.append(None)
                self.relative.append((place, weight, form))
            else:
                self.known.append(form.still)

    def verdicts(self, begin: int, end: int) -> list[Verdicts]:
        """What the filters that depend on where other pods are refuse of a window."""
        found: list[Verdicts] = []
        for order, form in self.others:
            codes = form.codes(begin, end)
            if codes is not None:
                found.append((order, form.status, codes))
        return found

    def state(self) -> CycleState:
        """A CycleState as it is after PreFilter."""
        state = CycleState(self.columns.snapshot)
        state.values = self.values.copy()
        state.skip_filter = self.skipped
        return state


def _is_cells(form: object) -> bool:
    return isinstance(form, Cells) and not isinstance(form, StaticFilter)


def template_of(columns: Columns, framework: Framework, pod: PodInfo) -> Template | None:
    """The template of a pod, bound anew if an object that it was read from changed.

    None for a pod for nodes by name: the plain form looks at no other nodes.
    """
    metadata = pod.obj["metadata"]
    spec, labels, owners = pod.obj["spec"], pod.labels, metadata.get("ownerReferences")
    alias = (id(framework), id(spec), id(labels), id(owners), pod.key[0])
    known = columns.aliases.get(alias)
    template: Template
    if known is not None and known[0].version == columns.version:
        template = known[0]
        return template
    if named_nodes(required_nodes(spec).terms) is not None:
        return None
    skipped = _skipped(framework, CycleState(columns.snapshot), pod)
    content = (*_content(framework, pod), *skipped)
    found = columns.templates.get(content)
    if found is not None and found.version == columns.version:
        template = found
    else:
        template = columns.templates[content] = Template(columns, framework, pod)
    if len(columns.aliases) >= MEMO_LIMIT:
        columns.aliases.clear()
    # The objects are kept with the template, so that their identities stay taken.
    columns.aliases[alias] = (template, framework, spec, labels, owners)
    return template


def _content(framework: Framework, pod: PodInfo) -> tuple[Any, ...]:
    """Everything that the plugins with vector forms read of a pod."""
    spec, metadata = pod.obj["spec"], pod.obj["metadata"]
    fields = (
        "nodeName",
        "nodeSelector",
        "affinity",
        "tolerations",
        "topologySpreadConstraints",
        "resources",
        "overhead",
        "resourceClaims",
        "volumes" if volumes_matter(spec) else "nodeName",
    )
    containers = [
        [field, *(one.get(name) for name in ("image", "resources", "ports", "restartPolicy"))]
        for field in ("initContainers", "containers")
        for one in spec.get(field) or ()
    ]
    images = [one.get("image") for one in spec.get("volumes") or () if one.get("image")]
    read = [[spec.get(field) for field in fields], containers, images, pod.labels]
    owners = [
        (one.get("apiVersion"), one.get("kind"), one.get("name"), one.get("controller"))
        for one in metadata.get("ownerReferences") or ()
    ]
    return id(framework), pod.key[0], json.dumps([read, owners], sort_keys=True)


def volumes_matter(spec: Mapping[str, Any]) -> bool:
    """Whether a pod has volumes that a plugin may look at."""
    return any(not volume.keys() <= HARMLESS_VOLUMES for volume in spec.get("volumes") or ())


def _ordinary(framework: Framework) -> bool:
    """Whether each plugin prepares what it does, and does what it prepares."""
    plugins, prepared = framework.plugins, dict(framework.pre_filters)
    filtering = {name for name, _ in framework.filters}
    if any(name not in filtering and not _indifferent(plugins[name]) for name in prepared):
        return False
    if any(name not in prepared and hasattr(plugins[name], "pre_filter") for name in filtering):
        return False
    pairs = (("pre_score", framework.pre_scores), ("normalize_score", framework.normalizers))
    return not any(
        name not in running and hasattr(plugins[name], point)
        for point, running in pairs
        for name, _ in framework.scores
    )


def _indifferent(plugin: object) -> bool:
    return type(plugin) in INDIFFERENT


def _concerned(framework: Framework, name: str, skipped: Sequence[str]) -> bool:
    """Whether a plugin about volumes, claims or features has something to say."""
    return _indifferent(framework.plugins[name]) and name not in skipped


def _skipped(framework: Framework, state: CycleState, pod: PodInfo) -> list[str]:
    """The plugins about volumes, claims and features that have nothing to say about a pod."""
    if volumes_matter(pod.spec):
        return []
    return [
        name
        for name, method in framework.pre_filters
        if _indifferent(framework.plugins[name]) and method(state, pod, ()) == SKIP
    ]


def _skips_score(plugin: Any, state: CycleState, pod: PodInfo) -> bool:
    prepare = getattr(plugin, "pre_score", None)
    return prepare is not None and prepare(state, pod, ()) == SKIP


def _form_of(table: Mapping[type, Any], plugin: Any, method: Any) -> Any:
    form = table.get(type(plugin))
    if form is None or getattr(method, "__self__", None) is not plugin:
        raise NoVectorForm
    return form
