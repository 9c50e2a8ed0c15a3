"""Pods, pod templates, and what both have."""

from __future__ import annotations

from collections.abc import Iterator

from kubelearn.api.objects import Object, get_path
from kubelearn.api.qos import qos_class
from kubelearn.api.tables.age import since
from kubelearn.api.tables.printer import selector_text
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.describe.containers import write_containers, write_resources
from kubelearn.kubectl.describe.page import NONE, Page, controller, heading, moment, tags
from kubelearn.kubectl.describe.volumes import write_volumes

MIRROR = "kubernetes.io/config.mirror"
GROUPS = {
    "Init Containers": "initContainers",
    "Containers": "containers",
    "Ephemeral Containers": "ephemeralContainers",
}
"""Title → field of the spec."""


def pod(client: Client, page: Page, obj: Object) -> None:
    """A pod: where it is, what it runs, how that went."""
    spec, status = obj["spec"], obj.get("status") or {}
    heading(page, obj)
    for line in _place(spec, status):
        page.line(line)
    tags(page, obj)
    for line in _state(client, obj):
        page.line(line)
    _addresses(page, status)
    if controller(obj):
        page.line(f"Controlled By:\t{controller(obj)}")
    if status.get("nominatedNodeName"):
        page.line(f"NominatedNodeName:\t{status['nominatedNodeName']}")
    if spec.get("resources"):
        page.line("Resources:")
        write_resources(page, spec["resources"], 1)
    for title, field in GROUPS.items():
        if spec.get(field) or field == "containers":
            write_containers(page, title, spec.get(field) or [], obj)
    _gates(page, spec, status)
    if status.get("conditions"):
        page.line("Conditions:")
        page.line("Type\tStatus", 1)
        for one in status["conditions"]:
            page.line(f"{one['type']} \t{one['status']} ", 1)
    write_volumes(page, spec.get("volumes"))
    page.line(f"QoS Class:\t{status.get('qosClass') or qos_class(obj)}")
    _placement(page, spec)


def _place(spec: Object, status: Object) -> Iterator[str]:
    if spec.get("priority") is not None:
        yield f"Priority:\t{spec['priority']}"
    if spec.get("priorityClassName"):
        yield f"Priority Class Name:\t{spec['priorityClassName']}"
    if spec.get("runtimeClassName"):
        yield f"Runtime Class Name:\t{spec['runtimeClassName']}"
    if spec.get("serviceAccountName"):
        yield f"Service Account:\t{spec['serviceAccountName']}"
    node = spec.get("nodeName")
    yield f"Node:\t{node}/{status.get('hostIP', '')}" if node else f"Node:\t{NONE}"
    if status.get("startTime"):
        yield f"Start Time:\t{moment(status['startTime'])}"


def _state(client: Client, obj: Object) -> Iterator[str]:
    status, metadata = obj.get("status") or {}, obj["metadata"]
    phase = status.get("phase", "")
    if metadata.get("deletionTimestamp") and phase not in ("Failed", "Succeeded"):
        lasts = since(metadata["deletionTimestamp"], client.world.clock.now)
        yield f"Status:\tTerminating (lasts {lasts})"
        yield f"Termination Grace Period:\t{metadata.get('deletionGracePeriodSeconds', 0)}s"
    else:
        yield f"Status:\t{phase}"
    for title, field in (("Reason", "reason"), ("Message", "message")):
        if status.get(field):
            yield f"{title}:\t{status[field]}"
    profile = get_path(obj, "spec", "securityContext", "seccompProfile")
    if profile:
        yield f"SeccompProfile:\t{profile['type']}"
    yield f"IP:\t{status.get('podIP', '')}"


def _addresses(page: Page, status: Object) -> None:
    addresses = status.get("podIPs") or ()
    page.line("IPs:" if addresses else f"IPs:\t{NONE}")
    for one in addresses:
        page.line(f"IP:\t{one['ip']}", 1)


def _gates(page: Page, spec: Object, status: Object) -> None:
    if not spec.get("readinessGates"):
        return
    found = {one["type"]: one["status"] for one in status.get("conditions") or ()}
    page.line("Readiness Gates:")
    page.line("Type\tStatus", 1)
    for gate in spec["readinessGates"]:
        kind = gate["conditionType"]
        page.line(f"{kind} \t{found.get(kind, NONE)} ", 1)


def _placement(page: Page, spec: Object, level: int = 0) -> None:
    page.labels("Node-Selectors", spec.get("nodeSelector"), level)
    tolerations = sorted(spec.get("tolerations") or (), key=lambda one: one.get("key", ""))
    page.listed("Tolerations", map(_toleration, tolerations), level)
    if not level:
        _spread(page, spec, level)


def _toleration(one: Object) -> str:
    text = one.get("key", "")
    if one.get("value"):
        text += f"={one['value']}"
    if one.get("effect"):
        text += f":{one['effect']}"
    if one.get("operator") == "Exists" and not one.get("value"):
        text += " op=Exists" if text else "op=Exists"
    seconds = one.get("tolerationSeconds")
    return text if seconds is None else f"{text} for {seconds}s"


def _spread(page: Page, spec: Object, level: int) -> None:
    found = sorted(spec.get("topologySpreadConstraints") or (), key=lambda one: one["topologyKey"])
    if found:
        page.listed("Topology Spread Constraints", map(_constraint, found), level)


def _constraint(one: Object) -> str:
    text = f"{one['topologyKey']}:{one['whenUnsatisfiable']}"
    text += f" when max skew {one['maxSkew']} is exceeded"
    selector = one.get("labelSelector")
    return f"{text} for selector {selector_text(selector)}" if selector else text


def write_template(page: Page, template: Object) -> None:
    """The pod template of a workload."""
    metadata, spec = template.get("metadata") or {}, template["spec"]
    page.line("Pod Template:")
    page.labels("Labels", metadata.get("labels"), 1)
    if metadata.get("annotations"):
        page.annotations(metadata["annotations"], "  Annotations")
    if spec.get("serviceAccountName"):
        page.line(f"Service Account:\t{spec['serviceAccountName']}", 1)
    for title, field in GROUPS.items():
        if spec.get(field) or field == "containers":
            write_containers(page, title, spec.get(field) or [], None, 1)
    write_volumes(page, spec.get("volumes"), 1)
    _spread(page, spec, 1)
    if spec.get("priorityClassName"):
        page.line(f"Priority Class Name:\t{spec['priorityClassName']}", 1)
    _placement(page, spec, 1)


def statuses(client: Client, obj: Object) -> str:
    """How many pods of a workload are in which phase."""
    selector = obj["spec"].get("selector") or {}
    pods = client.world.api.list("pods", obj["metadata"]["namespace"], selector)
    owned = [one for one in pods if _owner(one) == obj["metadata"]["uid"]]
    counts = dict.fromkeys(("Running", "Pending", "Succeeded", "Failed"), 0)
    for one in owned:
        phase = (one.get("status") or {}).get("phase", "")
        counts[phase] = counts.get(phase, 0) + 1
    running, waiting, succeeded, failed = list(counts.values())[:4]
    return f"{running} Running / {waiting} Waiting / {succeeded} Succeeded / {failed} Failed"


def _owner(obj: Object) -> str:
    owners = obj["metadata"].get("ownerReferences") or ()
    return next((one["uid"] for one in owners if one.get("controller")), "")
