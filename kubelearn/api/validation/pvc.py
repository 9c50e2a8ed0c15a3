"""Rules of PersistentVolumeClaims (`pkg/apis/core/validation/validation.go`, Kubernetes 1.36).

Unlike the real one: the refusal of a changed spec does not show the difference.
"""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.quantity import NANO, parse
from kubelearn.api.validation.amounts import positive, whole
from kubelearn.api.validation.checks import immutable, items, named, optional_choice, part, same
from kubelearn.api.validation.field import (
    FieldError,
    Verbatim,
    child,
    forbidden,
    invalid,
    key,
    not_supported,
    required,
)
from kubelearn.api.validation.labels import validate_label_selector
from kubelearn.api.validation.meta import validate_meta, validate_meta_update
from kubelearn.api.validation.names import dns1123_label, dns1123_subdomain

ACCESS_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
VOLUME_MODES = ("Block", "Filesystem")
CLASS_NOTE = "volume.beta.kubernetes.io/storage-class"
STORAGE = "spec.resources.requests.storage"


def create(claim: Object) -> list[FieldError]:
    """A new PersistentVolumeClaim."""
    return validate_meta(claim) + claim_spec(part(claim, "spec"), "spec")


def claim_spec(spec: Object, path: str) -> list[FieldError]:
    """The spec of a claim, its own or one of a template."""
    modes, place = items(spec, "accessModes"), child(path, "accessModes")
    errors = [] if modes else [required(place, "at least 1 access mode is required")]
    errors += validate_label_selector(spec.get("selector"), child(path, "selector"))
    errors += access_modes(modes, place) + _size(spec, key(child(path, "resources"), "storage"))
    errors += _name(spec.get("storageClassName"), child(path, "storageClassName"))
    errors += optional_choice(spec.get("volumeMode"), child(path, "volumeMode"), VOLUME_MODES)
    errors += _sources(spec, path)
    name = spec.get("volumeAttributesClassName")
    return errors + _name(name, child(path, "volumeAttributesClassName"))


def access_modes(modes: list[str], path: str) -> list[FieldError]:
    """Known access modes; ReadWriteOncePod stands alone."""
    errors = [not_supported(path, mode, ACCESS_MODES) for mode in modes if mode not in ACCESS_MODES]
    others = any(mode in ACCESS_MODES[:-1] for mode in modes)
    if "ReadWriteOncePod" in modes and others:
        errors.append(forbidden(path, "may not use ReadWriteOncePod with other access modes"))
    return errors


def _size(spec: Object, path: str) -> list[FieldError]:
    size = part(part(spec, "resources"), "requests").get("storage")
    if size is None:
        return [required(path)]
    return positive(size, path)


def _name(name: str | None, path: str) -> list[FieldError]:
    return named(path, name, dns1123_subdomain(name)) if name else []


def _sources(spec: Object, path: str) -> list[FieldError]:
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    errors = [] if source is None else _source(source, child(path, "dataSource"))
    namespace = (reference or {}).get("namespace")
    if reference is not None:
        errors += _source(reference, child(path, "dataSourceRef"))
        place = child(path, "dataSourceRef", "namespace")
        errors += named(place, namespace, dns1123_label(namespace)) if namespace else []
    if source is None or reference is None:
        return errors
    shown = Verbatim(child(path, "dataSource"))
    if namespace:
        detail = "may not be specified when dataSourceRef.namespace is specified"
        return [*errors, invalid(path, shown, detail)]
    equal = all(source.get(name) == reference.get(name) for name in ("apiGroup", "kind", "name"))
    return errors if equal else [*errors, invalid(path, shown, "must match dataSourceRef")]


def _source(source: Object, path: str) -> list[FieldError]:
    group, kind = source.get("apiGroup") or "", source.get("kind", "")
    errors = [required(child(path, name)) for name in ("name", "kind") if not source.get(name)]
    if not group and kind != "PersistentVolumeClaim":
        detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
        errors.append(invalid(path, kind, detail))
    return errors + _name(group, child(path, "apiGroup"))


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed claim: once it is bound only its size and attributes class may change."""
    spec, before = part(new, "spec"), part(old, "spec")
    errors = create(new) + validate_meta_update(new, old) + create(new)
    errors += _class_note(new, old)
    if not same(_fixed(new, old), _without_late(new, old)):
        detail = (
            "spec is immutable after creation except resources.requests and "
            "volumeAttributesClassName for bound claims\n"
        )
        errors.append(forbidden("spec", detail))
    errors += _shrunk(spec, before, part(old, "status"))
    errors += immutable(spec.get("volumeMode"), before.get("volumeMode"), "volumeMode")
    return errors + _attributes(spec, before)


def _class_note(new: Object, old: Object) -> list[FieldError]:
    notes = [part(part(obj, "metadata"), "annotations").get(CLASS_NOTE, "") for obj in (new, old)]
    if notes[0] == notes[1]:
        return []
    return [invalid(f"metadata.annotations.{CLASS_NOTE}", notes[0], "field is immutable")]


def _fixed(new: Object, old: Object) -> Object:
    """The new spec with what may change taken from the old one."""
    spec, before = part(new, "spec"), part(old, "spec")
    fixed = dict(spec)
    if before.get("storageClassName") is None:
        fixed.pop("storageClassName", None)
    if part(new, "status").get("phase") != "Bound":
        return fixed
    requests = {**part(part(spec, "resources"), "requests")}
    requests["storage"] = part(part(before, "resources"), "requests").get("storage")
    fixed["resources"] = {**part(spec, "resources"), "requests": requests}
    if spec.get("volumeAttributesClassName") is not None:
        fixed["volumeAttributesClassName"] = before.get("volumeAttributesClassName")
    return fixed


def _without_late(new: Object, old: Object) -> Object:
    """The old spec with the volume that binding may have set."""
    before = dict(part(old, "spec"))
    if not before.get("volumeName"):
        before["volumeName"] = part(new, "spec").get("volumeName")
    return before


def _shrunk(spec: Object, before: Object, status: Object) -> list[FieldError]:
    sizes = [
        part(part(found, "resources"), "requests").get("storage", "0") for found in (spec, before)
    ]
    wanted, had = (parse(size).nano for size in sizes)
    if wanted < had and wanted <= parse(part(status, "capacity").get("storage", "0")).nano:
        return [forbidden(STORAGE, "field can not be less than status.capacity")]
    return []


def _attributes(spec: Object, before: Object) -> list[FieldError]:
    name, had, path = (
        spec.get("volumeAttributesClassName"),
        before.get("volumeAttributesClassName"),
        "spec.volumeAttributesClassName",
    )
    if had is None or name == had:
        return []
    if name is None:
        return [forbidden(path, "update from non-nil value to nil is forbidden")]
    if not name:
        return [forbidden(path, "update from non-nil value to an empty string is forbidden")]
    return []


def status(new: Object, old: Object) -> list[FieldError]:
    """A changed status of a claim."""
    errors = validate_meta_update(new, old)
    if not part(new, "spec").get("accessModes"):
        errors.append(required("Spec.accessModes"))
    for name, amount in sorted(part(part(new, "status"), "capacity").items()):
        errors += basic_amount(amount, key("status.capacity", name))
    return errors


def basic_amount(amount: str, path: str) -> list[FieldError]:
    """An amount of storage that is not negative, shown as a number."""
    if parse(amount).nano > -NANO:
        return []
    return [invalid(path, whole(amount), "must be a valid resource quantity")]
