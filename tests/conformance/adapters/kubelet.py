"""Answers the vectors of `controllers/kubelet.json` with kubelearn's own functions."""

from collections.abc import Callable
from typing import Any

from kubelearn.api.quantity import value
from kubelearn.kubelet.conditions import Finding, containers_ready, pod_initialized, pod_ready
from kubelearn.kubelet.eviction import Usage, memory_eviction_order
from kubelearn.kubelet.phase import pod_phase
from kubelearn.kubelet.restarts import should_restart


def _phase(given: dict[str, Any]) -> dict[str, Any]:
    pod = given["pod"]
    status = pod["status"]
    statuses = [
        *(status.get("initContainerStatuses") or ()),
        *(status.get("containerStatuses") or ()),
    ]
    annotations = (pod.get("metadata") or {}).get("annotations") or {}
    phase = pod_phase(
        pod["spec"],
        statuses,
        terminal=given["podIsTerminal"],
        initialized=given.get("podHasInitialized", False),
        static=annotations.get("kubernetes.io/config.source") not in (None, "api"),
    )
    return {"phase": phase}


def _condition(found: Finding) -> dict[str, Any]:
    return found._asdict()


def _containers_ready(given: dict[str, Any]) -> dict[str, Any]:
    return _condition(
        containers_ready(given["podSpec"], given["containerStatuses"], given["phase"])
    )


def _pod_ready(given: dict[str, Any]) -> dict[str, Any]:
    conditions = given.get("conditions") or []
    return _condition(
        pod_ready(given["podSpec"], conditions, given["containerStatuses"], given["phase"])
    )


def _pod_initialized(given: dict[str, Any]) -> dict[str, Any]:
    found = pod_initialized(given["podSpec"], given["containerStatuses"], given["phase"])
    return {"status": found.status, "reason": found.reason}


def _should_restart(given: dict[str, Any]) -> dict[str, Any]:
    spec = {"restartPolicy": given["restartPolicy"]}
    restart = should_restart(spec, {}, given["latestStatus"], deleting=given["podDeleting"])
    return {"restart": restart}


def _memory_eviction_order(given: dict[str, Any]) -> dict[str, Any]:
    pods = [
        Usage(
            pod["name"],
            pod.get("priority") or 0,
            value(pod["memoryRequest"]) if pod.get("memoryRequest") else 0,
            value(pod["memoryUsage"]) if pod.get("memoryUsage") else None,
        )
        for pod in given["pods"]
    ]
    return {"order": [pod.name for pod in memory_eviction_order(pods)]}


OPERATIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "podPhase": _phase,
    "containersReady": _containers_ready,
    "podReady": _pod_ready,
    "podInitialized": _pod_initialized,
    "shouldRestart": _should_restart,
    "memoryEvictionOrder": _memory_eviction_order,
}
