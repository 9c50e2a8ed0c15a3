"""What the StatefulSet controller says: its pods by ordinal, and which one all others wait for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kubelearn.api.objects import Object, is_terminating
from kubelearn.controllers.statefulset import identity
from kubelearn.controllers.statefulset.pod_control import COMPONENT
from kubelearn.runtime.explain import Reason, amount


def explain_statefulset(statefulset: Object, pods: Sequence[Object], now: int) -> list[Reason]:
    """How many pods it wants, each pod, and what it waits for."""
    spec, status = statefulset["spec"], statefulset.get("status", {})
    update = status.get("updateRevision", "")
    ordered = sorted(pods, key=identity.ordinal_of)
    rows = tuple(_row(pod, update) for pod in ordered)
    policy = spec.get("podManagementPolicy", "OrderedReady")
    ready = amount(status.get("readyReplicas", 0), "is", "are")
    text = f"wants {amount(spec['replicas'], 'pod')}, {policy}; {ready} ready"
    reasons = [Reason(COMPONENT, text, table=rows)]
    waits = _waits_for(statefulset, ordered, now)
    return [*reasons, Reason(COMPONENT, waits)] if waits else reasons


def _waits_for(statefulset: Object, pods: Sequence[Object], now: int) -> str:
    """The sentence about the pod that holds the next step up; "" when nothing does."""
    spec, update = statefulset["spec"], statefulset.get("status", {}).get("updateRevision")
    ordered = spec.get("podManagementPolicy") != "Parallel"
    min_ready = spec.get("minReadySeconds", 0)
    bad = [pod for pod in pods if identity.is_unavailable(pod, min_ready, now)]
    if not bad:
        return ""
    name = bad[0]["metadata"]["name"]
    if is_terminating(bad[0]):
        return f"waits until pod {name} is gone"
    if ordered:
        text = f"waits until pod {name} is Running and Ready before it goes on with another"
        if (
            identity.revision_of(bad[0]) == update
            and spec.get("updateStrategy", {}).get("type") != "OnDelete"
        ):
            text += "; another template alone does not replace it: delete it by hand"
        return text
    return f"replaces no further pod until {name} is Running and Ready"


def _row(pod: Object, update: str) -> dict[str, Any]:
    return {
        "pod": pod["metadata"]["name"],
        "phase": pod["status"].get("phase", ""),
        "ready": "yes" if identity.is_running_and_ready(pod) else "no",
        "revision": "update" if identity.revision_of(pod) == update else "earlier",
        "terminating": "yes" if is_terminating(pod) else "no",
    }
