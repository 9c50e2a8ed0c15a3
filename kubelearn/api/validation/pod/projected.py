"""Projected volumes, and the files that volumes are made of.

Source: `validateProjectionSources`, `validateKeyToPath`, `validateDownwardAPIVolumeFile` in
`pkg/apis/core/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.validation.field import FieldError, child, forbidden, index, invalid, required
from kubelearn.api.validation.pod.field_selectors import (
    VOLUME_FIELD_PATHS,
    validate_field_ref,
    validate_resource_field_ref,
)
from kubelearn.api.validation.pod.file_paths import file_mode, local_non_reserved_path

SHORTEST_TOKEN: Final = 600
LONGEST_TOKEN: Final = 1 << 32
CONFLICT: Final = "conflicting duplicate paths"
KINDS: Final = (
    "secret",
    "configMap",
    "downwardAPI",
    "serviceAccountToken",
    "clusterTrustBundle",
    "podCertificate",
)


def validate_key_to_path(item: Object, path: str) -> list[FieldError]:
    """A key of a ConfigMap or Secret that becomes a file."""
    errors = [required(child(path, name)) for name in ("key", "path") if not item.get(name)]
    errors += local_non_reserved_path(item.get("path") or "", child(path, "path"))
    return errors + file_mode(item.get("mode"), child(path, "mode"))


def validate_downward_api_file(file: Object, path: str) -> list[FieldError]:
    """A file with a field of the pod or a resource of one of its containers."""
    errors = [] if file.get("path") else [required(child(path, "path"))]
    errors += local_non_reserved_path(file.get("path") or "", child(path, "path"))
    field, resource = file.get("fieldRef"), file.get("resourceFieldRef")
    if field is not None:
        errors += validate_field_ref(field, VOLUME_FIELD_PATHS, child(path, "fieldRef"))
        if resource is not None:
            text = "fieldRef and resourceFieldRef can not be specified simultaneously"
            errors.append(invalid(path, "resource", text))
    elif resource is not None:
        place = child(path, "resourceFieldRef")
        errors += validate_resource_field_ref(resource, place, volume=True)
    else:
        errors.append(required(path, "one of fieldRef and resourceFieldRef is required"))
    return errors + file_mode(file.get("mode"), child(path, "mode"))


def validate_projected(source: Object, path: str) -> list[FieldError]:
    """A volume put together from several sources."""
    errors = file_mode(source.get("defaultMode"), child(path, "defaultMode"))
    taken: set[str] = set()
    for position, projection in enumerate(source.get("sources") or ()):
        errors += _projection(projection, taken, path, index(child(path, "sources"), position))
    return errors


def _projection(projection: Object, taken: set[str], path: str, place: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for kind in ("secret", "configMap"):
        if projection.get(kind) is not None:
            errors += _keys(projection[kind], taken, path, child(place, kind))
    for file in (projection.get("downwardAPI") or {}).get("items") or ():
        errors += validate_downward_api_file(file, child(place, "downwardAPI"))
        errors += _taken(file.get("path") or "", file.get("path"), taken, path)
    token = projection.get("serviceAccountToken")
    if token is not None:
        errors += _token(token, path, child(place, "serviceAccountToken"))
    bundle = projection.get("clusterTrustBundle")
    if bundle is not None:
        errors += _trust_bundle(bundle, taken, path, child(place, "clusterTrustBundle"))
    if sum(projection.get(kind) is not None for kind in KINDS) > 1:
        errors.append(forbidden(place, "may not specify more than 1 volume type per source"))
    return errors


def _keys(source: Object, taken: set[str], path: str, place: str) -> list[FieldError]:
    name = source.get("name") or ""
    errors = [] if name else [required(child(place, "name"))]
    for position, item in enumerate(source.get("items") or ()):
        errors += validate_key_to_path(item, index(child(place, "items"), position))
        errors += _taken(item.get("path") or "", name, taken, path)
    return errors


def _taken(file: str, shown: str | None, taken: set[str], path: str) -> list[FieldError]:
    if not file:
        return []
    errors = [invalid(path, shown or "", CONFLICT)] if file in taken else []
    taken.add(file)
    return errors


def _token(token: Object, path: str, place: str) -> list[FieldError]:
    seconds, file = token.get("expirationSeconds") or 0, token.get("path") or ""
    where = child(place, "expirationSeconds")
    errors = []
    if seconds < SHORTEST_TOKEN:
        text = "may not specify a duration less than 10 minutes"
        errors.append(invalid(where, seconds, text))
    if seconds > LONGEST_TOKEN:
        text = "may not specify a duration larger than 2^32 seconds"
        errors.append(invalid(where, seconds, text))
    if not file:
        return [*errors, required(child(path, "path"))]
    return errors + local_non_reserved_path(file, child(path, "path"))


def _trust_bundle(bundle: Object, taken: set[str], path: str, place: str) -> list[FieldError]:
    file = bundle.get("path") or ""
    errors = [] if file else [required(child(place, "path"))]
    errors += local_non_reserved_path(file, child(place, "path"))
    return errors + _taken(file, file, taken, path)
