"""The cloud that gives machines: orders, machines that come, machines that are given back.

Unlike the real one: a machine comes exactly after the time of its group, and there are always
enough of them, unless a group says start=never.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from kubelearn.api.objects import Object
from kubelearn.controllers.clusterautoscaler.settings import GROUP_LABEL, NodeGroup
from kubelearn.runtime.machine import Machine


class Machines(Protocol):
    """The kubelets: where machines join."""

    nodes: Mapping[str, Any]

    def add_node(self, name: str, machine: Machine) -> Object:
        """Register a machine as a node."""

    def stop(self, node: str) -> None:
        """Switch a machine off."""


class Ranges(Protocol):
    """Who gives nodes their range of addresses."""

    def add_node(self, number: int) -> str:
        """The range of the node with this number."""


class Order(NamedTuple):
    """A machine that was ordered and is not a ready node yet."""

    group: str
    time: int


def join(machines: Machines, ranges: Ranges, group: NodeGroup, name: str) -> Object:
    """A machine has come: its kubelet registers, and becomes ready a little later."""
    machine = Machine(
        labels=group.labels,
        cpu=group.cpu,
        memory=group.memory,
        pods=group.pods,
        zone=group.zone,
        pod_cidr=ranges.add_node(len(machines.nodes)),
        ready_at_once=False,
    )
    return machines.add_node(name, machine)


def group_of(node: Object) -> str:
    """The name of a node's group; "" for machines that are nobody's to take away."""
    return str((node["metadata"].get("labels") or {}).get(GROUP_LABEL, ""))
