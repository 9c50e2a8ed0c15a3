"""A machine, as whoever orders it and the kubelet that runs on it both know it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Machine(NamedTuple):
    """What a machine is like; its kubelet registers it as a node."""

    labels: Mapping[str, str] = {}
    taints: Sequence[Mapping[str, Any]] = ()
    cpu: str = "4"
    memory: str = "16Gi"
    pods: int = 110
    """How many pods its kubelet takes."""
    zone: str = ""
    pod_cidr: str = ""
    ready_at_once: bool = True
    """False: its network is not there yet; Ready with a heartbeat 10 s later at the earliest."""
