"""The conditions of a pod that its kubelet writes.

Source: `pkg/kubelet/status/generate.go`, `pkg/kubelet/kubelet_pods.go` (generateAPIPodStatus),
Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from kubelearn.kubelet.restarts import is_sidecar

OWNED = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")
"""The kubelet's conditions, in the order in which it writes them after all others."""

Spec = Mapping[str, Any]
Statuses = Sequence[Mapping[str, Any]] | None


class Finding(NamedTuple):
    """A condition without its times."""

    type: str
    status: str
    reason: str = ""
    message: str = ""


def containers_ready(spec: Spec, statuses: Statuses, phase: str) -> Finding:
    """Whether all containers and sidecars are ready; `statuses` None = nothing is known."""
    kind = "ContainersReady"
    if statuses is None:
        return Finding(kind, "False", "UnknownContainerStatuses")
    sidecars = (c for c in spec.get("initContainers") or () if is_sidecar(c))
    names = [c["name"] for c in (*sidecars, *(spec.get("containers") or ()))]
    by_name = {status["name"]: status for status in reversed(statuses)}
    unknown = [name for name in names if name not in by_name]
    if phase == "Failed":
        return Finding(kind, "False", "PodFailed")
    if phase == "Succeeded" and not unknown:
        return Finding(kind, "False", "PodCompleted")
    unready = [name for name in names if name in by_name and not by_name[name].get("ready")]
    message = _listed((("unknown", unknown), ("unready", unready)))
    if message:
        return Finding(kind, "False", "ContainersNotReady", message)
    return Finding(kind, "True")


def pod_ready(
    spec: Spec, conditions: Iterable[Mapping[str, Any]], statuses: Statuses, phase: str
) -> Finding:
    """Whether the pod may get traffic: all containers ready and all readiness gates True."""
    found = containers_ready(spec, statuses, phase)
    if found.status != "True":
        return found._replace(type="Ready")
    gates = spec.get("readinessGates")
    if not gates:
        return Finding("Ready", "True")
    known = {condition["type"]: condition["status"] for condition in conditions}
    messages = [text for gate in gates if (text := _gate(gate["conditionType"], known))]
    if messages:
        return Finding("Ready", "False", "ReadinessGatesNotReady", ", ".join(messages))
    return Finding("Ready", "True")


def _gate(gate: str, known: Mapping[str, str]) -> str:
    if gate not in known:
        return f'corresponding condition of pod readiness gate "{gate}" does not exist.'
    if known[gate] != "True":
        return f'the status of pod readiness gate "{gate}" is not "True", but {known[gate]}'
    return ""


def pod_initialized(spec: Spec, statuses: Statuses, phase: str) -> Finding:
    """Whether all init containers have done their work."""
    kind = "Initialized"
    inits = spec.get("initContainers") or ()
    if not inits:
        return Finding(kind, "True", "PodCompleted" if phase == "Succeeded" else "")
    if statuses is None:
        return Finding(kind, "False", "UnknownContainerStatuses")
    by_name = {status["name"]: status for status in reversed(statuses)}
    unknown = [c["name"] for c in inits if c["name"] not in by_name]
    if phase == "Succeeded" and not unknown:
        return Finding(kind, "True", "PodCompleted")
    if any_regular_started(spec, by_name):
        return Finding(kind, "True")
    known = [c for c in inits if c["name"] in by_name]
    incomplete = [c["name"] for c in known if not _is_initialized(c, by_name[c["name"]])]
    message = _listed((("unknown", unknown), ("incomplete", incomplete)))
    if message:
        return Finding(kind, "False", "ContainersNotInitialized", message)
    return Finding(kind, "True")


def _is_initialized(container: Mapping[str, Any], status: Mapping[str, Any]) -> bool:
    return bool(status.get("started" if is_sidecar(container) else "ready"))


def any_regular_started(spec: Spec, by_name: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a regular container runs or has run (`HasAnyRegularContainerStarted`)."""
    for container in spec.get("containers") or ():
        status = by_name.get(container["name"])
        state = (status or {}).get("state") or {}
        if "running" in state or "terminated" in state:
            return True
    return False


def _listed(groups: tuple[tuple[str, list[str]], ...]) -> str:
    return ", ".join(
        f"containers with {word} status: [{' '.join(names)}]" for word, names in groups if names
    )
