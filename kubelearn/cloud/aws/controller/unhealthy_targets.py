"""What becomes of the open flows of a network load balancer to a target that becomes unhealthy.

Source: elbv2 API, TargetGroupAttribute; Elastic Load Balancing user guide for Network Load
Balancers, "Connection termination for unhealthy targets", "Unhealthy draining interval".
"""

from __future__ import annotations

from kubelearn.cloud.aws.controller.annotations import Annotations, DeployError, boolean
from kubelearn.cloud.aws.controller.durations import duration

TERMINATION = "target_health_state.unhealthy.connection_termination.enabled"
INTERVAL = "target_health_state.unhealthy.draining_interval_seconds"
INTERVALS = range(360_001)


def terminates_unhealthy(said: Annotations) -> bool:
    """Whether they are reset at once."""
    return boolean(said.get(TERMINATION, "true"), TERMINATION)


def fading(said: Annotations) -> int:
    """Nanoseconds for which the target is unhealthy.draining; 0 = not at all."""
    found = duration(said, INTERVAL, INTERVALS, 0)
    if found and terminates_unhealthy(said):
        raise DeployError(f"{INTERVAL}={said[INTERVAL]} needs {TERMINATION}=false")
    return found
