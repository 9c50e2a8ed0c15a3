"""Scale-down: which nodes stand idle, and whether their pods could go elsewhere.

Source: `cluster-autoscaler/FAQ.md` (How does scale-down work?).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kubelearn.api.objects import Object, is_true
from kubelearn.api.server import APIServer
from kubelearn.controllers.clusterautoscaler.blocking import blocks, stays_with_its_node
from kubelearn.controllers.clusterautoscaler.settings import Settings
from kubelearn.controllers.clusterautoscaler.simulation import Place, is_running, put

DISABLED = "cluster-autoscaler.kubernetes.io/scale-down-disabled"


class Verdict(NamedTuple):
    """Whether a node is needed: `keeps` is why, "" when it is not."""

    keeps: str
    utilization: float
    movable: tuple[Object, ...] = ()
    """The pods that would have to move."""


def verdict_of(
    api: APIServer, node: Object, others: Sequence[Object], settings: Settings
) -> Verdict:
    """Whether a node could be removed, with all other nodes as they are."""
    name = node["metadata"]["name"]
    pods = [pod for pod in api.on_node(name) if is_running(pod)]
    place = Place(node, pods)
    share = place.utilization()
    if (node["metadata"].get("annotations") or {}).get(DISABLED) == "true":
        return Verdict(f"it is annotated {DISABLED}: true", share)
    limit = settings.scale_down_utilization_threshold
    if share >= limit:
        return Verdict(f"its requests are {share:.0%} of it, not below {limit:.0%}", share)
    movable = tuple(pod for pod in pods if not stays_with_its_node(pod))
    for pod in movable:
        why = blocks(api, pod, settings)
        if why:
            return Verdict(f"pod {pod['metadata']['name']} blocks it: {why}", share, movable)
    return Verdict(_no_place(api, movable, others), share, movable)


def _no_place(api: APIServer, pods: Sequence[Object], others: Sequence[Object]) -> str:
    places = [
        Place(node, filter(is_running, api.on_node(node["metadata"]["name"])))
        for node in others
        if is_true(node, "Ready")
    ]
    left = put(pods, places)
    if not left:
        return ""
    return f"pod {left[0]['metadata']['name']} would find no place on another node"


def chosen(
    unneeded: Mapping[str, int], verdicts: Mapping[str, Verdict], settings: Settings, now: int
) -> list[str]:
    """The nodes to remove now: many empty ones at once, or one that has to be drained."""
    due = [name for name in sorted(unneeded)
           if now - unneeded[name] >= settings.scale_down_unneeded_time]  # fmt: skip
    empty = [name for name in due if not verdicts[name].movable]
    return empty[: settings.max_empty_bulk_delete] or due[:1]
