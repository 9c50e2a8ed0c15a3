"""The spec of a pod, and templates of pods.

The rules run in upstream's order, because the order of the errors is part of the answer.

Source: `ValidatePodSpec`, `ValidatePodTemplateSpec` in
`pkg/apis/core/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kubelearn.api.objects import Object, get_path
from kubelearn.api.validation import names
from kubelearn.api.validation.checks import choice
from kubelearn.api.validation.field import (
    FieldError,
    child,
    duplicate,
    forbidden,
    index,
    invalid,
    required,
)
from kubelearn.api.validation.labels import validate_annotations, validate_labels
from kubelearn.api.validation.pod.affinity import validate_affinity
from kubelearn.api.validation.pod.annotations import validate_pod_annotations
from kubelearn.api.validation.pod.containers import (
    validate_containers,
    validate_ephemeral_containers,
    validate_init_containers,
)
from kubelearn.api.validation.pod.dns import (
    validate_dns_config,
    validate_dns_policy,
    validate_host_aliases,
    validate_hostname_override,
)
from kubelearn.api.validation.pod.env import file_key_volumes
from kubelearn.api.validation.pod.options import PodOptions, SpecFacts
from kubelearn.api.validation.pod.ports import host_network_ports
from kubelearn.api.validation.pod.profiles import validate_profiles_match
from kubelearn.api.validation.pod.resource_claims import validate_resource_claims
from kubelearn.api.validation.pod.resources import validate_pod_resources, validate_resources
from kubelearn.api.validation.pod.security import (
    validate_host_users,
    validate_pod_security_context,
)
from kubelearn.api.validation.pod.spread import validate_spread_constraints
from kubelearn.api.validation.pod.tolerations import validate_tolerations
from kubelearn.api.validation.pod.visit import containers_with_path
from kubelearn.api.validation.pod.volumes import validate_volumes
from kubelearn.api.validation.pod.windows import validate_host_process, validate_os

RESTART_POLICIES: Final = ("Always", "OnFailure", "Never")
PREEMPTION_POLICIES: Final = ("PreemptLowerPriority", "Never")
LONGEST_DEADLINE: Final = 2**31 - 1
TEMPLATE_OPTIONS: Final = PodOptions()


def validate_pod_template_spec(
    template: Object, path: str = "spec.template", options: PodOptions = TEMPLATE_OPTIONS
) -> list[FieldError]:
    """A pod template. Upstream's paths of its labels and annotations lack `metadata`."""
    metadata, spec = template.get("metadata") or {}, template.get("spec") or {}
    annotations, place = metadata.get("annotations") or {}, child(path, "annotations")
    errors = validate_labels(metadata.get("labels"), child(path, "labels"))
    errors += validate_annotations(annotations, place)
    errors += validate_pod_annotations(annotations, spec, place)
    errors += validate_pod_spec(spec, child(path, "spec"), options)
    errors += validate_profiles_match(annotations, spec, child(path, "spec"))
    if spec.get("ephemeralContainers"):
        text = "ephemeral containers not allowed in pod template"
        errors.append(forbidden(child(path, "spec", "ephemeralContainers"), text))
    return errors


def validate_pod_spec(
    spec: Object, path: str = "spec", options: PodOptions = TEMPLATE_OPTIONS
) -> list[FieldError]:
    """A defaulted pod spec, in a pod or in a template."""
    grace = child(path, "terminationGracePeriodSeconds")
    errors = [required(grace)] if spec.get("terminationGracePeriodSeconds") is None else []
    volumes, wrong = validate_volumes(spec.get("volumes") or (), options, child(path, "volumes"))
    facts = _facts(spec, volumes, options)
    claims = spec.get("resourceClaims") or ()
    errors += wrong + validate_resource_claims(claims, child(path, "resourceClaims"))
    errors += _containers(spec, facts, path)
    errors += _placement(spec, options, path)
    errors += _names(spec, path)
    errors += _policies(spec, path)
    return errors + _file_keys(spec, path)


def _facts(spec: Object, volumes: dict[str, Object], options: PodOptions) -> SpecFacts:
    claims = frozenset(claim.get("name") or "" for claim in spec.get("resourceClaims") or ())
    return SpecFacts(
        options=options,
        volumes=volumes,
        claims=claims - {""},
        grace_period=spec.get("terminationGracePeriodSeconds"),
        restart_policy=spec.get("restartPolicy") or "",
        host_users=spec.get("hostUsers") is not False,
        os=None if spec.get("os") is None else get_path(spec, "os", "name", default=""),
    )


