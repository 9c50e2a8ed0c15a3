"""On which nodes the pods of a DaemonSet may be: asked once for each node while it is the same.

The answer depends on the template and on the spec and labels of the node. Heartbeats leave these
the very same objects, so an answer holds until one of the three is another object.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_
from typing import NamedTuple

from kubelearn.api.objects import Key, Object, key_of
from kubelearn.controllers.daemon_nodes import should_run, with_tolerations


class Fit(NamedTuple):
    """Whether a node is eligible, and what that was decided by."""

    spec: Object
    labels: Object | None
    come: bool
    """A new pod is wanted there."""
    stay: bool
    """A pod that is there may stay."""


class Places(NamedTuple):
    """The names of all nodes, of those that want a pod, and of those where one may stay."""

    nodes: Sequence[Object] = ()
    """Sorted by name."""
    names: frozenset[str] = frozenset()
    come: frozenset[str] = frozenset()
    stay: frozenset[str] = frozenset()


class Fits:
    """The answers for the nodes and one template."""

    def __init__(self, template: Object) -> None:
        self.given = template
        self.template = with_tolerations(template)
        self._known: dict[str, Fit] = {}
        self._places = Places()

    def of(self, node: Object) -> Fit:
        """The answer for a node."""
        metadata, spec = node["metadata"], node["spec"]
        labels, name = metadata.get("labels"), metadata["name"]
        known = self._known.get(name)
        if known is None or known.spec is not spec or known.labels is not labels:
            come = should_run(self.template, node, stay=False)
            stay = should_run(self.template, node, stay=True)
            known = self._known[name] = Fit(spec, labels, come, stay)
        return known

    def places(self, nodes: Sequence[Object]) -> Places:
        """The answers for all nodes."""
        before = self._places.nodes
        if len(before) == len(nodes) and all(map(is_, nodes, before)):
            return self._places
        if len(before) != len(nodes) or not all(map(_judged_alike, nodes, before)):
            answers = {node["metadata"]["name"]: self.of(node) for node in nodes}
            come = frozenset(name for name, fit in answers.items() if fit.come)
            stay = frozenset(name for name, fit in answers.items() if fit.stay)
            self._places = Places(nodes, frozenset(answers), come, stay)
        return self._places


def _judged_alike(one: Object, other: Object) -> bool:
    mine, theirs = one["metadata"], other["metadata"]
    return bool(
        mine["name"] == theirs["name"]
        and one["spec"] is other["spec"]
        and mine.get("labels") is theirs.get("labels")
    )


def fits_of(known: dict[Key, Fits], daemonset: Object) -> Fits:
    """The answers for a DaemonSet; begun anew when its template is another one."""
    key, template = key_of(daemonset), daemonset["spec"]["template"]
    found = known.get(key)
    if found is None or found.given is not template:
        found = known[key] = Fits(template)
    return found
