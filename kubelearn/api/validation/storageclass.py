"""Rules of StorageClasses and VolumeAttributesClasses (`pkg/apis/storage/validation`, 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import (
    choice,
    immutable,
    items,
    named,
    optional_choice,
    ordered,
    part,
    same,
)
from kubelearn.api.validation.field import (
    FieldError,
    child,
    duplicate,
    forbidden,
    index,
    invalid,
    required,
    too_long,
)
from kubelearn.api.validation.meta import validate_meta, validate_meta_update
from kubelearn.api.validation.names import label_key

RECLAIM_POLICIES = ("Delete", "Retain")
BINDING_MODES = ("Immediate", "WaitForFirstConsumer")
MAX_PARAMETERS = 512
MAX_PARAMETER_BYTES = 256 * 1024


def create(storage_class: Object) -> list[FieldError]:
    """A new StorageClass."""
    errors = validate_meta(storage_class, namespaced=False)
    errors += _provisioner(storage_class.get("provisioner", ""), "provisioner")
    errors += _parameters(part(storage_class, "parameters"), "parameters")
    policy = storage_class.get("reclaimPolicy")
    errors += choice(policy, "reclaimPolicy", RECLAIM_POLICIES) if policy else []
    mode = storage_class.get("volumeBindingMode")
    errors += [required("volumeBindingMode")] if mode is None else []
    errors += optional_choice(mode, "volumeBindingMode", BINDING_MODES)
    return errors + _topologies(items(storage_class, "allowedTopologies"), "allowedTopologies")


def _provisioner(name: str, path: str) -> list[FieldError]:
    return named(path, name.lower(), label_key(name.lower())) if name else [required(path)]


def _parameters(parameters: Object, path: str) -> list[FieldError]:
    if len(parameters) > MAX_PARAMETERS:
        return [too_long(path, "", MAX_PARAMETERS)]
    errors = [invalid(path, "", "field can not be empty.")] if "" in parameters else []
    size = sum(len(k.encode()) + len(v.encode()) for k, v in parameters.items())
    return (
        [*errors, too_long(path, "", MAX_PARAMETER_BYTES)] if size > MAX_PARAMETER_BYTES else errors
    )


def _topologies(topologies: list[Object], path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: list[dict[str, set[str]]] = []
    for position, term in enumerate(topologies):
        place = child(index(path, position), "matchLabelExpressions")
        found: dict[str, set[str]] = {}
        for number, requirement in enumerate(items(term, "matchLabelExpressions")):
            errors += _topology(requirement, found, index(place, number))
        errors += [duplicate(place, "") for other in seen if other == found]
        seen.append(found)
    return errors


def _topology(requirement: Object, found: dict[str, set[str]], path: str) -> list[FieldError]:
    name, values = requirement.get("key", ""), items(requirement, "values")
    errors = [] if values else [required(child(path, "values"))]
    for position, value in enumerate(values):
        if value in values[:position]:
            errors.append(duplicate(index(child(path, "values"), position), value))
    errors += named(child(path, "key"), name, label_key(name))
    if name in found:
        errors.append(duplicate(child(path, "key"), name))
    found[name] = set(values)
    return errors


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed StorageClass: what makes its volumes stays."""
    errors = create(new) + validate_meta_update(new, old)
    parameters = new.get("parameters")
    errors += immutable(parameters, old.get("parameters"), "parameters", ordered(parameters))
    errors += immutable(new.get("provisioner", ""), old.get("provisioner", ""), "provisioner")
    for name in ("reclaimPolicy", "volumeBindingMode"):
        errors += immutable(new.get(name), old.get(name), name)
    return errors


def create_attributes(attributes: Object) -> list[FieldError]:
    """A new VolumeAttributesClass."""
    errors = validate_meta(attributes, namespaced=False)
    errors += _provisioner(attributes.get("driverName", ""), "driverName")
    parameters = part(attributes, "parameters")
    errors += _parameters(parameters, "parameters")
    detail = "must contain at least one key/value pair"
    return errors if parameters else [*errors, required("parameters", detail)]


def update_attributes(new: Object, old: Object) -> list[FieldError]:
    """A changed VolumeAttributesClass: driver and parameters stay."""
    errors = validate_meta_update(new, old)
    for name in ("driverName", "parameters"):
        if not same(new.get(name), old.get(name)):
            errors.append(forbidden(name, f"updates to {name} are forbidden."))
    return errors + create_attributes(new)
