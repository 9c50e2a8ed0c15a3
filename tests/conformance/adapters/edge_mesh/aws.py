"""NLB, ALB and the AWS Load Balancer Controller: `kubelearn.cloud.aws`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.cloud.aws.alb_rules import PROTOCOL_VERSIONS, Request, find_rule
from kubelearn.cloud.aws.controller import ingresses, names, services
from kubelearn.cloud.aws.controller.annotations import AnnotationError
from kubelearn.cloud.aws.controller.attributes import (
    load_balancer_attributes,
    target_group_attributes,
)
from kubelearn.cloud.aws.controller.health_checks import TRAFFIC_PORT, check_port, health_check
from kubelearn.cloud.aws.controller.ingresses import Listener, Member, PathRule, Values
from kubelearn.cloud.aws.nlb_zones import Targets, Terms, Threshold, shares, zones

Given = dict[str, Any]


def _alb_rule(given: Given) -> str:
    asked = given["request"]
    request = Request(
        asked.get("host", ""),
        asked.get("path", "/"),
        asked.get("method", "GET"),
        asked.get("headers", {}),
        asked.get("source_ip", "203.0.113.9"),
    )
    found = find_rule(given["rules"], request)
    return "default" if found is None else str(found["name"])


def _protocol_version(given: Given) -> str:
    fits = PROTOCOL_VERSIONS[given["client"], given["target_group"]]
    return "ok" if fits else "error"


def _nlb_health(given: Given) -> Given:
    groups = [
        {zone: Targets(*counts) for zone, counts in group.items()}
        for group in given["target_groups"]
    ]
    percents = {
        name: Threshold(percent=float(given[f"{name}_percent"]))
        for name in ("dns", "routing")
        if f"{name}_percent" in given
    }
    terms = Terms(given["cross_zone"], **percents)
    found = zones(groups, [terms] * len(groups))
    return {"dns": list(found.dns), "pool": {zone: list(n) for zone, n in found.pool.items()}}


def _health_check(given: Given) -> Given:
    found = health_check(
        given.get("annotations", {}),
        given["target_type"],
        given.get("ports", ()),
        local=given.get("externalTrafficPolicy") == "Local",
        node_port=given.get("healthCheckNodePort", 0),
    )._asdict()
    if found["protocol"] == "TCP":
        del found["path"], found["codes"]
    return found


def _check_port(given: Given) -> str | int:
    default = given.get("default", TRAFFIC_PORT)
    default = int(default) if str(default).isdecimal() else default
    annotations, ports = given.get("annotations", {}), given.get("ports", ())
    return check_port(annotations, given["target_type"], ports, default)


def _name(given: Given) -> str:
    if "name" in given:
        return names.given_name(given["name"])
    if "group" in given:
        return names.group_name(given["group"], given["hash_inputs"])
    return names.load_balancer_name(given["namespace"], given["object"], given["hash_inputs"])


def _supported(given: Given) -> bool:
    return services.is_supported(
        given["type"],
        given.get("annotations", {}),
        given.get("class"),
        restricted=given.get("restrict_to_load_balancer", False),
    )


def _target_type(given: Given) -> str:
    return services.target_type(
        given.get("annotations", {}),
        given.get("service_type", "LoadBalancer"),
        given.get("node_port", 0),
        allocates=given.get("allocate_node_ports", True),
    )


def _ssl_ports(given: Given) -> Given:
    found, unused = services.tls_ports(given["ssl_ports"], given["ports"])
    return {"error_unused": unused} if unused else {"tls_ports": found}


def _manage_sg(given: Given) -> bool:
    name = "manage-backend-security-group-rules"
    said = {name: given["annotation"]} if "annotation" in given else {}
    return services.manages_security_groups(said, default=given["default"])


def _group_order(given: Given) -> list[str]:
    members = [Member(one["namespace"], one["name"], one.get("order")) for one in given["members"]]
    return [member.name for member in ingresses.ordered(members)]


def _told(values: Values) -> Given:
    return {"regex": list(values.regex)} if values.regex else {"values": list(values.plain)}


def _path(given: Given) -> Given:
    regex = given.get("regex", False)
    return _told(ingresses.path_values(given["path"], given["pathType"], regex=regex))


def _conditions(given: Given) -> Given:
    path = None
    if "path" in given:
        regex = given.get("regex", False)
        path = ingresses.path_values(given["path"], given["pathType"], regex=regex)
    found = ingresses.conditions(given.get("host", ""), path, given.get("extra", ()))
    told = {}
    for field, values in found.items():
        told[f"{field}_regex" if values.regex else field] = list(values.regex or values.plain)
    return told


def _redirect(given: Given) -> bool:
    asked = given["conditions"]
    kind = "regex" if asked.get("path_regex") else "plain"
    found = {
        "host": Values(tuple(asked.get("hosts", ()))),
        "path": Values(**{kind: tuple(asked.get("paths", ()))}),
    }
    listener = Listener(given["port"], given["protocol"])
    return ingresses.redirects_to_itself(listener, found, given["redirect"])


def _path_order(given: Given) -> list[list[str]]:
    paths = [PathRule(path, kind) for path, kind in given["paths"]]
    return [[one.path, one.kind] for one in ingresses.path_order(paths)]


FUNCTIONS: dict[str, Callable[[Given], Any]] = {
    "alb_protocol_version": _protocol_version,
    "alb_rule": _alb_rule,
    "elb_zone_share": lambda g: shares(g["targets"], cross_zone=g["cross_zone"]),
    "nlb_health": _nlb_health,
    "lbc_health_check": _health_check,
    "lbc_health_check_port": _check_port,
    "lbc_infinite_redirect": _redirect,
    "lbc_ingress_conditions": _conditions,
    "lbc_ingress_group_name": lambda g: ingresses.is_group_name(g["name"]),
    "lbc_ingress_group_order": _group_order,
    "lbc_ingress_path": _path,
    "lbc_ingress_path_order": _path_order,
    "lbc_ip_address_type": lambda g: services.ip_address_type(g.get("annotations", {})),
    "lbc_load_balancer_attributes": lambda g: load_balancer_attributes(g.get("annotations", {})),
    "lbc_manage_sg": _manage_sg,
    "lbc_name": _name,
    "lbc_port_mix": lambda g: services.ports_fit(g["ports"]),
    "lbc_preserve_client_ip": lambda g: services.keeps_client_address(
        g["target_type"], g.get("attributes", {})
    ),
    "lbc_service_supported": _supported,
    "lbc_ssl_ports": _ssl_ports,
    "lbc_target_group_attributes": lambda g: target_group_attributes(
        g.get("annotations", {}), g.get("port")
    ),
    "lbc_target_port": lambda g: services.target_port(g["target_type"], g),
    "lbc_target_type": _target_type,
}


def _or_error(function: Callable[[Given], Any]) -> Callable[[Given], Any]:
    """The answer, or the word "error" that the vectors have for a refusal."""

    def run(given: Given) -> Any:
        try:
            return function(given)
        except AnnotationError:
            return "error"

    return run


KINDS = {name: _or_error(function) for name, function in FUNCTIONS.items()}
