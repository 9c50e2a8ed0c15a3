"""The rows of nodes.

Source: `pkg/printers/internalversion/printers.go`, printNode, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.tables.printer import (
    AGE,
    NAME,
    Cell,
    Column,
    Printer,
    age_of,
    comma,
    name_of,
    part,
    text,
)

ROLE_PREFIX: Final = "node-role.kubernetes.io/"
ROLE_LABEL: Final = "kubernetes.io/role"


def node_status(node: Object) -> str:
    """The Status cell: `Ready`, `NotReady` or `Unknown`, and `SchedulingDisabled` if cordoned."""
    ready = [c for c in part(node, "status", "conditions") or () if c.get("type") == "Ready"]
    texts = ["Ready" if c.get("status") == "True" else "NotReady" for c in ready] or ["Unknown"]
    if part(node, "spec").get("unschedulable"):
        texts.append("SchedulingDisabled")
    return comma(texts)


def node_roles(node: Object) -> str:
    """The Roles cell, from the two forms of role labels, sorted."""
    roles = set()
    for label, value in (node["metadata"].get("labels") or {}).items():
        if label.startswith(ROLE_PREFIX) and label != ROLE_PREFIX:
            roles.add(label.removeprefix(ROLE_PREFIX))
        elif label == ROLE_LABEL and value:
            roles.add(value)
    return comma(sorted(roles)) or "<none>"


def _address(node: Object, kind: str) -> str:
    for address in part(node, "status", "addresses") or ():
        if address.get("type") == kind:
            return address["address"]  # type: ignore[no-any-return]
    return "<none>"


def _node(node: Object, now: int) -> list[Cell]:
    info = part(node, "status", "nodeInfo")
    kernel = info.get("kernelVersion") or "<unknown>"
    if info.get("architecture"):
        kernel = f"{kernel} ({info['architecture']})"
    return [
        name_of(node),
        node_status(node),
        node_roles(node),
        age_of(node, now),
        text(info, "kubeletVersion"),
        _address(node, "InternalIP"),
        _address(node, "ExternalIP"),
        info.get("osImage") or "<unknown>",
        kernel,
        info.get("containerRuntimeVersion") or "<unknown>",
    ]


NODES: Final = Printer(
    (
        NAME,
        Column("Status", text="The status of the node"),
        Column("Roles", text="The roles of the node"),
        AGE,
        Column("Version", doc="core.v1.NodeSystemInfo.kubeletVersion"),
        Column("Internal-IP", wide=True, doc="core.v1.NodeStatus.addresses"),
        Column("External-IP", wide=True, doc="core.v1.NodeStatus.addresses"),
        Column("OS-Image", wide=True, doc="core.v1.NodeSystemInfo.osImage"),
        Column("Kernel-Version", wide=True, doc="core.v1.NodeSystemInfo.kernelVersion"),
        Column(
            "Container-Runtime", wide=True, doc="core.v1.NodeSystemInfo.containerRuntimeVersion"
        ),
    ),
    _node,
)
