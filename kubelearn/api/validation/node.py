"""Rules of Nodes (`pkg/apis/core/validation/validation.go`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.amounts import amount_of_resource
from kubelearn.api.validation.checks import items, named, part
from kubelearn.api.validation.field import (
    FieldError,
    child,
    duplicate,
    forbidden,
    index,
    internal_error,
    invalid,
    not_supported,
    required,
)
from kubelearn.api.validation.ip import legacy_range, parse_range
from kubelearn.api.validation.meta import validate_meta, validate_meta_update
from kubelearn.api.validation.names import label_key, label_value

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def create(node: Object) -> list[FieldError]:
    """A new Node."""
    spec = part(node, "spec")
    errors = validate_meta(node, namespaced=False)
    # Upstream hands on the path of the metadata here.
    errors += taint_errors(items(spec, "taints"), "metadata.taints")
    return errors + _resources(node) + _ranges(items(spec, "podCIDRs"), "spec.podCIDRs")


def taint_errors(taints: list[Object], path: str) -> list[FieldError]:
    """Each taint is right, and no two have the same key and effect."""
    errors, seen = [], set()
    for position, taint in enumerate(taints):
        place = index(path, position)
        errors += _taint(taint, place)
        pair = (taint.get("effect"), taint.get("key"))
        if pair in seen:
            detail = "taints must be unique by key and effect pair"
            errors.append(FieldError("Duplicate value", place, _show_taint(taint), detail))
        seen.add(pair)
    return errors


def _taint(taint: Object, path: str) -> list[FieldError]:
    name, value, effect = taint.get("key", ""), taint.get("value", ""), taint.get("effect", "")
    errors = named(child(path, "key"), name, label_key(name))
    wrong = label_value(value)
    if wrong:
        errors.append(invalid(child(path, "value"), value, ";".join(wrong)))
    if not effect:
        return [*errors, required(child(path, "effect"))]
    if effect not in EFFECTS:
        errors.append(not_supported(child(path, "effect"), effect, EFFECTS))
    return errors


def _show_taint(taint: Object) -> Object:
    shown = {go: taint.get(go.lower(), "") for go in ("Key", "Value", "Effect")}
    return {**shown, "TimeAdded": taint.get("timeAdded")}


def _resources(node: Object) -> list[FieldError]:
    status = part(node, "status")
    return [
        error
        for kind in ("capacity", "allocatable")
        for name, amount in sorted(part(status, kind).items())
        for error in amount_of_resource(name, amount, f"status.{kind}.{name}")
    ]


def _ranges(ranges: list[str], path: str) -> list[FieldError]:
    errors = []
    for position, text in enumerate(ranges):
        errors += legacy_range(text, index(path, position))
    if len(ranges) < 2:
        return errors
    networks = [parse_range(text) for text in ranges]
    versions = {network.version for network in networks if network}
    if None in networks:
        broken = next(text for text, network in zip(ranges, networks, strict=True) if not network)
        text = "invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR address:"
        errors.append(internal_error(path, f"{text} {broken}"))
    if len(versions) < 2 or len(ranges) > 2:
        detail = "may specify no more than one CIDR for each IP family"
        errors.append(invalid(path, ranges, detail))
    for position, text in enumerate(ranges):
        if text in ranges[:position]:
            errors.append(duplicate(index(path, position), text))
    return errors


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed Node: ranges and provider id stay once they are set."""
    return create(new) + _changes(new, old)


def _changes(new: Object, old: Object) -> list[FieldError]:
    spec, before = part(new, "spec"), part(old, "spec")
    errors = validate_meta_update(new, old) + _resources(new)
    errors += _addresses(items(part(new, "status"), "addresses"), "status.addresses")
    errors += _kept_ranges(items(spec, "podCIDRs"), items(before, "podCIDRs"))
    provider = before.get("providerID")
    if provider and provider != spec.get("providerID"):
        detail = 'node updates may not change providerID except from "" to valid'
        errors.append(forbidden("spec.providerID", detail))
    errors += taint_errors(items(spec, "taints"), "metadata.taints")
    if spec.get("externalID", "") != before.get("externalID", ""):
        errors.append(forbidden("spec.externalID", "may not be updated"))
    return errors


def _kept_ranges(ranges: list[str], before: list[str]) -> list[FieldError]:
    if not before:
        return []
    changed = 1
    if len(ranges) == len(before):
        changed = sum(one != other for one, other in zip(ranges, before, strict=True))
    detail = 'node updates may not change podCIDR except from "" to valid'
    return [forbidden("spec.podCIDRs", detail) for _ in range(changed)]


def _addresses(addresses: list[Object], path: str) -> list[FieldError]:
    errors, seen = [], set()
    for position, address in enumerate(addresses):
        pair = (address.get("type", ""), address.get("address", ""))
        if pair in seen:
            shown = {"Type": pair[0], "Address": pair[1]}
            errors.append(duplicate(index(path, position), shown))
        seen.add(pair)
    return errors


def status(new: Object, old: Object) -> list[FieldError]:
    """A changed status of a Node."""
    return _changes(new, old)


def warnings(new: Object, _old: Object | None) -> list[str]:
    """Fields that nothing reads any more."""
    spec, found = part(new, "spec"), []
    if spec.get("configSource") is not None:
        found.append("spec.configSource: the feature is removed")
    if spec.get("externalID"):
        found.append("spec.externalID: this field is deprecated, and is unused by Kubernetes")
    return found
