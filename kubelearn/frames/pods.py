"""The pods of a cluster as rows: where each is, whose it is, and how it does."""

from __future__ import annotations

from kubelearn.api.objects import Object, controller_of, get_path
from kubelearn.api.tables.pods import pod_tally
from kubelearn.api.times import parse_timestamp
from kubelearn.frames.source import Frame, Reader, Row
from kubelearn.frames.states import state_of

SYSTEM_NAMESPACES = frozenset({"kube-system", "kube-public", "kube-node-lease"})
"""Namespaces of the cluster itself; their pods are drawn after the learner's."""


def pod_row(pod: Object, api: Reader) -> Row:
    """One pod; `node` is "" while it has none, `workload` the key of what finally owns it."""
    metadata, tally = pod["metadata"], pod_tally(pod)
    name, namespace = metadata["name"], metadata["namespace"]
    kind, owner = workload_of(pod, api)
    return {
        "key": f"pod/{namespace}/{name}",
        "name": name,
        "namespace": namespace,
        "owner": _owner_text(pod),
        "workload": f"{kind.lower()}/{namespace}/{owner}" if owner else "",
        "status": tally.reason,
        "state": state_of(pod, tally.reason),
        "ready": tally.ready,
        "containers": container_count(pod),
        "restarts": tally.restarts,
        "node": get_path(pod, "spec", "nodeName", default=""),
        "ip": get_path(pod, "status", "podIP", default=""),
        "created": parse_timestamp(metadata["creationTimestamp"]),
        "system": namespace in SYSTEM_NAMESPACES,
    }


def container_count(pod: Object) -> int:
    """The m of READY n/m: containers and sidecars."""
    sidecars = get_path(pod, "spec", "initContainers", default=None) or ()
    restarting: int = sum(container.get("restartPolicy") == "Always" for container in sidecars)
    containers: list[Object] = pod["spec"]["containers"]
    return len(containers) + restarting


def pod_order(row: Row) -> tuple[bool, str, str]:
    """The learner's pods first, then the cluster's own; by namespace and name."""
    return (row["system"], row["namespace"], row["name"])


def _owner_text(pod: Object) -> str:
    owner = controller_of(pod)
    return f"{owner['kind']}/{owner['name']}" if owner else ""


def by_node(frame: Frame) -> dict[str, list[Row]]:
    """The pods of a frame by node; under "" those without one, or whose node is gone."""
    found: dict[str, list[Row]] = {node["name"]: [] for node in frame["nodes"]}
    found[""] = []
    for pod in frame["pods"]:
        found.get(pod["node"], found[""]).append(pod)
    return found


def workload_of(pod: Object, api: Reader) -> tuple[str, str]:
    """Kind and name of what finally owns a pod: its Deployment rather than its ReplicaSet."""
    owner = controller_of(pod)
    if owner is None:
        return ("", "")
    if owner["kind"] == "ReplicaSet":
        middle = api.find("replicasets.apps", pod["metadata"]["namespace"], owner["name"])
        owner = (middle and controller_of(middle)) or owner
    return (owner["kind"], owner["name"])


def is_active(pod: Object) -> bool:
    """Whether the pod still takes its share of a node: it has neither succeeded nor failed."""
    return get_path(pod, "status", "phase") not in ("Succeeded", "Failed")
