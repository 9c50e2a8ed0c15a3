"""Rules of Services (`pkg/apis/core/validation/validation.go`, Kubernetes 1.36).

The API server allocates addresses and node ports before these rules look, as upstream does.
"""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import choice, items, named, part
from kubelearn.api.validation.field import (
    FieldError,
    child,
    forbidden,
    index,
    invalid,
    key,
    not_supported,
    required,
)
from kubelearn.api.validation.ip import legacy_address, legacy_range, ordinary_address
from kubelearn.api.validation.labels import validate_labels
from kubelearn.api.validation.load_balancer import load_balancer_status
from kubelearn.api.validation.meta import validate_meta, validate_meta_update
from kubelearn.api.validation.names import (
    dns1123_subdomain,
    label_key,
    name_is_dns_label,
    port_number,
)
from kubelearn.api.validation.service_addresses import (
    address_errors,
    address_update_errors,
    is_headless,
)
from kubelearn.api.validation.service_ports import duplicate_ports, port_errors
from kubelearn.api.validation.service_types import is_externally_accessible

AFFINITIES = ("ClientIP", "None")
TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
CLUSTERED = ("ClusterIP", "LoadBalancer", "NodePort")
POLICIES = ("Cluster", "Local")
DISTRIBUTIONS = ("PreferClose", "PreferSameZone", "PreferSameNode")
MAX_AFFINITY_SECONDS = 86400
TOPOLOGY_HINTS = "service.kubernetes.io/topology-aware-hints"
TOPOLOGY_MODE = "service.kubernetes.io/topology-mode"
SOURCE_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"
ONLY_BALANCED = "may only be used when `type` is 'LoadBalancer'"


