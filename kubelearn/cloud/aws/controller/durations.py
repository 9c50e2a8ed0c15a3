"""Times in the attributes of annotations: whole seconds within the limits of AWS."""

from __future__ import annotations

from kubelearn.cloud.aws.controller.annotations import Annotations, DeployError, number
from kubelearn.sim.clock import SECOND


def duration(said: Annotations, name: str, allowed: range, default: int) -> int:
    """Nanoseconds of an attribute in seconds; DeployError beyond its limits."""
    found = number(said[name], name) if name in said else default
    if found not in allowed:
        raise DeployError(f"{name}={found}: it must be {allowed[0]} to {allowed[-1]} seconds")
    return found * SECOND
