"""PreBind of claims: write the choice, and see whether the controllers have bound the claims.

Source: `pkg/scheduler/framework/plugins/volumebinding/binder.go` (BindPodVolumes, bindAPIUpdate,
checkBindings), Kubernetes 1.36.
"""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.api.errors import APIError
from kubelearn.api.objects import Object
from kubelearn.api.server import APIServer
from kubelearn.api.volumes import (
    BOUND_BY_CONTROLLER,
    CLAIMS,
    SELECTED_NODE,
    VOLUMES,
    annotations_of,
    claim_names,
    claim_reference,
    is_fully_bound,
    points_at,
    volume_fits_node,
)
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.plugins.volume_binding import Choice
from kubelearn.scheduler.queue import QueuedPod


class Binding(NamedTuple):
    """A pod that has its node and waits for its claims to be bound."""

    queued: QueuedPod
    node: str
    deadline: int


def write_choice(api: APIServer, choice: Choice, node: str) -> str:
    """Reserve the volumes and name the node to the provisioner; what went wrong, or ""."""
    try:
        for claim, volume in choice.bindings:
            problem = _reserve(api, claim, volume)
            if problem:
                return problem
        for claim in choice.provisions:
            metadata = claim["metadata"]
            patch = {"metadata": {"annotations": {SELECTED_NODE: node}}}
            api.patch(CLAIMS, metadata["namespace"], metadata["name"], patch)
    except APIError as error:
        return str(error)
    return ""


def _reserve(api: APIServer, claim: Object, volume: Object) -> str:
    name = volume["metadata"]["name"]
    current = api.get(VOLUMES, None, name)
    if points_at(current, claim) and current["spec"]["claimRef"].get("uid"):
        return ""
    if current["spec"].get("claimRef") is not None and not points_at(current, claim):
        return (
            f'Operation cannot be fulfilled on persistentvolumes "{name}": the object has been '
            "modified; please apply your changes to the latest version and try again"
        )
    patch: Object = {"spec": {"claimRef": claim_reference(claim)}}
    if current["spec"].get("claimRef") is None:
        patch["metadata"] = {"annotations": {BOUND_BY_CONTROLLER: "yes"}}
    api.patch(VOLUMES, None, name, patch)
    return ""


def are_bound(api: APIServer, pod: PodInfo, node: NodeInfo) -> tuple[bool, str]:
    """(whether all claims of the pod are bound, what makes that impossible)."""
    for name, _ in claim_names(pod.obj):
        claim = api.find(CLAIMS, pod.namespace, name)
        if claim is None:
            return False, f'error getting PVC "{pod.namespace}/{name}": not found'
        if not is_fully_bound(claim):
            waits = claim["spec"].get("volumeName") or _reserved(api, claim)
            return False, "" if waits else _given_up(claim, node)
        volume = api.find(VOLUMES, None, claim["spec"]["volumeName"])
        if volume is not None and not volume_fits_node(volume, node):
            return False, (
                f'pv "{volume["metadata"]["name"]}" node affinity doesn\'t match node '
                f'"{node.name}": no matching NodeSelectorTerms'
            )
    return True, ""


def _given_up(claim: Object, node: NodeInfo) -> str:
    """What the provisioner says by taking the name of the node away again."""
    annotations, name = annotations_of(claim), claim["metadata"]["name"]
    if not annotations:
        return f'selectedNode annotation reset for PVC "{name}"'
    given_up = annotations.get(SELECTED_NODE) != node.name
    return f'provisioning failed for PVC "{name}"' if given_up else ""


def _reserved(api: APIServer, claim: Object) -> bool:
    return any(
        points_at(volume, claim) and volume["spec"]["claimRef"].get("uid")
        for volume in api.list(VOLUMES)
    )
