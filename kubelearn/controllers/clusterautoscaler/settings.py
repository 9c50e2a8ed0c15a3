"""How the cluster autoscaler is set: the flags of its container, and the groups of the cloud.

A group is a line of the ConfigMap `kube-system/cluster-autoscaler-node-groups`:

    workers: "min=0 max=5 cpu=4 memory=16Gi zone=us-west-2a price=0.2 start=90s"

Source: `cluster-autoscaler/FAQ.md` of kubernetes/autoscaler for flags and their defaults.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from kubelearn.api.objects import Object
from kubelearn.sim.clock import MINUTE, SECOND
from kubelearn.sim.duration import parse_duration

GROUP_LABEL = "kubelearn.dev/node-group"
"""On each node of a group; real clouds know their members themselves."""
HOSTNAME, ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"


class Settings(NamedTuple):
    """The flags that count here; times in ns."""

    expander: str = "least-waste"
    scan_interval: int = 10 * SECOND
    scale_down_enabled: bool = True
    scale_down_unneeded_time: int = 10 * MINUTE
    scale_down_utilization_threshold: float = 0.5
    scale_down_delay_after_add: int = 10 * MINUTE
    scale_down_delay_after_failure: int = 3 * MINUTE
    max_node_provision_time: int = 15 * MINUTE
    max_graceful_termination_sec: int = 600
    max_empty_bulk_delete: int = 10
    expendable_pods_priority_cutoff: int = -10
    skip_nodes_with_system_pods: bool = True
    skip_nodes_with_local_storage: bool = True


READERS: dict[type, Callable[[str], Any]] = {
    str: str,
    int: int,
    float: float,
    bool: lambda text: text == "true",
}
TIMES = (
    "scan_interval", "scale_down_unneeded_time", "scale_down_delay_after_add",
    "scale_down_delay_after_failure", "max_node_provision_time",
)  # fmt: skip


def settings_of(deployment: Object) -> Settings:
    """The settings by the flags of a Deployment; unknown and unreadable ones are left out."""
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    found: dict[str, Any] = {}
    defaults = Settings()._asdict()
    for flag in [*(container.get("command") or ()), *(container.get("args") or ())]:
        name, _, text = str(flag).removeprefix("--").partition("=")
        field = name.replace("-", "_")
        if field in defaults:
            read = parse_duration if field in TIMES else READERS[type(defaults[field])]
            try:
                found[field] = read(text)
            except ValueError:
                continue
    return Settings(**found)


class NodeGroup(NamedTuple):
    """Machines of one kind that the cloud gives and takes."""

    name: str
    minimum: int
    maximum: int
    cpu: str = "4"
    memory: str = "16Gi"
    pods: int = 110
    zone: str = ""
    price: float = 1.0
    """Of one machine for an hour."""
    start: int | None = 90 * SECOND
    """From asking for a machine until its kubelet registers; None: it never comes."""

    def template(self, name: str) -> Object:
        """A node of this group as the simulation sees it."""
        labels = {**self.labels, HOSTNAME: name, "kubernetes.io/os": "linux"}
        if self.zone:
            labels[ZONE] = self.zone
        size = {"cpu": self.cpu, "memory": self.memory, "pods": str(self.pods)}
        status = {"capacity": size, "allocatable": size}
        return {"metadata": {"name": name, "labels": labels}, "spec": {}, "status": status}

    @property
    def labels(self) -> dict[str, str]:
        """The labels that say whose node it is."""
        return {GROUP_LABEL: self.name}


def groups_of(config: Object | None) -> tuple[NodeGroup, ...]:
    """The groups that a ConfigMap names, by name; ValueError says what is wrong with a line."""
    data: Mapping[str, str] = (config or {}).get("data") or {}
    return tuple(_group(name, data[name]) for name in sorted(data))


def _group(name: str, line: str) -> NodeGroup:
    words = dict(word.partition("=")[::2] for word in line.split())
    known = ("min", "max", "cpu", "memory", "pods", "zone", "price", "start")
    unknown = [word for word in words if word not in known]
    if unknown or not {"min", "max"} <= set(words):
        raise ValueError(
            f"node group {name}: {line!r}: give min= and max=, and of {', '.join(known[2:])} what "
            "you like"
        )
    start = words.get("start", "90s")
    return NodeGroup(
        name,
        int(words["min"]),
        int(words["max"]),
        words.get("cpu", "4"),
        words.get("memory", "16Gi"),
        int(words.get("pods", "110")),
        words.get("zone", ""),
        float(words.get("price", "1")),
        None if start == "never" else parse_duration(start),
    )
