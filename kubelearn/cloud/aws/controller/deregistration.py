"""How long a target is drained that is deregistered, and what becomes of its open flows then.

Source: elbv2 API, TargetGroupAttribute; Elastic Load Balancing user guides, "Deregistration delay".
"""

from __future__ import annotations

from kubelearn.cloud.aws.controller.annotations import Annotations, boolean
from kubelearn.cloud.aws.controller.durations import duration

DELAY, DELAYS, DEFAULT = "deregistration_delay.timeout_seconds", range(3601), 300
TERMINATION = "deregistration_delay.connection_termination.enabled"


def delay(said: Annotations) -> int:
    """Nanoseconds from the deregistration of a target until it is unused."""
    return duration(said, DELAY, DELAYS, DEFAULT)


def terminates(said: Annotations) -> bool:
    """Whether a network load balancer resets the flows that are open then."""
    return boolean(said.get(TERMINATION, "false"), TERMINATION)
