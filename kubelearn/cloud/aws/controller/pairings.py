"""What AWS refuses of a listener and the target groups behind it: a rule that fits neither.

Source: elbv2 API, CreateRule; aws-load-balancer-controller issue 4497.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from kubelearn.cloud.aws.controller.annotations import DeployError
from kubelearn.cloud.aws.controller.bindings import arn_of
from kubelearn.cloud.aws.elb.model import Group, Listener


class InvalidLoadBalancerAction(DeployError):
    """A rule whose action cannot be that of its listener."""

    code: ClassVar[str] = "InvalidLoadBalancerAction"


ONLY_SECURE = ("HTTP2", "GRPC")
"""Protocol versions of target groups that only listeners for HTTPS can have."""


def check(listeners: Sequence[Listener], groups: Mapping[str, Group]) -> None:
    """DeployError for the first rule that is refused."""
    for listener in listeners:
        for rule in (*listener.rules, listener.last):
            names = [name for name, _ in rule["action"].get("groups", ())]
            _check_versions(listener, [groups[name] for name in names])
            bound = rule["action"].get("stickiness")
            _check_stickiness([groups[name] for name in names], bound=bool(bound))


def _check_versions(listener: Listener, groups: Sequence[Group]) -> None:
    for group in groups:
        if group.version in ONLY_SECURE and not listener.is_secure:
            raise InvalidLoadBalancerAction(
                f"Listener protocol '{listener.protocol}' is not "
                f"supported with a target group with the protocol-version '{group.version}'"
            )


def _check_stickiness(groups: Sequence[Group], *, bound: bool) -> None:
    """Targets that bind clients behind weighted groups that do not."""
    sticky = [group.name for group in groups if group.attributes.stickiness.kind]
    if len(groups) > 1 and sticky and not bound:
        raise DeployError(
            "This target group appears behind a rule with group stickiness disabled "
            f"({arn_of(sticky[0])}). "
            "You must enable group stickiness before enabling target stickiness"
        )
