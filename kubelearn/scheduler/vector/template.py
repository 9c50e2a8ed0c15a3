"""What the vector forms know about pods of one kind: the same for all pods of a template.

Pods of one template share spec, labels and owner as Python objects, which is how they are
recognised; others are recognised by what the plugins read of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kubelearn.scheduler.algorithm import feasible_nodes_to_find
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.extension_points import MAX_NODE_SCORE
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import PodInfo
from kubelearn.scheduler.status import SKIP, Status
from kubelearn.scheduler.vector.columns import MEMO_LIMIT, Columns
from kubelearn.scheduler.vector.form import Array, FilterForm, NoVectorForm, ScoreForm
from kubelearn.scheduler.vector.remembered import RememberedFilter
from kubelearn.scheduler.vector.table import FILTERS, INDIFFERENT, SCORES

HARMLESS_VOLUMES = frozenset(
    {"name", "projected", "configMap", "secret", "emptyDir", "downwardAPI", "hostPath", "image"}
)
"""Kinds of volumes that no plugin about volumes looks at."""

HEAVY = (1 << 15) // MAX_NODE_SCORE
"""Weights whose totals do not fit into 16 bits are left to the plain form."""


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
        """How many nodes are looked at first: a little more than the last scan needed."""
        self.filters: list[tuple[int, FilterForm]] = []
        """(place in the order of the profile, form)."""
        self.scores: list[tuple[str, int, ScoreForm]] = []
        """(plugin, weight, form)."""
        self.skipped: frozenset[str] = frozenset()
        self.values: dict[str, Any] = {}
        """What PreFilter of indifferent plugins left in the CycleState."""
        try:
            self._bind(pod)
        except NoVectorForm:
            self.plain = True
        self.static = Static(self.filters)
        self.dynamic = [form for form in self.filters if not form[1].static]

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
        if sum(abs(weight) for _, weight, _ in self.scores) >= HEAVY:
            raise NoVectorForm

    def state(self) -> CycleState:
        """A CycleState as it is after PreFilter."""
        state = CycleState(self.columns.snapshot)
        state.values = self.values.copy()
        state.skip_filter = self.skipped
        return state


class Static:
    """The verdicts that depend on nodes only, of all such plugins together."""

    def __init__(self, forms: list[tuple[int, FilterForm]]) -> None:
        self.forms = [
            (order, form)
            for order, form in forms
            if isinstance(form, RememberedFilter) and form.static
        ]
        self.codes: Array | None = None
        self.statuses: tuple[tuple[int, Status], ...] = ()
        """(place of the plugin in the order of the profile, status) of code 1, 2 ..."""
        self._read = -1
        self._epoch = -1

    def window(self, columns: Columns, begin: int, end: int) -> Array | None:
        """The codes of a window; None when all pass."""
        if self._read != len(columns.node_log) or self._epoch != columns.epoch:
            self._make(columns)
        return None if self.codes is None else self.codes[begin:end]

    def _make(self, columns: Columns) -> None:
        merged: Array | None = None
        statuses: list[tuple[int, Status]] = []
        for order, form in self.forms:
            codes = form.codes(0, 2 * columns.count)
            if codes is None:
                continue
            shifted = np.where(codes, codes + np.uint8(len(statuses)), 0).astype(np.uint8)
            merged = shifted if merged is None else np.where(merged, merged, shifted)
            statuses += [(order, status) for status in form.statuses]
        self.codes, self.statuses = merged, tuple(statuses)
        self._read, self._epoch = len(columns.node_log), columns.epoch


def template_of(columns: Columns, framework: Framework, pod: PodInfo) -> Template:
    """The template of a pod, bound anew if an object that it was read from changed."""
    metadata = pod.obj["metadata"]
    spec, labels, owners = pod.obj["spec"], pod.labels, metadata.get("ownerReferences")
    alias = (id(framework), id(spec), id(labels), id(owners), pod.key[0])
    known = columns.aliases.get(alias)
    template: Template
    if known is not None and known[0].version == columns.version:
        template = known[0]
        return template
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
