"""Changes of a stored pod: nearly nothing of its spec may change.

Source: `ValidatePodUpdate`, `ValidatePodEphemeralContainersUpdate` in
`pkg/apis/core/validation/validation.go`, Kubernetes 1.36.

Unlike the real one: "may not change fields other than …" is not followed by a dump of the
difference of Go structs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from kubelearn.api.objects import Object, get_path
from kubelearn.api.validation import names
from kubelearn.api.validation.checks import same
from kubelearn.api.validation.field import (
    FieldError,
    child,
    forbidden,
    index,
    invalid,
    quote,
    required,
)
from kubelearn.api.validation.meta import validate_meta_update
from kubelearn.api.validation.pod.annotations import (
    MIRROR,
    validate_annotation_update,
    validate_pod_annotations,
)
from kubelearn.api.validation.pod.containers import validate_image_spaces
from kubelearn.api.validation.pod.create import POD_OPTIONS, validate_metadata_and_spec
from kubelearn.api.validation.pod.gated import gated_changes
from kubelearn.api.validation.pod.options import PodOptions
from kubelearn.api.validation.pod.tolerations import validate_only_added

LONGEST_DEADLINE: Final = 2**31 - 1
CHANGEABLE: Final = (
    "`spec.containers[*].image`",
    "`spec.initContainers[*].image`",
    "`spec.activeDeadlineSeconds`",
    "`spec.tolerations` (only additions to existing tolerations)",
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
)


def validate_pod_update(
    new: Object, old: Object, options: PodOptions = POD_OPTIONS
) -> list[FieldError]:
    """A changed pod against the stored one."""
    errors = _shared(new, old, options)
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    for name in ("containers", "initContainers"):
        found, stop = _images(spec.get(name) or [], before.get(name) or [], child("spec", name))
        errors += found
        if stop:
            return errors
    found, stop = _deadline(spec, before)
    errors += found
    if stop:
        return errors
    tolerations, earlier = spec.get("tolerations") or [], before.get("tolerations") or []
    errors += validate_only_added(tolerations, earlier, "spec.tolerations")
    errors += _only_fewer_gates(spec, before)
    return errors if same(spec, before) else errors + _unchangeable(spec, before)


def validate_ephemeral_containers_update(
    new: Object, old: Object, options: PodOptions = POD_OPTIONS
) -> list[FieldError]:
    """A write to `/ephemeralcontainers`, which only adds containers."""
    if MIRROR in (old["metadata"].get("annotations") or {}):
        return [forbidden("", "static pods do not support ephemeral containers")]
    errors = _shared(new, old, options)
    now = {each.get("name"): each for each in get_path(new, "spec", "ephemeralContainers") or ()}
    for container in get_path(old, "spec", "ephemeralContainers") or ():
        name = container.get("name") or ""
        if name not in now:
            text = f"existing ephemeral containers {quote(name)} may not be removed\n"
        elif not same(now[name], container):
            text = f"existing ephemeral containers {quote(name)} may not be changed\n"
        else:
            continue
        errors.append(forbidden("spec.ephemeralContainers", text))
    return errors


def _shared(new: Object, old: Object, options: PodOptions) -> list[FieldError]:
    now, before = new["metadata"].get("annotations"), old["metadata"].get("annotations")
    place = "metadata.annotations"
    return [
        *validate_meta_update(new, old),
        *validate_metadata_and_spec(new, options),
        *validate_annotation_update(now, before, place),
        *validate_pod_annotations(now, new.get("spec") or {}, place),
    ]


def _images(
    new: Sequence[Object], old: Sequence[Object], path: str
) -> tuple[list[FieldError], bool]:
    if len(new) != len(old):
        return [forbidden(path, "pod updates may not add or remove containers")], True
    errors: list[FieldError] = []
    for position, container in enumerate(new):
        place = index(path, position)
        if not container.get("image"):
            errors.append(required(child(place, "image")))
        errors += validate_image_spaces(container, place)
    return errors, False


def _deadline(spec: Object, before: Object) -> tuple[list[FieldError], bool]:
    path, name = "spec.activeDeadlineSeconds", "activeDeadlineSeconds"
    now, earlier = spec.get(name), before.get(name)
    if now is None:
        text = "must not update from a positive integer to nil value"
        return ([] if earlier is None else [invalid(path, None, text)]), False
    messages = names.in_range(now, 0, LONGEST_DEADLINE)
    if messages:
        return [invalid(path, now, messages[0])], True
    if earlier is not None and earlier < now:
        return [invalid(path, now, "must be less than or equal to previous value")], True
    return [], False


def _only_fewer_gates(spec: Object, before: Object) -> list[FieldError]:
    known = {gate.get("name") for gate in before.get("schedulingGates") or ()}
    errors = []
    for position, gate in enumerate(spec.get("schedulingGates") or ()):
        if gate.get("name") not in known:
            place = child(index("spec.schedulingGates", position), "name")
            text = f"only deletion is allowed, but found new scheduling gate '{gate.get('name')}'"
            errors.append(forbidden(place, text))
    return errors


def _unchangeable(spec: Object, before: Object) -> list[FieldError]:
    munged = {**spec}
    for name in ("containers", "initContainers"):
        munged[name] = _old_images(spec.get(name) or [], before.get(name) or [])
    for name in ("activeDeadlineSeconds", "schedulingGates", "tolerations"):
        munged[name] = before.get(name)
    grace = "terminationGracePeriodSeconds"
    if (before.get(grace) or 0) < 0 and spec.get(grace) == 1:
        munged[grace] = before[grace]
    errors: list[FieldError] = []
    if before.get("schedulingGates"):
        errors, munged = gated_changes(munged, before)
    if same(munged, _without_nothing(before)):
        return errors
    text = f"pod updates may not change fields other than {','.join(CHANGEABLE)}\n"
    return [*errors, forbidden("spec", text)]


def _old_images(new: Sequence[Object], old: Sequence[Object]) -> list[Object]:
    return [
        {**container, "image": was.get("image")} for container, was in zip(new, old, strict=True)
    ]


def _without_nothing(spec: Object) -> dict[str, Any]:
    return {name: value for name, value in spec.items() if value is not None}
