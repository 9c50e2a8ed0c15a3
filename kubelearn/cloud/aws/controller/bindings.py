"""TargetGroupBindings: the target groups of a Service as objects, and the gates of their pods.

Source: aws-load-balancer-controller 3.5 `apis/elbv2/v1beta1/targetgroupbinding_types.go`,
`pkg/targetgroupbinding/resource_manager.go`.

Unlike the real one: the health of targets is looked at every 5 s while a gate is closed, and
bindings that somebody else has made are not followed.
"""

from __future__ import annotations

from collections.abc import Sequence

from kubelearn.api.admission.readiness_gates import BINDINGS, gate_of
from kubelearn.api.objects import Object, condition, key_of, labels_of
from kubelearn.api.server import APIServer
from kubelearn.api.times import timestamp
from kubelearn.cloud.aws.controller import targets
from kubelearn.cloud.aws.elb import LoadBalancers
from kubelearn.cloud.aws.elb.model import (
    DEREGISTRATION,
    DRAINING,
    HEALTHY,
    INITIAL,
    UNHEALTHY,
    UNHEALTHY_DRAINING,
    Group,
)

STACK = "elbv2.k8s.aws/load-balancer"
LOOK_AGAIN = 5
"""Seconds between two looks at the targets of pods whose gates are closed."""
FAILED = ("Target.FailedHealthChecks", "Health checks failed")
REASONS = {
    INITIAL: ("Elb.InitialHealthChecking", "Initial health checks in progress"),
    UNHEALTHY: FAILED,
    UNHEALTHY_DRAINING: FAILED,
    DRAINING: DEREGISTRATION,
    "": ("Elb.RegistrationInProgress", "Target registration is in progress"),
}
"""By the state of a target: reason and message of the condition."""


def bind(api: APIServer, balancer: str, groups: Sequence[Group]) -> None:
    """Write a binding for each target group of a balancer, and delete those of others."""
    wanted = {group.name: group for group in groups}
    for old in api.list(BINDINGS):
        if labels_of(old).get(STACK) == balancer and old["metadata"]["name"] not in wanted:
            api.delete(BINDINGS, *key_of(old))
    for group in wanted.values():
        namespace = group.service.partition("/")[0]
        if api.find(BINDINGS, namespace, group.name) is None:
            api.create(_binding(balancer, group))


def arn_of(group: str) -> str:
    """The Amazon Resource Name of a target group."""
    return f"arn:aws:elasticloadbalancing:us-west-2:111122223333:targetgroup/{group}"


def _binding(balancer: str, group: Group) -> Object:
    namespace, _, rest = group.service.partition("/")
    name, _, port = rest.rpartition(":")
    return {
        "apiVersion": "elbv2.k8s.aws/v1beta1",
        "kind": "TargetGroupBinding",
        "metadata": {"name": group.name, "namespace": namespace, "labels": {STACK: balancer}},
        "spec": {
            "serviceRef": {"name": name, "port": int(port)},
            "targetGroupARN": arn_of(group.name),
            "targetType": group.kind,
        },
    }


def open_gates(api: APIServer, elb: LoadBalancers, groups: Sequence[Group]) -> bool:
    """Tell pods how their targets are; returns whether a gate is, or will be, closed."""
    closed = False
    for group in groups:
        namespace, _, service = group.service.rpartition(":")[0].partition("/")
        closed |= group.kind == "ip" and targets.are_starting(api, namespace, service)
        for target in group.targets if group.kind == "ip" else ():
            for pod in api.store.select("pods", "address", target.address):
                health = elb.healths.get((group.name, target.name))
                if _has_gate(pod, gate_of(group.name)):
                    state = health.state if health else ""
                    closed |= not _tell(api, pod, gate_of(group.name), state)
    return closed


def _has_gate(pod: Object, gate: str) -> bool:
    gates = pod["spec"].get("readinessGates") or ()
    return any(one["conditionType"] == gate for one in gates)


def _tell(api: APIServer, pod: Object, gate: str, state: str) -> bool:
    """Write the condition of a gate; returns whether the gate is open."""
    healthy = state == HEALTHY
    old = condition(pod, gate)
    status = "True" if healthy else "False"
    reason, message = ("", "") if healthy else REASONS[state]
    if old is None or (old["status"], old.get("reason", "")) != (status, reason):
        now = timestamp(api.clock.now)
        new = {"type": gate, "status": status, "lastTransitionTime": now}
        new |= {"reason": reason, "message": message} if reason else {}
        kept = [one for one in pod["status"].get("conditions") or () if one["type"] != gate]
        api.patch_status("pods", *key_of(pod), {"conditions": [*kept, new]})
    return healthy