def create(service: Object, before: Object | None = None) -> list[FieldError]:
    """A new Service; `before` is the old one when this is part of an update."""
    spec = part(service, "spec")
    errors = validate_meta(service, name=name_is_dns_label) + _topology(service)
    if not spec.get("ports") and not is_headless(spec) and spec.get("type") != "ExternalName":
        errors.append(required("spec.ports"))
    errors += _by_type(spec, "spec")
    errors += port_errors(spec, "spec")
    errors += validate_labels(spec.get("selector"), "spec.selector")
    errors += choice(spec.get("sessionAffinity"), "spec.sessionAffinity", AFFINITIES)
    errors += _affinity(spec, "spec.sessionAffinityConfig")
    errors += address_errors(spec, "spec")
    errors += _external_addresses(spec, part(before or {}, "spec"))
    errors += choice(spec.get("type"), "spec.type", TYPES)
    errors += _ports_of_type(spec) + duplicate_ports(spec, "spec")
    errors += _source_ranges(service, spec)
    errors += _balancer_ports(spec) + _balancer_class(spec)
    return errors + _external_traffic(spec) + _internal_traffic(spec) + _distribution(spec)


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed Service: what has been allocated stays."""
    spec, before = part(new, "spec"), part(old, "spec")
    errors = validate_meta_update(new, old) + address_update_errors(spec, before)
    balanced = spec.get("type") == before.get("type") == "LoadBalancer"
    name = spec.get("loadBalancerClass")
    if balanced and name != before.get("loadBalancerClass"):
        errors.append(invalid("spec.loadBalancerClass", name, "may not change once set"))
    errors += _balancer_class(spec)
    port, port_before = (part(obj, "spec").get("healthCheckNodePort") for obj in (new, old))
    if _needs_health_check(spec) and _needs_health_check(before) and port != port_before:
        errors.append(forbidden("spec.healthCheckNodePort", "field is immutable"))
    return errors + create(new, old)


def status(new: Object, old: Object) -> list[FieldError]:
    """A changed status of a Service."""
    errors = validate_meta_update(new, old)
    balancer = part(part(new, "status"), "loadBalancer")
    balanced = part(new, "spec").get("type") == "LoadBalancer"
    return errors + load_balancer_status(balancer, "status.loadBalancer", balanced=balanced)


def _topology(service: Object) -> list[FieldError]:
    notes = part(part(service, "metadata"), "annotations")
    hints, mode = notes.get(TOPOLOGY_HINTS), notes.get(TOPOLOGY_MODE)
    if hints is None or mode is None or hints == mode:
        return []
    detail = f"must match annotations[{TOPOLOGY_HINTS}] when both are specified"
    return [invalid(key("metadata.annotations", TOPOLOGY_MODE), mode, detail)]


def _by_type(spec: Object, path: str) -> list[FieldError]:
    kind = spec.get("type")
    if kind in ("LoadBalancer", "NodePort") and is_headless(spec):
        detail = f"may not be set to 'None' for {kind} services"
        return [invalid(index(child(path, "clusterIPs"), 0), "None", detail)]
    if kind != "ExternalName":
        return []
    errors = [
        forbidden(child(path, name), "may not be set for ExternalName services")
        for name in ("clusterIPs", "ipFamilies", "ipFamilyPolicy")
        if spec.get(name)
    ]
    target, path = (spec.get("externalName") or "").removesuffix("."), child(path, "externalName")
    return errors + (named(path, target, dns1123_subdomain(target)) if target else [required(path)])


def _affinity(spec: Object, path: str) -> list[FieldError]:
    affinity, config = spec.get("sessionAffinity"), spec.get("sessionAffinityConfig")
    if affinity == "None":
        detail = "must not be set when session affinity is None"
        return [] if config is None else [forbidden(path, detail)]
    if affinity != "ClientIP":
        return []
    if config is None:
        return [required(path, "when session affinity type is ClientIP")]
    client, path = config.get("clientIP"), child(path, "clientIP")
    if client is None:
        return [required(path, "when session affinity type is ClientIP")]
    seconds, path = client.get("timeoutSeconds"), child(path, "timeoutSeconds")
    if seconds is None:
        return [required(path, "when session affinity type is ClientIP")]
    if 0 < seconds <= MAX_AFFINITY_SECONDS:
        return []
    detail = f"must be greater than 0 and less than {MAX_AFFINITY_SECONDS}"
    return [invalid(path, seconds, detail)]


def _external_addresses(spec: Object, before: Object) -> list[FieldError]:
    known, errors = tuple(items(before, "externalIPs")), []
    for position, address in enumerate(items(spec, "externalIPs")):
        path = index("spec.externalIPs", position)
        wrong = legacy_address(address, path, known)
        errors += wrong or ordinary_address(address, path)
    return errors


def _ports_of_type(spec: Object) -> list[FieldError]:
    if spec.get("type") != "ClusterIP":
        return []
    detail = "may not be used when `type` is 'ClusterIP'"
    return [
        forbidden(f"spec.ports[{position}].nodePort", detail)
        for position, port in enumerate(items(spec, "ports"))
        if port.get("nodePort")
    ]


def _source_ranges(service: Object, spec: Object) -> list[FieldError]:
    ranges, balanced = items(spec, "loadBalancerSourceRanges"), spec.get("type") == "LoadBalancer"
    path = "spec.LoadBalancerSourceRanges"
    if ranges:
        paths = [index(path, position) for position in range(len(ranges))]
    else:
        note = part(part(service, "metadata"), "annotations").get(SOURCE_RANGES)
        if note is None:
            return []
        path = key("metadata.annotations", SOURCE_RANGES)
        ranges = note.strip().split(",") if note.strip() else []
        paths = [path] * len(ranges)
    errors = [] if balanced else [forbidden(path, ONLY_BALANCED)]
    for text, place in zip(ranges, paths, strict=True):
        errors += legacy_range(text.strip(), place)
    return errors


def _balancer_ports(spec: Object) -> list[FieldError]:
    wanted, balanced = spec.get("allocateLoadBalancerNodePorts"), spec.get("type") == "LoadBalancer"
    if wanted is not None and not balanced:
        return [forbidden("spec.allocateLoadBalancerNodePorts", ONLY_BALANCED)]
    if wanted is None and balanced:
        return [required("allocateLoadBalancerNodePorts")]
    return []


def _balancer_class(spec: Object) -> list[FieldError]:
    name, path = spec.get("loadBalancerClass"), "spec.loadBalancerClass"
    if name is None:
        return []
    if spec.get("type") != "LoadBalancer":
        return [forbidden(path, ONLY_BALANCED)]
    return named(path, name, label_key(name))


def _needs_health_check(spec: Object) -> bool:
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def _external_traffic(spec: Object) -> list[FieldError]:
    policy, path = spec.get("externalTrafficPolicy", ""), "spec.externalTrafficPolicy"
    if is_externally_accessible(spec):
        errors = choice(policy, path, POLICIES)
    else:
        detail = "may only be set for externally-accessible services"
        errors = [invalid(path, policy, detail)] if policy else []
    port, path = spec.get("healthCheckNodePort", 0), "spec.healthCheckNodePort"
    if not _needs_health_check(spec):
        detail = (
            "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        )
        return errors + ([invalid(path, port, detail)] if port else [])
    return errors + (named(path, port, port_number(port)) if port else [required(path)])


def _internal_traffic(spec: Object) -> list[FieldError]:
    policy, path = spec.get("internalTrafficPolicy"), "spec.internalTrafficPolicy"
    if policy is None:
        return [required(path)] if spec.get("type") in CLUSTERED else []
    return [] if policy in POLICIES else [not_supported(path, policy, POLICIES)]


def _distribution(spec: Object) -> list[FieldError]:
    wanted = spec.get("trafficDistribution")
    if wanted is None or wanted in DISTRIBUTIONS:
        return []
    return [not_supported("spec.trafficDistribution", wanted, DISTRIBUTIONS)]
