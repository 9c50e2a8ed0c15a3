"""VolumeBinding: a pod goes where its claims are bound, or can be bound.

Claims of a class with WaitForFirstConsumer get their volume here: Filter looks for one on every
node, PreBind writes the choice and the pod waits until the controllers have bound the claim.
Source: `pkg/scheduler/framework/plugins/volumebinding/volume_binding.go`, `binder.go`,
Kubernetes 1.36.

Unlike the real one: the choice is kept in the API alone, so between two cycles no volume is
assumed; scoring by storage capacity (off by default) is absent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from kubelearn.api import selectors
from kubelearn.api.objects import Object, controller_of
from kubelearn.api.quantity import value
from kubelearn.api.volumes import (
    CLAIMS,
    CLASSES,
    NO_PROVISIONER,
    SELECTED_NODE,
    VOLUMES,
    WAIT,
    annotations_of,
    claim_names,
    class_of,
    is_fully_bound,
    matching_volume,
    requested_size,
    volume_fits_node,
)
from kubelearn.scheduler import events
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.status import SKIP, Code, Status, unresolvable

NOT_HERE = "node(s) didn't match PersistentVolume's node affinity"
NO_VOLUME = "node(s) didn't find available persistent volumes to bind"
NO_SPACE = "node(s) did not have enough free storage"
VOLUME_GONE = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"
IMMEDIATE = "pod has unbound immediate PersistentVolumeClaims"
CAPACITIES = "csistoragecapacities.storage.k8s.io"
DRIVERS = "csidrivers.storage.k8s.io"


class PodClaims(NamedTuple):
    """The claims of a pod, as PreFilter found them."""

    bound: tuple[Object, ...]
    delayed: tuple[Object, ...]
    """Without a volume, of a class that waits for the first consumer; smallest first."""


class Choice(NamedTuple):
    """What one node offers to the claims that wait."""

    bindings: tuple[tuple[Object, Object], ...] = ()
    """(claim, volume)."""
    provisions: tuple[Object, ...] = ()
    """Claims that need a new volume."""


class VolumeBinding:
    """Refuses nodes from which the pod's volumes cannot be reached."""

    name = "VolumeBinding"
    events: ClassVar[tuple[str, ...]] = (
        events.NODE_ADD,
        events.NODE_LABEL,
        events.CLASS_CHANGE,
        events.CLAIM_CHANGE,
        events.VOLUME_CHANGE,
        events.CSI_NODE_CHANGE,
        events.CSI_DRIVER_CHANGE,
        events.CAPACITY_CHANGE,
    )

    def __init__(self, bind_timeout_seconds: int = 600) -> None:
        self.bind_timeout_seconds = bind_timeout_seconds

    def __repr__(self) -> str:
        return f"VolumeBinding(bind_timeout_seconds={self.bind_timeout_seconds!r})"

    def pre_filter(
        self,
        state: CycleState,
        pod: PodInfo,
        nodes: Sequence[NodeInfo],  # noqa: ARG002
    ) -> Status | None:
        """Skip for pods without claims; refuse when a claim is missing, lost or not bound yet."""
        if not pod.spec.get("volumes"):
            return SKIP
        names = claim_names(pod.obj)
        if not names:
            return SKIP
        problem = _problem(state, pod, names)
        if problem:
            return unresolvable(problem)
        bound, delayed = [], []
        for name, _ in names:
            claim = state.snapshot.find(CLAIMS, pod.namespace, name)
            assert claim is not None
            if is_fully_bound(claim):
                bound.append(claim)
                continue
            storage_class = state.snapshot.find(CLASSES, "", class_of(claim))
            waits = storage_class is not None and storage_class.get("volumeBindingMode") == WAIT
            if not waits or claim["spec"].get("volumeName"):
                return unresolvable(IMMEDIATE)
            delayed.append(claim)
        delayed.sort(key=requested_size)
        state.write(self.name, PodClaims(tuple(bound), tuple(delayed)))
        return None

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:  # noqa: ARG002
        """Refuse a node that a bound volume does not allow, or where a claim finds none."""
        claims: PodClaims = state.read(self.name)
        reasons = _bound_reasons(state, claims.bound, node)
        choice, more = choose(state, claims.delayed, node)
        reasons = [*reasons[:1], *more, *reasons[1:]] if len(reasons) > 1 else [*reasons, *more]
        if reasons:
            return unresolvable(*reasons)
        if claims.delayed:
            state.write(f"{self.name}/{node.name}", choice)
        return None

    def advice(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> str:  # noqa: ARG002
        """What is wrong with which claim here."""
        claims: PodClaims = state.read(self.name)
        for claim in claims.bound:
            volume = state.snapshot.find(VOLUMES, "", claim["spec"]["volumeName"])
            if volume is not None and not volume_fits_node(volume, node):
                name = claim["metadata"]["name"]
                return (
                    f"claim {name} is bound to volume {volume['metadata']['name']}, which "
                    f"{node.name} cannot reach: a volume stays in its zone"
                )
        waiting = ", ".join(claim["metadata"]["name"] for claim in claims.delayed)
        return f"no volume for {waiting} is available to {node.name}, and none can be made there"

    def pre_bind(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:  # noqa: ARG002
        """Wait, when claims of this cycle have yet to be bound."""
        claims = state.values.get(self.name)
        return WAITING if claims is not None and claims.delayed else None

    def pre_bind_choice(self, state: CycleState, node: NodeInfo) -> Choice:
        """What Filter chose on the node that was taken."""
        found: Choice = state.values.get(f"{self.name}/{node.name}", Choice())
        return found


def _problem(state: CycleState, pod: PodInfo, names: list[tuple[str, bool]]) -> str:
    """The first thing that is wrong with the claims themselves; "" if nothing is."""
    for name, ephemeral in names:
        claim = state.snapshot.find(CLAIMS, pod.namespace, name)
        if claim is None:
            if ephemeral:
                return (
                    "waiting for ephemeral volume controller to create the "
                    f'persistentvolumeclaim "{name}"'
                )
            return f'persistentvolumeclaim "{name}" not found'
        if (claim.get("status") or {}).get("phase") == "Lost":
            gone = claim["spec"].get("volumeName", "")
            return f'persistentvolumeclaim "{name}" bound to non-existent persistentvolume "{gone}"'
        if "deletionTimestamp" in claim["metadata"]:
            return f'persistentvolumeclaim "{name}" is being deleted'
        if ephemeral and not _is_own(claim, pod):
            return (
                f"PVC {pod.namespace}/{name} was not created for pod {pod.namespace}/{pod.name} "
                "(pod is not owner)"
            )
    return ""


def _is_own(claim: Object, pod: PodInfo) -> bool:
    """Whether a claim was made for this pod; a pod without a UID is told by its name."""
    owner = controller_of(claim)
    uid = pod.obj["metadata"].get("uid")
    if owner is None:
        return False
    return bool(owner.get("uid") == uid if uid else owner.get("name") == pod.name)


def _bound_reasons(state: CycleState, bound: Sequence[Object], node: NodeInfo) -> list[str]:
    for claim in bound:
        volume = state.snapshot.find(VOLUMES, "", claim["spec"]["volumeName"])
        if volume is None:
            return [VOLUME_GONE]
        if not volume_fits_node(volume, node):
            return [NOT_HERE]
    return []


def choose(state: CycleState, claims: Sequence[Object], node: NodeInfo) -> tuple[Choice, list[str]]:
    """(volumes for the claims on this node, why some have none)."""
    bindings: list[tuple[Object, Object]] = []
    provisions: list[Object] = []
    taken: set[str] = set()
    for claim in claims:
        selected = annotations_of(claim).get(SELECTED_NODE)
        if selected is not None:
            if selected != node.name:
                return Choice(), [NO_VOLUME]
            provisions.append(claim)
            continue
        volume = matching_volume(claim, _of_class(state, claim), node, taken)
        if volume is None:
            provisions.append(claim)
        else:
            taken.add(volume["metadata"]["name"])
            bindings.append((claim, volume))
    for claim in provisions:
        problem = _provision_problem(state, claim, node)
        if problem:
            return Choice(), [problem]
    return Choice(tuple(bindings), tuple(provisions)), []


def _of_class(state: CycleState, claim: Object) -> list[Object]:
    name = class_of(claim)
    return [v for v in state.snapshot.listed(VOLUMES, "") if class_of(v) == name]


def _provision_problem(state: CycleState, claim: Object, node: NodeInfo) -> str:
    storage_class = state.snapshot.find(CLASSES, "", class_of(claim))
    if storage_class is None or storage_class.get("provisioner") in ("", NO_PROVISIONER, None):
        return NO_VOLUME
    terms = storage_class.get("allowedTopologies") or ()
    if terms and not any(_allowed(term, node) for term in terms):
        return NO_VOLUME
    return "" if _has_room(state, claim, storage_class, node) else NO_SPACE


def _allowed(term: Object, node: NodeInfo) -> bool:
    parts = term.get("matchLabelExpressions") or ()
    return bool(parts) and all(node.labels.get(part["key"]) in part["values"] for part in parts)


def _has_room(state: CycleState, claim: Object, storage_class: Object, node: NodeInfo) -> bool:
    """Whether the driver says that it has room near the node, if it says so at all."""
    driver = state.snapshot.find(DRIVERS, "", storage_class["provisioner"])
    if driver is None or not driver["spec"].get("storageCapacity"):
        return True
    if "storage" not in ((claim["spec"].get("resources") or {}).get("requests") or {}):
        return True
    size, name = requested_size(claim), storage_class["metadata"]["name"]
    namespaces = state.snapshot.objects.get(CAPACITIES, {})
    for namespace in sorted(namespaces):
        for room in state.snapshot.listed(CAPACITIES, namespace):
            free = room.get("maximumVolumeSize") or room.get("capacity")
            if room["storageClassName"] != name or free is None or value(free) < size:
                continue
            topology = room.get("nodeTopology")
            if topology is not None and selectors.of(topology).matches(node.labels):
                return True
    return False


WAITING = Status(Code.WAIT, ("waiting for the volumes to be bound",))
"""PreBind's answer until the controllers have bound all claims."""
