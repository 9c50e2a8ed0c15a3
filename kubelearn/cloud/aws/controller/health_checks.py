"""Health checks of an NLB's target groups.

Source: aws-load-balancer-controller `pkg/service/model_build_target_group.go`
(buildTargetGroupHealthCheckConfig), 3.5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from kubelearn.cloud.aws.controller.annotations import AnnotationError, Annotations, number

TRAFFIC_PORT = "traffic-port"


class HealthCheck(NamedTuple):
    """How targets are checked; times in seconds."""

    protocol: str = "TCP"
    port: str | int = TRAFFIC_PORT
    interval: int = 10
    timeout: int = 10
    healthy: int = 3
    unhealthy: int = 3
    path: str = "/"
    """For HTTP and HTTPS."""
    codes: str = "200-399"


NUMBERS = {
    "interval": "healthcheck-interval",
    "timeout": "healthcheck-timeout",
    "healthy": "healthcheck-healthy-threshold",
    "unhealthy": "healthcheck-unhealthy-threshold",
}
TEXTS = {"path": "healthcheck-path", "codes": "healthcheck-success-codes"}


def local_check(node_port: int) -> HealthCheck:
    """The default with externalTrafficPolicy Local and instances: kube-proxy answers."""
    return HealthCheck("HTTP", node_port, 10, 6, 2, 2, "/healthz")


def health_check(
    annotations: Annotations,
    target_type: str,
    ports: Sequence[Mapping[str, Any]] = (),
    *,
    local: bool = False,
    node_port: int = 0,
) -> HealthCheck:
    """The check of a target group; AnnotationError for values that cannot be read."""
    default = local_check(node_port) if local and target_type == "instance" else HealthCheck()
    protocol = annotations.get("healthcheck-protocol", default.protocol).upper()
    if protocol not in ("TCP", "HTTP", "HTTPS"):
        raise AnnotationError(
            f"unsupported health check protocol {protocol}, must be tcp, http or https"
        )
    numbers = {
        field: number(annotations[name], name)
        for field, name in NUMBERS.items()
        if name in annotations
    }
    texts = {field: annotations[name] for field, name in TEXTS.items() if name in annotations}
    port = check_port(annotations, target_type, ports, default.port)
    return default._replace(protocol=protocol, port=port, **numbers, **texts)  # type: ignore[arg-type]


def check_port(
    annotations: Annotations,
    target_type: str,
    ports: Sequence[Mapping[str, Any]],
    default: str | int = TRAFFIC_PORT,
) -> str | int:
    """The port of the check: as given, or of the Service's port with this name."""
    said = annotations.get("healthcheck-port")
    if said is None or said == TRAFFIC_PORT:
        return default if said is None else TRAFFIC_PORT
    if said.isdecimal():
        return int(said)
    for port in ports:
        if port.get("name") == said:
            return _number_of(port, target_type)
    raise AnnotationError(f"unable to find port {said} on service")


def _number_of(port: Mapping[str, Any], target_type: str) -> int:
    if target_type == "instance":
        return int(port["nodePort"])
    if not isinstance(port["targetPort"], int):
        raise AnnotationError("cannot use named healthCheckPort for IP TargetType when service's "
                              "targetPort is a name")  # fmt: skip
    return port["targetPort"]
