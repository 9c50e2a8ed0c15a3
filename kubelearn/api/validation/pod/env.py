"""Environment variables of containers: `env` and `envFrom`.

Source: `ValidateEnv`, `ValidateEnvFrom` in `pkg/apis/core/validation/validation.go`,
Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.validation import names
from kubelearn.api.validation.field import FieldError, child, index, invalid, not_found, required
from kubelearn.api.validation.pod.field_selectors import (
    ENV_FIELD_PATHS,
    validate_field_ref,
    validate_resource_field_ref,
)
from kubelearn.api.validation.pod.file_paths import no_backsteps

NO_SOURCE: Final = (
    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` "
    "or `fileKeyRef`"
)
TWO_SOURCES: Final = "may not have more than one field specified at a time"


def validate_env(variables: Sequence[Object], path: str) -> list[FieldError]:
    """The variables of one container."""
    errors: list[FieldError] = []
    for position, variable in enumerate(variables):
        place = index(path, position)
        errors += _name(variable.get("name") or "", child(place, "name"))
        errors += _value_from(variable, child(place, "valueFrom"))
    return errors


def validate_env_from(sources: Sequence[Object], path: str) -> list[FieldError]:
    """The ConfigMaps and Secrets whose entries all become variables."""
    errors: list[FieldError] = []
    for position, source in enumerate(sources):
        place = index(path, position)
        errors += _prefix(source.get("prefix") or "", child(place, "prefix"))
        given = [kind for kind in ("configMapRef", "secretRef") if source.get(kind) is not None]
        for kind in given:
            errors += _source_name(source[kind].get("name") or "", child(place, kind, "name"))
        if not given:
            errors.append(invalid(path, "", "must specify one of: `configMapRef` or `secretRef`"))
        elif len(given) > 1:
            errors.append(invalid(path, "", TWO_SOURCES))
    return errors


def file_key_volumes(container: Object, volumes: dict[str, Object], path: str) -> list[FieldError]:
    """The volumes that `fileKeyRef` reads from are there and are emptyDirs."""
    errors: list[FieldError] = []
    for position, variable in enumerate(container.get("env") or ()):
        reference = (variable.get("valueFrom") or {}).get("fileKeyRef")
        if reference is None:
            continue
        name = reference.get("volumeName") or ""
        place = child(index(child(path, "env"), position), "valueFrom", "fileKeyRef", "volumeName")
        if name not in volumes:
            errors.append(not_found(place, name))
        elif volumes[name].get("emptyDir") is None:
            errors.append(invalid(place, name, "referenced volume must be of type emptyDir"))
    return errors


def _name(name: str, path: str) -> list[FieldError]:
    if not name:
        return [required(path)]
    return [invalid(path, name, message) for message in names.env_name(name)]


def _prefix(prefix: str, path: str) -> list[FieldError]:
    messages = names.env_name(prefix) if prefix else []
    return [invalid(path, prefix, message) for message in messages]


def _source_name(name: str, path: str) -> list[FieldError]:
    if not name:
        return [required(path)]
    messages = names.name_is_dns_subdomain(name, generate=True)
    return [invalid(path, name, message) for message in messages]


def _value_from(variable: Object, path: str) -> list[FieldError]:
    value_from = variable.get("valueFrom")
    if value_from is None:
        return []
    given = [kind for kind in SOURCES if value_from.get(kind) is not None]
    errors: list[FieldError] = []
    for kind in given:
        errors += SOURCES[kind](value_from[kind], child(path, kind))
    if not given:
        errors.append(invalid(path, "", NO_SOURCE))
    elif variable.get("value"):
        errors.append(invalid(path, "", "may not be specified when `value` is not empty"))
    elif len(given) > 1:
        errors.append(invalid(path, "", TWO_SOURCES))
    return errors


def _field(reference: Object, path: str) -> list[FieldError]:
    return validate_field_ref(reference, ENV_FIELD_PATHS, path)


def _resource_field(reference: Object, path: str) -> list[FieldError]:
    return validate_resource_field_ref(reference, path, volume=False)


def _key_of_object(reference: Object, path: str) -> list[FieldError]:
    name, key = reference.get("name") or "", reference.get("key") or ""
    place = child(path, "name")
    errors = [invalid(place, name, message) for message in names.name_is_dns_subdomain(name)]
    if not key:
        return [*errors, required(child(path, "key"))]
    return errors + [invalid(child(path, "key"), key, text) for text in names.config_key(key)]


def _key_of_file(reference: Object, path: str) -> list[FieldError]:
    errors = _name(reference.get("key") or "", child(path, "key"))
    volume, file = reference.get("volumeName") or "", reference.get("path") or ""
    place = child(path, "volumeName")
    if volume:
        errors += [invalid(place, volume, message) for message in names.dns1123_label(volume)]
    else:
        errors.append(required(place))
    errors += no_backsteps(file, child(path, "path")) if file else [required(child(path, "path"))]
    return errors


SOURCES: Final[dict[str, Callable[[Object, str], list[FieldError]]]] = {
    "fieldRef": _field,
    "resourceFieldRef": _resource_field,
    "configMapKeyRef": _key_of_object,
    "secretKeyRef": _key_of_object,
    "fileKeyRef": _key_of_file,
}
"""Where the value of a variable may come from, in upstream's order."""
