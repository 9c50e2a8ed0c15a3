"""Writes to a pod's status.

Source: `ValidatePodStatusUpdate` in `pkg/apis/core/validation/validation.go`, Kubernetes 1.36.

Unlike the real one: statuses of device claims, users of containers and allocated resources are not
checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kubelearn.api.objects import Object, get_path
from kubelearn.api.validation import names
from kubelearn.api.validation.checks import immutable
from kubelearn.api.validation.field import FieldError, child, forbidden, index, invalid
from kubelearn.api.validation.ip import legacy_address, parse_address
from kubelearn.api.validation.meta import validate_meta_update
from kubelearn.api.validation.pod.annotations import (
    validate_annotation_update,
    validate_pod_annotations,
)
from kubelearn.api.validation.pod.internal import POD_IP, internal_list

SYSTEM_CONDITIONS: Final = frozenset({"PodScheduled", "Ready", "Initialized"})
NEGATIVE_GENERATION: Final = "must be a non-negative integer"
RESTARTED: Final = "may not be transitioned to non-terminated state"
ONE_FAMILY: Final = "may specify no more than one IP for each IP family"
BOUND: Final = "may not be set on pods that are already bound to a node"


def validate_pod_status_update(new: Object, old: Object) -> list[FieldError]:
    """A changed status against the stored pod."""
    status, before = new.get("status") or {}, old.get("status") or {}
    spec = old.get("spec") or {}
    now, earlier = new["metadata"].get("annotations"), old["metadata"].get("annotations")
    errors = validate_meta_update(new, old)
    errors += validate_annotation_update(now, earlier, "metadata.annotations")
    errors += validate_pod_annotations(now, new.get("spec") or {}, "metadata.annotations")
    errors += _conditions(status.get("conditions") or (), "status.conditions")
    if get_path(new, "spec", "nodeName") != spec.get("nodeName"):
        errors.append(forbidden("status.nodeName", "may not be changed directly"))
    errors += _nominated(status, before, spec)
    if (status.get("observedGeneration") or 0) < 0:
        given, place = status["observedGeneration"], "status.observedGeneration"
        errors.append(invalid(place, given, NEGATIVE_GENERATION))
    errors += immutable(status.get("qosClass"), before.get("qosClass"), "status.qosClass")
    errors += _transitions(status, before, spec)
    return errors + _pod_ips(status, before) + _host_ips(status, before)


def pod_ips(status: Object) -> list[str]:
    """The pod's addresses; the single `podIP` counts when it differs from the list."""
    listed = [each.get("ip") or "" for each in status.get("podIPs") or ()]
    single = status.get("podIP")
    return [single] if single and single not in listed[:1] else listed


def _conditions(conditions: Sequence[Object], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, condition in enumerate(conditions):
        place = index(path, position)
        generation = condition.get("observedGeneration") or 0
        if generation < 0:
            where = child(place, "observedGeneration")
            errors.append(invalid(where, generation, NEGATIVE_GENERATION))
        kind = condition.get("type") or ""
        if kind not in SYSTEM_CONDITIONS:
            where = child(place, "Type")
            errors += [invalid(where, kind, message) for message in names.qualified_name(kind)]
    return errors


def _nominated(status: Object, before: Object, spec: Object) -> list[FieldError]:
    path, node = "status.nominatedNodeName", status.get("nominatedNodeName") or ""
    if not node or node == (before.get("nominatedNodeName") or ""):
        return []
    errors = [invalid(path, node, message) for message in names.name_is_dns_subdomain(node)]
    return [*errors, forbidden(path, BOUND)] if spec.get("nodeName") else errors


def _transitions(status: Object, before: Object, spec: Object) -> list[FieldError]:
    errors: list[FieldError] = []
    for kind, containers in (
        ("containerStatuses", "containers"),
        ("initContainerStatuses", "initContainers"),
        ("ephemeralContainerStatuses", ""),
    ):
        if containers and _restarts_all(spec):
            continue
        known = {each.get("name"): each for each in spec.get(containers) or ()}
        now = {each.get("name"): each for each in status.get(kind) or ()}
        for position, was in enumerate(before.get(kind) or ()):
            ended, later = get_path(was, "state", "terminated"), now.get(was.get("name"))
            if ended is None or later is None or get_path(later, "state", "terminated") is not None:
                continue
            if not _may_restart(known.get(was.get("name")), spec, ended.get("exitCode") or 0):
                place = child(index(child("status", kind), position), "state")
                errors.append(forbidden(place, RESTARTED))
    return errors


def _restarts_all(spec: Object) -> bool:
    return any(
        rule.get("action") == "RestartAllContainers"
        for kind in ("containers", "initContainers")
        for container in spec.get(kind) or ()
        for rule in container.get("restartPolicyRules") or ()
    )


def _may_restart(container: Object | None, spec: Object, exit_code: int) -> bool:
    if container is None:
        return False
    policy = container.get("restartPolicy")
    if policy is not None and any(
        _matches(rule, exit_code) for rule in container.get("restartPolicyRules") or ()
    ):
        return True
    policy = policy or spec.get("restartPolicy")
    return policy == "Always" or (policy == "OnFailure" and exit_code != 0)


def _matches(rule: Object, exit_code: int) -> bool:
    codes = rule.get("exitCodes") or {}
    listed = exit_code in (codes.get("values") or ())
    return listed if codes.get("operator") == "In" else not listed


def _pod_ips(status: Object, before: Object) -> list[FieldError]:
    now, earlier = pod_ips(status), tuple(pod_ips(before))
    shown = internal_list([{"ip": ip} for ip in now], POD_IP)
    errors = _addresses(now, earlier, "status.podIPs")
    return errors + _families(now, shown, "status.podIPs")


def _host_ips(status: Object, before: Object) -> list[FieldError]:
    listed = status.get("hostIPs") or []
    if not listed:
        return []
    now = [each.get("ip") or "" for each in listed]
    earlier = tuple(each.get("ip") or "" for each in before.get("hostIPs") or ())
    errors = []
    if status.get("hostIP") != now[0]:
        errors.append(invalid("status.hostIPs[0].ip", now[0], "must be equal to `hostIP`"))
    errors += _addresses(now, earlier, "status.hostIPs")
    return errors + _families(now, internal_list(listed, POD_IP), "status.hostIPs")


def _addresses(now: list[str], earlier: tuple[str, ...], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for position, ip in enumerate(now):
        errors += legacy_address(ip, index(path, position), earlier)
    return errors


def _families(now: list[str], shown: list[Object] | None, path: str) -> list[FieldError]:
    if len(now) < 2:
        return []
    families = {parsed.version for ip in now if (parsed := parse_address(ip)) is not None}
    return [] if len(now) == 2 and families == {4, 6} else [invalid(path, shown, ONE_FAMILY)]
