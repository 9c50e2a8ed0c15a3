"""The annotation `actions.TCP-80` of a Service: other Services that share its listener by weight.

Source: aws-load-balancer-controller 3.5 `pkg/service/config_types.go`,
`model_build_target_group.go` (buildTargetGroupTuples).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from kubelearn.api.objects import Object
from kubelearn.cloud.aws.controller.annotations import AnnotationError, parsed, stripped

PREFIX = "service.beta.kubernetes.io/actions."
WEIGHTS = range(1000)


class Share(NamedTuple):
    """Another Service's part."""

    service: str
    port: str
    """Its number or name."""
    weight: int
    plain: bool
    """Whether its targets get plain TCP from a TLS listener."""


class Forwarding(NamedTuple):
    """How a listener shares its connections."""

    weight: int = 1
    """Of the Service itself."""
    others: tuple[Share, ...] = ()
    sticky: bool = False
    """Whether a client stays with its target group."""


def names_others(service: Object) -> bool:
    """Whether a Service shares a listener with others."""
    return any(name.startswith(PREFIX) for name in service["metadata"].get("annotations") or {})


def forwarding(service: Object, protocol: str, port: int) -> Forwarding:
    """What the annotation of a listener says; AnnotationError in the controller's words."""
    said = stripped(service["metadata"].get("annotations") or {}, PREFIX)
    given = parsed(said, f"{protocol}-{port}", None)
    if given is None:
        return Forwarding()
    if given.get("type") != "forward":
        raise AnnotationError(f"unknown action type: {given.get('type')}")
    try:
        return _read(given.get("forwardConfig") or {})
    except AnnotationError as error:
        raise AnnotationError(f"invalid ForwardConfig: {error}") from None


def _read(config: Mapping[str, Any]) -> Forwarding:
    listed = config.get("targetGroups") or []
    if len(listed) > 1 and any("weight" not in one for one in listed):
        raise AnnotationError("weight must be set when routing to multiple target groups")
    weight = config.get("baseServiceWeight")
    if weight is None:
        raise AnnotationError("base service weight is required")
    if weight not in WEIGHTS:
        raise AnnotationError("base service weight must be between 0 and 999")
    sticky = bool((config.get("targetGroupStickinessConfig") or {}).get("enabled"))
    return Forwarding(weight, tuple(_share(one) for one in listed), sticky)


def _share(given: Mapping[str, Any]) -> Share:
    weight, wrong = given.get("weight", 1), ""
    if ("targetGroupARN" in given) == ("serviceName" in given):
        wrong = "precisely one of targetGroupARN and serviceName can be specified"
    elif "targetGroupARN" in given:
        wrong = "targetGroupARN is not modelled: name a Service in serviceName"
    elif "servicePort" not in given:
        wrong = "missing servicePort"
    elif weight not in WEIGHTS:
        wrong = "target group weight must be between 0 and 999"
    if wrong:
        raise AnnotationError(f"invalid TargetGroupTuple: {wrong}")
    plain = bool(given.get("tcpEnabled"))
    return Share(given["serviceName"], str(given["servicePort"]), weight, plain)
