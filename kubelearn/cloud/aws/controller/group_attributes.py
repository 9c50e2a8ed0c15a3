"""What an Ingress's target groups do, from their attributes.

Source: elbv2 API, TargetGroupAttribute; aws-load-balancer-controller 3.5
`pkg/ingress/model_build_target_group.go`.

Unlike the real one: AWS refuses in other words, and keeps what came before the refused attribute.
"""

from __future__ import annotations

from kubelearn.cloud.aws.controller.annotations import (
    Annotations,
    DeployError,
    boolean,
    mapping,
    number,
)
from kubelearn.cloud.aws.controller.deregistration import delay
from kubelearn.cloud.aws.controller.target_health import CROSS_ZONE, crosses, thresholds
from kubelearn.cloud.aws.elb.algorithms import ALGORITHMS
from kubelearn.cloud.aws.elb.model import Attributes, Stickiness
from kubelearn.cloud.aws.elb.stickiness import COOKIES
from kubelearn.sim.clock import SECOND

NAME = "target-group-attributes"
ALGORITHM = "load_balancing.algorithm.type"
MITIGATION = "load_balancing.algorithm.anomaly_mitigation"
SLOW_START = "slow_start.duration_seconds"
ENABLED, TYPE = "stickiness.enabled", "stickiness.type"
DURATION = "stickiness.{}.duration_seconds"
APP_COOKIE = "app_cookie"
COOKIE_NAME = "stickiness.app_cookie.cookie_name"
RESERVED = "AWSALB"
DAY = 86_400
LONGEST = 7 * DAY
SLOWLY = range(30, 901)
"""Seconds that slow start may take."""


def attributes(annotations: Annotations) -> Attributes:
    """The attributes of a target group; DeployError for what AWS refuses."""
    said = mapping(annotations.get(NAME, ""), NAME)
    algorithm = _one_of(said, ALGORITHM, tuple(ALGORITHMS))
    mitigates = _one_of(said, MITIGATION, ("off", "on")) == "on"
    slow_start = _slow_start(said)
    if slow_start and not ALGORITHMS[algorithm].starts_slowly:
        raise DeployError(f"{SLOW_START}={slow_start} does not go with {ALGORITHM}={algorithm}")
    if mitigates and not ALGORITHMS[algorithm].mitigates:
        raise DeployError(f"{MITIGATION}=on does not go with {ALGORITHM}={algorithm}")
    dns, routing = thresholds(said)
    found = Attributes(algorithm, mitigates, slow_start * SECOND, _stickiness(said), delay(said),
                       cross_zone=crosses(said), dns=dns, routing=routing)  # fmt: skip
    if found.cross_zone is False and found.stickiness.kind:
        raise DeployError(f"{ENABLED}=true does not go with {CROSS_ZONE}=false")
    return found


def _one_of(said: Annotations, name: str, allowed: tuple[str, ...]) -> str:
    """The value of an attribute; the first is its default."""
    found = said.get(name, allowed[0])
    if found not in allowed:
        raise DeployError(f"{name}={found}: it must be one of {', '.join(allowed)}")
    return found


def _slow_start(said: Annotations) -> int:
    """Seconds; 0 = off."""
    seconds = number(said.get(SLOW_START, "0"), NAME)
    if seconds and seconds not in SLOWLY:
        raise DeployError(
            f"{SLOW_START}={seconds}: it must be 0 or from {SLOWLY[0]} to {SLOWLY[-1]}"
        )
    return seconds


def _stickiness(said: Annotations) -> Stickiness:
    if not boolean(said.get(ENABLED, "false"), NAME):
        return Stickiness()
    kind = _one_of(said, TYPE, tuple(COOKIES))
    name = DURATION.format(kind)
    seconds = number(said.get(name, str(DAY)), NAME)
    if not 1 <= seconds <= LONGEST:
        raise DeployError(f"{name}={seconds}: it must be from 1 to {LONGEST}")
    return Stickiness(kind, seconds * SECOND, _own_cookie(said) if kind == APP_COOKIE else "")


def _own_cookie(said: Annotations) -> str:
    """The cookie of the program that stickiness goes by."""
    name = said.get(COOKIE_NAME, "")
    if not name or name.startswith(RESERVED):
        raise DeployError(
            f"{COOKIE_NAME}={name}: name the cookie that the program sets; names that begin with "
            f"{RESERVED} are the balancer's"
        )
    return name
