"""Nodes, with the pods on them and what these ask for."""

from __future__ import annotations

from collections.abc import Mapping

from kubelearn.api.errors import APIError
from kubelearn.api.objects import Object
from kubelearn.api.pod_resources import Amounts, plus, pod_limits, pod_requests
from kubelearn.api.quantity import milli, text_of, value
from kubelearn.api.tables.age import since
from kubelearn.kubectl.client import Client
from kubelearn.kubectl.describe.page import NONE, UNSET, Page, heading, moment, tags
from kubelearn.world.references import Reference

ROLE = "node-role.kubernetes.io/"
INFO = {
    "Machine ID": "machineID",
    "System UUID": "systemUUID",
    "Boot ID": "bootID",
    "Kernel Version": "kernelVersion",
    "OS Image": "osImage",
    "Operating System": "operatingSystem",
    "Architecture": "architecture",
    "Container Runtime Version": "containerRuntimeVersion",
    "Kubelet Version": "kubeletVersion",
}
LIVE = "status.phase!=Succeeded,status.phase!=Failed"
COMMON = ("cpu", "memory", "ephemeral-storage")
NOT_EXTENDED = (*COMMON, "pods")
CONDITIONS = ("Type", "Status", "LastHeartbeatTime", "LastTransitionTime", "Reason", "Message")
UNDERLINES = ("----", "------", "-----------------", "------------------", "------", "-------")
PODS = "Namespace Name  CPU_Requests CPU_Limits Memory_Requests Memory_Limits Age"


def node(client: Client, page: Page, obj: Object) -> None:
    """A node."""
    spec, status = obj["spec"], obj.get("status") or {}
    heading(page, obj, namespaced=False)
    page.line(f"Roles:\t{','.join(_roles(obj)) or NONE}")
    tags(page, obj)
    page.line(f"CreationTimestamp:\t{moment(obj['metadata'].get('creationTimestamp'))}")
    taints = sorted(spec.get("taints") or (), key=lambda one: (one["effect"], one["key"]))
    page.listed("Taints", map(_taint, taints))
    page.line(f"Unschedulable:\t{str(spec.get('unschedulable', False)).lower()}")
    _lease(client, page, obj)
    _conditions(page, status)
    page.line("Addresses:")
    for one in status.get("addresses") or ():
        page.line(f"{one['type']}:\t{one['address']}", 1)
    for title, field in (("Capacity", "capacity"), ("Allocatable", "allocatable")):
        if status.get(field):
            page.line(f"{title}:")
        for name in sorted(status.get(field) or {}):
            page.line(f"{name}:\t{status[field][name]}", 1)
    page.line("System Info:")
    for title, field in INFO.items():
        page.line(f"{title}:\t{(status.get('nodeInfo') or {}).get(field, '')}", 1)
    if spec.get("podCIDR"):
        page.line(f"PodCIDR:\t{spec['podCIDR']}")
    if spec.get("podCIDRs"):
        page.line(f"PodCIDRs:\t{','.join(spec['podCIDRs'])}")
    if spec.get("providerID"):
        page.line(f"ProviderID:\t{spec['providerID']}")
    _pods(client, page, obj)


def _roles(obj: Object) -> list[str]:
    labels = obj["metadata"].get("labels") or {}
    return sorted(name.removeprefix(ROLE) for name in labels if name.startswith(ROLE))


def _taint(one: Object) -> str:
    sign = f"={one['value']}" if one.get("value") else ""
    return f"{one['key']}{sign}:{one['effect']}"


def _lease(client: Client, page: Page, obj: Object) -> None:
    kind = client.world.api.kinds.named("leases")
    try:
        lease = client.get(Reference(kind, "kube-node-lease", obj["metadata"]["name"]))
    except APIError as error:
        page.line(f"Lease:\tFailed to get lease: {error}")
        return
    spec = lease["spec"]
    page.line("Lease:")
    page.line(f"HolderIdentity:\t{spec.get('holderIdentity', UNSET)}", 1)
    for title, field in (("AcquireTime", "acquireTime"), ("RenewTime", "renewTime")):
        page.line(f"{title}:\t{moment(spec[field]) if spec.get(field) else UNSET}", 1)


def _conditions(page: Page, status: Object) -> None:
    if not status.get("conditions"):
        return
    page.line("Conditions:")
    page.line("\t".join(CONDITIONS), 1)
    page.line("\t".join(UNDERLINES), 1)
    for one in status["conditions"]:
        times = (moment(one.get(field)) for field in ("lastHeartbeatTime", "lastTransitionTime"))
        cells = [one["type"], one["status"], *times, one.get("reason", "")]
        page.line("\t".join([*(f"{cell} " for cell in cells), one.get("message", "")]), 1)


def _pods(client: Client, page: Page, obj: Object) -> None:
    status, name = obj.get("status") or {}, obj["metadata"]["name"]
    room = status.get("allocatable") or status.get("capacity") or {}
    kind = client.world.api.kinds.named("pods")
    pods = client.list(kind, fields=f"spec.nodeName={name},{LIVE}")
    page.line(f"Non-terminated Pods:\t({len(pods)} in total)")
    head = [word.replace("_", " ") for word in PODS.split(" ")]
    page.table(head, (_row(client, pod, room) for pod in pods))
    page.line("Allocated resources:")
    page.line("(Total limits may be over 100 percent, i.e., overcommitted.)", 1)
    asked, most = _total(pods, pod_requests), _total(pods, pod_limits)
    rows = [[one, *(_share(one, side, room) for side in (asked, most))] for one in COMMON]
    huge = sorted(one for one in room if one.startswith("hugepages-"))
    rows += [[one, *(_share(one, side, room) for side in (asked, most))] for one in huge]
    others = sorted(one for one in room if one not in NOT_EXTENDED and one not in huge)
    rows += [[one, _text(asked, one), _text(most, one)] for one in others]
    page.table(("Resource", "Requests", "Limits"), rows)


def _row(client: Client, pod: Object, room: Mapping[str, str]) -> list[str]:
    metadata, spec = pod["metadata"], pod["spec"]
    asked, most = pod_requests(spec), pod_limits(spec)
    cells = [_share(name, side, room) for name in ("cpu", "memory") for side in (asked, most)]
    age = since(metadata.get("creationTimestamp"), client.world.clock.now)
    return [metadata["namespace"], metadata["name"], "", *cells, age]


def _total(pods: list[Object], amounts: object) -> Amounts:
    total: Amounts = {}
    for pod in pods:
        total = plus(total, amounts(pod["spec"]))  # type: ignore[operator]
    return total


def _text(amounts: Amounts, name: str) -> str:
    return text_of(amounts[name]) if name in amounts else "0"


def _share(name: str, amounts: Amounts, room: Mapping[str, str]) -> str:
    """An amount and its share of what the node has: "100m (2%)"."""
    parse = milli if name == "cpu" else value
    text, whole = _text(amounts, name), parse(str(room.get(name, "0")))
    return f"{text} ({parse(text) * 100 // whole if whole else 0}%)"
