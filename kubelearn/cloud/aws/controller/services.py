"""What a Service of type LoadBalancer asks of its NLB.

Source: aws-load-balancer-controller `pkg/service/service_utils.go`,
`model_build_target_group.go`, `model_build_listener.go`, 3.5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kubelearn.api.objects import Object, key_of
from kubelearn.cloud.aws.controller.annotations import (
    AnnotationError,
    Annotations,
    DeployError,
    boolean,
)
from kubelearn.cloud.aws.controller.attributes import PRESERVE_CLIENT_IP, PROXY_PROTOCOL
from kubelearn.cloud.aws.controller.deregistration import delay, terminates
from kubelearn.cloud.aws.controller.target_health import crosses, thresholds
from kubelearn.cloud.aws.controller.unhealthy_targets import fading, terminates_unhealthy
from kubelearn.cloud.aws.elb.model import Attributes, Stickiness

CLASS = "service.k8s.aws/nlb"
SOURCE = "source_ip"
Port = Mapping[str, Any]


def is_supported(
    service_type: str,
    annotations: Annotations,
    load_balancer_class: str | None = None,
    *,
    restricted: bool = True,
) -> bool:
    """Whether the controller takes a Service; others are left to the old code in the tree.

    `restricted`: only Services of type LoadBalancer.
    """
    if restricted and service_type != "LoadBalancer":
        return False
    if load_balancer_class is not None:
        return load_balancer_class == CLASS
    kind = annotations.get("type", "")
    target = annotations.get("nlb-target-type", "")
    return kind == "nlb-ip" or (kind == "external" and target in ("ip", "instance"))


def target_type(
    annotations: Annotations,
    service_type: str = "LoadBalancer",
    node_port: int = 0,
    *,
    allocates: bool = True,
) -> str:
    """Either "ip" or "instance"; AnnotationError where instances cannot be reached."""
    if annotations.get("type") == "nlb-ip" or annotations.get("nlb-target-type") == "ip":
        return "ip"
    wanted = annotations.get("nlb-target-type", "instance")
    if wanted != "instance":
        raise AnnotationError(f"unknown targetType: {wanted}")
    if service_type == "ClusterIP":
        raise AnnotationError(
            'unsupported service type "ClusterIP" for load balancer target type "instance"'
        )
    if not node_port and not allocates:
        raise AnnotationError("unable to support instance target type with an unallocated NodePort")
    return "instance"


def target_port(kind: str, port: Port) -> int:
    """The port of a target group; with a named target port the pods' own ports are registered."""
    if kind == "instance":
        return int(port["nodePort"])
    return port["targetPort"] if isinstance(port["targetPort"], int) else 1


def ports_fit(ports: Sequence[Port]) -> bool:
    """Whether these ports can share one NLB: one number twice only as one TCP and one UDP."""
    protocols: dict[int, list[str]] = {}
    for port in ports:
        protocols.setdefault(port["port"], []).append(port.get("protocol", "TCP"))
    return all(sorted(found) in (["TCP"], ["UDP"], ["TCP", "UDP"]) for found in protocols.values())


def tls_ports(wanted: Sequence[str], ports: Sequence[Port]) -> tuple[list[int], list[str]]:
    """The ports with TLS listeners, and the entries of `ssl-ports` that name no port."""
    names = {str(port["port"]): port["port"] for port in ports}
    names |= {port["name"]: port["port"] for port in ports if port.get("name")}
    unused = [word for word in wanted if word not in names]
    found = {names[word] for word in wanted if word in names}
    return [port["port"] for port in ports if port["port"] in found], unused


def tls_listeners(wanted: Sequence[str], ports: Sequence[Port]) -> list[int]:
    """The ports on which TLS ends, with a certificate: those of `ssl-ports`, or all."""
    found, unused = tls_ports(wanted, ports)
    if unused:
        raise AnnotationError(f"Unused port in ssl-ports annotation [{' '.join(unused)}]")
    return found if wanted else [port["port"] for port in ports]


def named_port(service: Object, wanted: str) -> Object:
    """The port of a Service by its number or name."""
    ports: list[Object] = service["spec"]["ports"]
    for port in ports:
        if wanted in (str(port["port"]), port.get("name")):
            return port
    place = "/".join(key_of(service))
    raise AnnotationError(f"unable to find port {wanted} on service {place}")


def stickiness(attributes: Mapping[str, str], protocol: str) -> Stickiness:
    """Whether a client stays with its target."""
    name = "target-group-attributes"
    if not boolean(attributes.get("stickiness.enabled", "false"), name):
        return Stickiness()
    kind = attributes.get("stickiness.type", SOURCE)
    if kind != SOURCE:
        raise DeployError(f"stickiness.type={kind}: network load balancers have {SOURCE} only")
    if protocol == "TLS":
        raise DeployError("stickiness.enabled=true does not go with TLS")
    return Stickiness(kind)


def group_attributes(said: Mapping[str, str], protocol: str) -> Attributes:
    """What an NLB does with the targets of a group; DeployError for what AWS refuses."""
    dns, routing = thresholds(said)
    return Attributes(
        cross_zone=crosses(said),
        dns=dns,
        routing=routing,
        stickiness=stickiness(said, protocol),
        delay=delay(said),
        terminates=terminates(said),
        terminates_unhealthy=terminates_unhealthy(said),
        fading=fading(said),
        proxy_protocol=boolean(said[PROXY_PROTOCOL], PROXY_PROTOCOL),
    )


def keeps_client_address(kind: str, attributes: Mapping[str, str]) -> bool:
    """Whether targets see the client's address."""
    said = attributes.get(PRESERVE_CLIENT_IP)
    return kind == "instance" if said is None else boolean(said, "target-group-attributes")


def ip_address_type(annotations: Annotations) -> str:
    """Either "ipv4" or "dualstack"."""
    found = annotations.get("ip-address-type", "ipv4")
    if found not in ("ipv4", "dualstack"):
        raise AnnotationError(f"unknown IPAddressType: {found}")
    return found


def manages_security_groups(annotations: Annotations, *, default: bool) -> bool:
    """Whether the controller opens the nodes' security groups for the balancer."""
    said = annotations.get("manage-backend-security-group-rules")
    name = "manage-backend-security-group-rules"
    return default if said is None else boolean(said, name)
