"""Pods of one template, admitted once: all later ones share the first one's spec and status.

A ReplicaSet makes its pods from the same template object. What defaulting, admission and validation
make of it depends only on the template, on the owner and on a few policy objects; as long as all
of these are the very same objects, the first answer holds. So 150,000 pods cost one admission, and
their specs are one Python object. Pods of a DaemonSet differ in the node that they are for: that
part of the affinity is validated for each, all else holds for them too.

Unlike the real one: upstream does the work again for each pod.
"""

from __future__ import annotations

from operator import is_
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kubelearn.api.objects import Object, controller_of
from kubelearn.api.validation.pod.affinity import validate_affinity

if TYPE_CHECKING:
    from kubelearn.api.server import APIServer

LIMIT: Final = 4096
"""Templates that are remembered; the oldest is forgotten first."""
SHARED: Final = ("labels", "annotations", "ownerReferences", "finalizers")
"""Parts of the metadata that pods of one template have in common."""


class Admitted(NamedTuple):
    """What came out for one template, and what it depends on."""

    template: Object
    """The spec as it was given; kept so that its identity stays taken."""
    policies: tuple[Any, ...]
    given: tuple[Any, ...]
    """The shared parts of the metadata as they were given."""
    metadata: Object
    """The shared parts of the metadata as they are stored."""
    spec: Object
    status: Object


class PodTemplates:
    """The templates of a cluster's pods, with what admission made of them."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, int], Admitted] = {}
        self._texts: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}
        self.scheduled: dict[str, list[Object]] = {}
        """By the time stamp: the conditions of a pod that has just been bound."""

    def fork(self) -> PodTemplates:
        """A copy."""
        twin = PodTemplates()
        twin._known = self._known.copy()
        twin._texts = self._texts.copy()
        twin.scheduled = self.scheduled.copy()
        return twin

    def keep_scheduled(self, now: str, conditions: list[Object]) -> list[Object]:
        """Share the conditions of the pods that are bound in this second."""
        self.scheduled.clear()
        self.scheduled[now] = conditions
        return conditions

    def same(self, texts: dict[str, str]) -> dict[str, str]:
        """The first labels or annotations that were equal to these: bound pods share theirs."""
        if len(self._texts) >= LIMIT:
            self._texts.clear()
        return self._texts.setdefault(tuple(texts.items()), texts)

    def find(self, api: APIServer, pod: Object) -> Admitted | None:
        """What is known for a new pod, or None if it has to go through everything."""
        key = _key(pod)
        known = self._known.get(key) if key else None
        if known is not None and known.template is not pod["spec"]:
            known = _for_another_node(known, pod["spec"])
        if known is None:
            return None
        if known.given != _given(pod) or not _same(known.policies, _policies(api, pod)):
            return None
        return known

    def remember(self, api: APIServer, pod: Object, stored: Object) -> None:
        """Note what a pod that was given as `pod` has become."""
        key = _key(pod)
        if key is None:
            return
        if len(self._known) >= LIMIT:
            del self._known[next(iter(self._known))]
        metadata = {name: stored["metadata"][name] for name in SHARED if name in stored["metadata"]}
        self._known[key] = Admitted(
            pod["spec"],
            _policies(api, pod),
            _given(pod),
            metadata,
            stored["spec"],
            stored["status"],
        )


def _key(pod: Object) -> tuple[str, str, int] | None:
    owner = controller_of(pod)
    if owner is None or "spec" not in pod:
        return None
    return (pod["metadata"].get("namespace", ""), owner["uid"], id(pod["spec"].get("containers")))


def _for_another_node(known: Admitted, spec: Object) -> Admitted | None:
    """What is known, for a spec that differs from the known one in its node affinity alone."""
    template = known.template
    if template.keys() != spec.keys() or not _same_but("affinity", spec, template):
        return None
    affinity, before = spec.get("affinity") or {}, template.get("affinity") or {}
    if affinity.keys() != before.keys() or not _same_but("nodeAffinity", affinity, before):
        return None
    chosen = {"nodeAffinity": affinity["nodeAffinity"]}
    if validate_affinity(chosen, ""):
        return None
    stored = {**known.spec, "affinity": {**known.spec["affinity"], **chosen}}
    return known._replace(spec=stored)


def _same_but(name: str, one: Object, other: Object) -> bool:
    """Whether all values but the one of a name, which both have, are the very same."""
    return name in one and all(one[each] is other[each] for each in one if each != name)


def _given(pod: Object) -> tuple[Any, ...]:
    return tuple(pod["metadata"].get(name) for name in SHARED)


def _policies(api: APIServer, pod: Object) -> tuple[Any, ...]:
    """The objects that the admission of a pod looks at, in a fixed order."""
    namespace, spec = pod["metadata"].get("namespace", ""), pod["spec"]
    store = api.store
    return (
        store.get("namespaces", ("", namespace)),
        store.get("serviceaccounts", (namespace, spec.get("serviceAccountName") or "default")),
        store.get("runtimeclasses.node.k8s.io", ("", spec.get("runtimeClassName") or "")),
        *store.items("priorityclasses.scheduling.k8s.io").values(),
        *store.items("mutatingwebhookconfigurations.admissionregistration.k8s.io").values(),
        *store.ordered("limitranges", namespace),
        *store.ordered("targetgroupbindings.elbv2.k8s.aws", namespace),
    )


def _same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return len(one) == len(other) and all(map(is_, one, other))
