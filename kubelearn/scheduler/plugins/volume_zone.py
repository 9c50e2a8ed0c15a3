"""VolumeZone: a pod goes where the zone labels of its volumes allow it.

Source: `pkg/scheduler/framework/plugins/volumezone/volume_zone.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from kubelearn.api.objects import Object, labels_of
from kubelearn.api.volumes import CLAIMS, CLASSES, VOLUMES, WAIT, class_of, named_claims
from kubelearn.scheduler import events
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.status import SKIP, Status, unresolvable

REASON = "node(s) had no available volume zone"
_REFUSED = unresolvable(REASON)
GA_LABELS = {
    "topology.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region": "topology.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
}
"""Label of a volume -> its present name."""

Topology = tuple[str, frozenset[str]]
"""(label, values that the node's label may have)."""


class VolumeZone:
    """Refuses nodes in other zones or regions than the pod's bound volumes are labelled with.

    Claims of ephemeral volumes are not looked at.
    """

    name = "VolumeZone"
    events: ClassVar[tuple[str, ...]] = (
        events.NODE_ADD,
        events.NODE_LABEL,
        events.CLASS_CHANGE,
        events.CLAIM_CHANGE,
        events.VOLUME_CHANGE,
    )

    def __repr__(self) -> str:
        return "VolumeZone()"

    def pre_filter(
        self,
        state: CycleState,
        pod: PodInfo,
        nodes: Sequence[NodeInfo],  # noqa: ARG002
    ) -> Status | None:
        """Skip for pods whose volumes have no such labels."""
        if not pod.spec.get("volumes"):
            return SKIP
        found: list[Topology] = []
        for name in named_claims(pod.obj):
            answer = _topologies(state, pod.namespace, name)
            if isinstance(answer, Status):
                return answer
            found += answer
        if not found:
            return SKIP
        state.write(self.name, tuple(found))
        return None

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:  # noqa: ARG002
        """Refuse a node whose labels are not among the volume's; one without any passes."""
        labels = node.labels
        if not any(label in labels for label in GA_LABELS):
            return None
        for label, allowed in state.read(self.name):
            here = labels.get(label, labels.get(GA_LABELS[label]))
            if here not in allowed:
                return _REFUSED
        return None

    def advice(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> str:  # noqa: ARG002
        """Where the volume is."""
        places = "; ".join(f"{k} {', '.join(sorted(v))}" for k, v in state.read(self.name))
        return f"the pod's volumes are in {places}; node {node.name} is not"


def _topologies(state: CycleState, namespace: str, name: str) -> list[Topology] | Status:
    """What the volume of one claim demands, or why that cannot be known."""
    find = state.snapshot.find
    claim = find(CLAIMS, namespace, name)
    if claim is None:
        return unresolvable(f'persistentvolumeclaim "{name}" not found')
    volume_name = claim["spec"].get("volumeName")
    if not volume_name:
        return _unbound(state, claim)
    volume = find(VOLUMES, "", volume_name)
    if volume is None:
        return unresolvable(f'persistentvolume "{volume_name}" not found')
    labels = labels_of(volume)
    found = ((label, _places(labels[label])) for label in GA_LABELS if label in labels)
    return [(label, places) for label, places in found if places]


def _places(text: str) -> frozenset[str]:
    """The zones that a label lists; none when one of them has no name: then it says nothing.

    Source: `staging/src/k8s.io/cloud-provider/volume/helpers/zones.go` (LabelZonesToSet).
    """
    places = frozenset(place.strip() for place in text.split("__"))
    return frozenset() if "" in places else places


def _unbound(state: CycleState, claim: Object) -> list[Topology] | Status:
    name = class_of(claim)
    if not name:
        return unresolvable("PersistentVolumeClaim had no pv name and storageClass name")
    storage_class = state.snapshot.find(CLASSES, "", name)
    if storage_class is None:
        return unresolvable(f'storageclass.storage.k8s.io "{name}" not found')
    if storage_class.get("volumeBindingMode") == WAIT:
        return []
    return unresolvable("PersistentVolume had no name")
