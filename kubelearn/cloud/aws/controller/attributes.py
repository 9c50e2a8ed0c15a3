"""Attributes of NLBs and target groups from annotations.

Special annotations win over the general list; a list for one port wins over the list for all;
`proxy-protocol: "*"` wins over both. Source: aws-load-balancer-controller
`pkg/service/model_build_load_balancer_attributes.go`, `model_build_target_group.go`, 3.5.
"""

from __future__ import annotations

from kubelearn.cloud.aws.controller.annotations import (
    AnnotationError,
    Annotations,
    boolean,
    mapping,
    number,
    words,
)

PROXY_PROTOCOL = "proxy_protocol_v2.enabled"
PRESERVE_CLIENT_IP = "preserve_client_ip.enabled"
ACCESS_LOGS = "access-log-enabled"
CROSS_ZONE = "cross-zone-load-balancing-enabled"
ROUTING_POLICY = "dns_record.client_routing_policy"
ROUTING_POLICIES = (
    "availability_zone_affinity",
    "partial_availability_zone_affinity",
    "any_availability_zone",
)


def load_balancer_attributes(annotations: Annotations) -> dict[str, str]:
    """The attributes of an NLB that are set."""
    found = mapping(annotations.get("attributes", ""), "attributes")
    if found.get(ROUTING_POLICY, ROUTING_POLICIES[0]) not in ROUTING_POLICIES:
        raise AnnotationError(
            f"invalid {ROUTING_POLICY} set in annotation attributes: got '{found[ROUTING_POLICY]}' "
            f"expected one of {list(ROUTING_POLICIES)}"
        )
    return {**found, **_special(annotations)}


def _special(annotations: Annotations) -> dict[str, str]:
    found = {}
    if ACCESS_LOGS in annotations and boolean(annotations[ACCESS_LOGS], ACCESS_LOGS):
        found["access_logs.s3.enabled"] = "true"
        for name, attribute in (("bucket-name", "bucket"), ("bucket-prefix", "prefix")):
            if f"access-log-s3-{name}" in annotations:
                found[f"access_logs.s3.{attribute}"] = annotations[f"access-log-s3-{name}"]
    if CROSS_ZONE in annotations:
        value = boolean(annotations[CROSS_ZONE], CROSS_ZONE)
        found["load_balancing.cross_zone.enabled"] = str(value).lower()
    return found


def target_group_attributes(annotations: Annotations, port: int | None) -> dict[str, str]:
    """The attributes of the target group of one port of the Service."""
    name = "target-group-attributes"
    found = mapping(annotations.get(name, ""), name)
    if port is not None:
        found |= mapping(annotations.get(f"{name}.{port}", ""), f"{name}.{port}")
    found.setdefault(PROXY_PROTOCOL, "false")
    if _proxied(annotations, port):
        found[PROXY_PROTOCOL] = "true"
    if PRESERVE_CLIENT_IP in found:
        boolean(found[PRESERVE_CLIENT_IP], name)
    return found


def _proxied(annotations: Annotations, port: int | None) -> bool:
    every = annotations.get("proxy-protocol")
    if every is not None and every != "*":
        raise AnnotationError(
            f"invalid value {every} for Load Balancer proxy protocol v2 annotation, only value "
            'currently supported is "*"'
        )
    name = "proxy-protocol-per-target-group"
    chosen = [number(word, name) for word in words(annotations.get(name, ""))]
    return every is not None or port in chosen
