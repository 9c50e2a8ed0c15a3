"""What an Ingress's target groups do, from their attributes.

Source: elbv2 API, TargetGroupAttribute; aws-load-balancer-controller 3.5
`pkg/ingress/model_build_target_group.go`.
"""

from __future__ import annotations

from kubelearn.cloud.aws.controller.annotations import (
    AnnotationError,
    Annotations,
    boolean,
    mapping,
    number,
)
from kubelearn.sim.clock import SECOND

NAME = "target-group-attributes"
ENABLED, TYPE = "stickiness.enabled", "stickiness.type"
DURATION = "stickiness.lb_cookie.duration_seconds"
LB_COOKIE = "lb_cookie"
DAY = 86_400
LONGEST = 7 * DAY
MODELLED = {
    "load_balancing.algorithm.type": "round_robin",
    "load_balancing.algorithm.anomaly_mitigation": "off",
    "slow_start.duration_seconds": "0",
}
"""Attributes that would change who gets a request → the only value that is modelled."""


def stickiness(annotations: Annotations) -> int:
    """For how many ns a cookie of the balancer binds its client; 0 = not at all.

    AnnotationError for attributes that nobody would act on.
    """
    said = mapping(annotations.get(NAME, ""), NAME)
    for name, value in MODELLED.items():
        if said.get(name, value) != value:
            raise AnnotationError(f"{name}={said[name]} is not modelled: only {value} is")
    if not boolean(said.get(ENABLED, "false"), NAME):
        return 0
    if said.get(TYPE, LB_COOKIE) != LB_COOKIE:
        raise AnnotationError(
            f"{TYPE}={said[TYPE]}, and only {LB_COOKIE} is there: "
            "the programs in pods set no cookies that app_cookie could follow"
        )
    seconds = number(said.get(DURATION, str(DAY)), NAME)
    if not 1 <= seconds <= LONGEST:
        raise AnnotationError(f"{DURATION}={seconds}: it must be from 1 to {LONGEST}")
    return seconds * SECOND