def _containers(spec: Object, facts: SpecFacts, path: str) -> list[FieldError]:
    regular, init = spec.get("containers") or (), spec.get("initContainers") or ()
    errors = validate_containers(regular, facts, child(path, "containers"))
    errors += validate_init_containers(init, regular, facts, child(path, "initContainers"))
    errors += validate_ephemeral_containers(spec, facts, child(path, "ephemeralContainers"))
    errors += validate_pod_resources(spec, facts.claims, path)
    return errors + host_network_ports(spec, path, is_pod=facts.options.is_pod)


def _placement(spec: Object, options: PodOptions, path: str) -> list[FieldError]:
    dns = spec.get("dnsPolicy") or ""
    policy = spec.get("restartPolicy")
    errors = choice(policy, child(path, "restartPolicy"), RESTART_POLICIES)
    errors += validate_dns_policy(dns, child(path, "dnsPolicy"))
    errors += validate_labels(spec.get("nodeSelector"), child(path, "nodeSelector"))
    errors += validate_pod_security_context(spec, path)
    errors += validate_affinity(spec.get("affinity"), child(path, "affinity"))
    errors += validate_dns_config(spec.get("dnsConfig"), dns, child(path, "dnsConfig"))
    errors += _readiness_gates(spec.get("readinessGates") or (), child(path, "readinessGates"))
    errors += _scheduling_gates(spec.get("schedulingGates") or (), child(path, "schedulingGates"))
    spread = "topologySpreadConstraints"
    errors += validate_spread_constraints(spec.get(spread) or (), child(path, spread))
    errors += validate_host_process(spec, options, path)
    errors += validate_host_users(spec, path)
    return errors + validate_hostname_override(spec, path)


def _names(spec: Object, path: str) -> list[FieldError]:
    errors = _name(spec, "serviceAccountName", path) + _name(spec, "nodeName", path)
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is not None:
        messages = names.in_range(deadline, 1, LONGEST_DEADLINE)
        errors += [invalid(child(path, "activeDeadlineSeconds"), deadline, t) for t in messages]
    for field in ("hostname", "subdomain"):
        name = spec.get(field)
        if name:
            errors += [invalid(child(path, field), name, t) for t in names.dns1123_label(name)]
    return errors


def _policies(spec: Object, path: str) -> list[FieldError]:
    errors = validate_tolerations(spec.get("tolerations") or (), child(path, "tolerations"))
    errors += validate_host_aliases(spec.get("hostAliases") or (), child(path, "hostAliases"))
    errors += _name(spec, "priorityClassName", path)
    errors += _name(spec, "runtimeClassName", path, empty=True)
    preemption = spec.get("preemptionPolicy")
    if preemption is not None:
        errors += choice(preemption, child(path, "preemptionPolicy"), PREEMPTION_POLICIES)
    if spec.get("overhead") is not None:
        limits = {"limits": spec["overhead"]}
        errors += validate_resources(limits, frozenset(), child(path, "overhead"))
    return errors + validate_os(spec, path)


def _file_keys(spec: Object, path: str) -> list[FieldError]:
    volumes = {volume.get("name") or "": volume for volume in spec.get("volumes") or ()}
    return [
        error
        for container, place in containers_with_path(spec, path)
        for error in file_key_volumes(container, volumes, place)
    ]


def _name(spec: Object, field: str, path: str, *, empty: bool = False) -> list[FieldError]:
    name = spec.get(field)
    if name is None or (name == "" and not empty):
        return []
    return [invalid(child(path, field), name, text) for text in names.name_is_dns_subdomain(name)]


def _readiness_gates(gates: Sequence[Object], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, gate in enumerate(gates):
        name, place = gate.get("conditionType") or "", child(index(path, position), "conditionType")
        errors += [invalid(place, name, message) for message in names.qualified_name(name)]
    return errors


def _scheduling_gates(gates: Sequence[Object], path: str) -> list[FieldError]:
    seen: set[str] = set()
    errors: list[FieldError] = []
    for position, gate in enumerate(gates):
        name, place = gate.get("name") or "", index(path, position)
        errors += [invalid(place, name, message) for message in names.qualified_name(name)]
        if name in seen:
            errors.append(duplicate(place, name))
        seen.add(name)
    return errors
