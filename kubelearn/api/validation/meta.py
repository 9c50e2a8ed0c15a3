"""Rules for the metadata of every object, at creation and at updates.

Source: `apimachinery/pkg/api/validation/objectmeta.go`, `pkg/apis/core/validation/validation.go`,
`apiserver/pkg/registry/rest/update.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final, Protocol

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import immutable, items, named, nonnegative
from kubelearn.api.validation.field import (
    FieldError,
    child,
    forbidden,
    index,
    invalid,
    required,
)
from kubelearn.api.validation.labels import validate_annotations, validate_labels
from kubelearn.api.validation.names import (
    name_is_dns_label,
    name_is_dns_subdomain,
    path_segment_name,
    qualified_name,
)

STANDARD_FINALIZERS: Final = frozenset({"kubernetes", "orphan", "foregroundDeletion"})
BANNED_OWNERS: Final = frozenset({("v1", "Event")})


class NameRule(Protocol):
    """Says what is wrong with a name; `generate` is true for a `generateName`."""

    def __call__(self, value: str, *, generate: bool = False) -> list[str]:
        """The explanations; an empty list for a right name."""


def validate_meta(
    obj: Object,
    *,
    namespaced: bool = True,
    name: NameRule = name_is_dns_subdomain,
    core: bool = True,
) -> list[FieldError]:
    """The metadata of a new object; `core` adds the rule for short finalizer names."""
    metadata, path = obj.get("metadata") or {}, "metadata"
    errors = _names(metadata, path, namespaced, name)
    errors += nonnegative(metadata.get("generation"), child(path, "generation"))
    errors += _maps_and_owners(metadata, path)
    return errors + (_short_finalizers(metadata, path) if core else [])


def _names(metadata: Object, path: str, namespaced: bool, rule: NameRule) -> list[FieldError]:
    prefix, name = metadata.get("generateName", ""), metadata.get("name", "")
    namespace = metadata.get("namespace", "")
    errors = []
    if prefix:
        errors += named(child(path, "generateName"), prefix, rule(prefix, generate=True))
    if name:
        errors += named(child(path, "name"), name, rule(name))
    else:
        errors.append(required(child(path, "name"), "name or generateName is required"))
    path = child(path, "namespace")
    if namespaced:
        errors += (
            named(path, namespace, name_is_dns_label(namespace)) if namespace else [required(path)]
        )
    elif namespace:
        errors.append(forbidden(path, "not allowed on this type"))
    return errors


def _maps_and_owners(metadata: Object, path: str) -> list[FieldError]:
    errors = validate_labels(metadata.get("labels"), child(path, "labels"))
    errors += validate_annotations(metadata.get("annotations"), child(path, "annotations"))
    errors += _owners(items(metadata, "ownerReferences"), child(path, "ownerReferences"))
    return errors + _finalizers(items(metadata, "finalizers"), child(path, "finalizers"))


def _owners(references: list[Object], path: str) -> list[FieldError]:
    errors, controller = [], ""
    for reference in references:
        errors += _owner(reference, path)
        if not reference.get("controller"):
            continue
        if controller:
            detail = (
                'Only one reference can have Controller set to true. Found "true" in references '
                f"for {controller} and {reference['name']}"
            )
            errors.append(invalid(path, references, detail))
        else:
            controller = reference.get("name", "")
    return errors


def _owner(reference: Object, path: str) -> list[FieldError]:
    version, kind = reference.get("apiVersion", ""), reference.get("kind", "")
    errors = []
    if not version.rpartition("/")[2]:
        errors.append(invalid(child(path, "apiVersion"), version, "version must not be empty"))
    errors += [
        invalid(child(path, name), reference.get(name, ""), "must not be empty")
        for name in ("kind", "name", "uid")
        if not reference.get(name)
    ]
    if (version, kind) in BANNED_OWNERS:
        detail = f"/{version}, Kind={kind} is disallowed from being an owner"
        errors.append(invalid(path, reference, detail))
    return errors


def _finalizers(finalizers: list[str], path: str) -> list[FieldError]:
    errors = [error for name in finalizers for error in named(path, name, qualified_name(name))]
    if "orphan" in finalizers and "foregroundDeletion" in finalizers:
        detail = "finalizer orphan and foregroundDeletion cannot be both set"
        errors.append(invalid(path, finalizers, detail))
    return errors


def short_finalizer(name: str, path: str) -> list[FieldError]:
    """A finalizer without a domain must be one of the standard ones."""
    if "/" in name or name in STANDARD_FINALIZERS:
        return []
    return [
        invalid(path, name, "name is neither a standard finalizer name nor is it fully qualified")
    ]


def _short_finalizers(metadata: Object, path: str) -> list[FieldError]:
    path = child(path, "finalizers")
    return [
        error
        for position, name in enumerate(items(metadata, "finalizers"))
        for error in short_finalizer(name, index(path, position))
    ]


def validate_meta_update(new: Object, old: Object, *, core: bool = True) -> list[FieldError]:
    """The metadata of a changed object: what the server set may not change."""
    metadata, before, path = new.get("metadata") or {}, old.get("metadata") or {}, "metadata"
    errors = _new_finalizers(metadata, before, path)
    generation = metadata.get("generation", 0)
    if generation < before.get("generation", 0):
        errors.append(invalid(child(path, "generation"), generation, "must not be decremented"))
    for name in ("name", "namespace", "uid", "creationTimestamp"):
        errors += immutable(metadata.get(name), before.get(name), child(path, name))
    for name in ("deletionTimestamp", "deletionGracePeriodSeconds"):
        errors += immutable(metadata.get(name), before.get(name), child(path, name))
    errors += validate_labels(metadata.get("labels"), child(path, "labels"))
    errors += validate_annotations(metadata.get("annotations"), child(path, "annotations"))
    errors += _owners(items(metadata, "ownerReferences"), child(path, "ownerReferences"))
    return errors + (_short_finalizers(metadata, path) if core else [])


def _new_finalizers(metadata: Object, before: Object, path: str) -> list[FieldError]:
    if "deletionTimestamp" not in before:
        return []
    known = set(items(before, "finalizers"))
    added = sorted(set(items(metadata, "finalizers")) - known)
    if not added:
        return []
    listed = ", ".join(f'"{name}"' for name in added)
    detail = (
        "no new finalizers can be added if the object is being deleted, found new finalizers "
        f"[]string{{{listed}}}"
    )
    return [forbidden(child(path, "finalizers"), detail)]


def validate_common_update(new: Object, old: Object, *, namespaced: bool) -> list[FieldError]:
    """What the registry checks at every update before the rules of the kind (which repeat it)."""
    errors = validate_meta(new, namespaced=namespaced, name=path_segment_name, core=False)
    return errors + validate_meta_update(new, old, core=False)
