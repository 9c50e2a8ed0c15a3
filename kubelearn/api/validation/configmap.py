"""Rules of ConfigMaps (`pkg/apis/core/validation/validation.go`, Kubernetes 1.36)."""

from __future__ import annotations

import base64

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import named, part, same
from kubelearn.api.validation.field import FieldError, forbidden, invalid, key, too_long
from kubelearn.api.validation.meta import validate_meta, validate_meta_update
from kubelearn.api.validation.names import config_key

MAX_BYTES = 1024 * 1024
"""How much a ConfigMap or a Secret may hold."""
SEALED = "field is immutable when `immutable` is set"


def create(configmap: Object) -> list[FieldError]:
    """A new ConfigMap."""
    data, binary = part(configmap, "data"), part(configmap, "binaryData")
    errors = validate_meta(configmap)
    for name in sorted(data):
        path = key("data", name)
        errors += named(path, name, config_key(name))
        if name in binary:
            errors.append(invalid(path, name, "duplicate of key present in binaryData"))
    for name in sorted(binary):
        errors += named(key("binaryData", name), name, config_key(name))
    size = sum(len(text.encode()) for text in data.values())
    size += sum(decoded_size(text) for text in binary.values())
    return [*errors, too_long("", "", MAX_BYTES)] if size > MAX_BYTES else errors


def decoded_size(text: str) -> int:
    """How many bytes a base64 text stands for."""
    return len(base64.b64decode(text))


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed ConfigMap: an immutable one keeps its data."""
    errors = validate_meta_update(new, old) + sealed(new, old, "data", "binaryData")
    return errors + create(new)


def sealed(new: Object, old: Object, *names: str) -> list[FieldError]:
    """What has been declared immutable stays so, and as it is."""
    if not old.get("immutable"):
        return []
    errors = [] if new.get("immutable") else [forbidden("immutable", SEALED)]
    changed = (name for name in names if not same(new.get(name), old.get(name)))
    return errors + [forbidden(name, SEALED) for name in changed]
