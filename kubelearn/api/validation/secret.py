"""Rules of Secrets (`pkg/apis/core/validation/validation.go`, Kubernetes 1.36)."""

from __future__ import annotations

import base64
import json

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import immutable, named, part
from kubelearn.api.validation.configmap import MAX_BYTES, decoded_size, sealed
from kubelearn.api.validation.field import FieldError, invalid, key, required, too_long
from kubelearn.api.validation.meta import validate_meta, validate_meta_update
from kubelearn.api.validation.names import config_key

ACCOUNT_NAME = "kubernetes.io/service-account.name"
JSON_KEYS = {
    "kubernetes.io/dockercfg": ".dockercfg",
    "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
}


def create(secret: Object) -> list[FieldError]:
    """A new Secret."""
    data = part(secret, "data")
    errors = validate_meta(secret)
    for name in sorted(data):
        errors += named(key("data", name), name, config_key(name))
    if sum(decoded_size(text) for text in data.values()) > MAX_BYTES:
        errors.append(too_long("data", "", MAX_BYTES))
    return errors + _by_type(secret, data)


def _by_type(secret: Object, data: Object) -> list[FieldError]:
    kind = secret.get("type", "")
    if kind == "kubernetes.io/service-account-token":
        notes = part(part(secret, "metadata"), "annotations")
        path = key("metadata.annotations", ACCOUNT_NAME)
        return [] if notes.get(ACCOUNT_NAME) else [required(path)]
    if kind in JSON_KEYS:
        return _json(data, JSON_KEYS[kind])
    if kind == "kubernetes.io/basic-auth":
        wanted = ("username", "password")
        return [] if any(name in data for name in wanted) else _missing(data, *wanted)
    if kind == "kubernetes.io/ssh-auth":
        path = key("data", "ssh-privatekey")
        return [] if data.get("ssh-privatekey") else [required(path)]
    return _missing(data, "tls.crt", "tls.key") if kind == "kubernetes.io/tls" else []


def _missing(data: Object, *names: str) -> list[FieldError]:
    return [required(key("data", name)) for name in names if name not in data]


def _json(data: Object, name: str) -> list[FieldError]:
    path = key("data", name)
    if name not in data:
        return [required(path)]
    problem = json_problem(base64.b64decode(data[name]).decode(errors="replace"))
    return [invalid(path, "<secret contents redacted>", problem)] if problem else []


def json_problem(text: str) -> str:
    """What Go's JSON decoder says about a text that is no JSON object; "" for a right one."""
    if not text.strip():
        return "unexpected end of JSON input"
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        if error.pos >= len(text):
            return "unexpected end of JSON input"
        return f"invalid character '{text[error.pos]}' {_place(text, error)}"
    if value is None or isinstance(value, dict):
        return ""
    kind = {list: "array", str: "string", bool: "bool"}.get(type(value), "number")
    return f"json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}"


def _place(text: str, error: json.JSONDecodeError) -> str:
    before = text[: error.pos].rstrip()
    if "property name" in error.msg:
        return "looking for beginning of object key string"
    if "':' delimiter" in error.msg:
        return "after object key"
    if "',' delimiter" in error.msg:
        in_object = before.count("{") > before.count("}")
        return "after object key:value pair" if in_object else "after array element"
    if error.msg == "Extra data":
        return "after top-level value"
    return "looking for beginning of value"


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed Secret: its type stays; an immutable one keeps its data."""
    errors = validate_meta_update(new, old)
    errors += immutable(new.get("type"), old.get("type"), "type")
    return errors + sealed(new, old, "data") + create(new)
