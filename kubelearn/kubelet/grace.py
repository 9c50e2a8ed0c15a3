"""How long a container gets to stop, and how that time is spent.

Source: `pkg/kubelet/kuberuntime/kuberuntime_container.go` (killContainer,
setTerminationGracePeriod), Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from kubelearn.api.app import Stop
from kubelearn.sim.clock import SECOND

MINIMUM = 2
"""Seconds that a process always gets between SIGTERM and SIGKILL."""
KILLED = 137
"""Exit code of a process that SIGKILL ended: 128 + 9."""


def grace_period(pod: Mapping[str, Any], container: Mapping[str, Any], why: str = "other") -> int:
    """Seconds from the wish to stop a container to SIGKILL; `why` may be a probe that failed."""
    metadata, spec = pod.get("metadata") or {}, pod["spec"]
    if metadata.get("deletionGracePeriodSeconds") is not None:
        return int(metadata["deletionGracePeriodSeconds"])
    if spec.get("terminationGracePeriodSeconds") is None:
        return MINIMUM
    period = int(spec["terminationGracePeriodSeconds"])
    probe = container.get({"liveness": "livenessProbe", "startup": "startupProbe"}.get(why, ""))
    if probe and probe.get("terminationGracePeriodSeconds") is not None:
        return int(probe["terminationGracePeriodSeconds"])
    return period


class Ending(NamedTuple):
    """When the process of a container is gone, and its exit code."""

    time: int
    code: int


def ending(begin: int, deadline: int, hook: int, stop: Stop, turn: int | None = None) -> Ending:
    """How a container ends that is told to stop at `begin` (ns) and killed at `deadline`.

    The preStop hook (`hook` ns) is charged to the grace period. SIGTERM follows it, for a sidecar
    not before its `turn`. Of the period two seconds at least are left after the hook.
    """
    hooked = begin + min(hook, max(deadline - begin, 0))
    kill = max(deadline, hooked + MINIMUM * SECOND)
    signal = hooked if turn is None else max(hooked, turn)
    if stop.after is None or signal + stop.after > kill:
        return Ending(kill, KILLED)
    return Ending(signal + stop.after, stop.code)
