"""From a protobuf body to the same object as its JSON would be.

What a field is, the schema says; which number it has, `data/field-numbers-1.36.json.gz`, made by
`scripts/make_field_numbers.py`. A field that the table lacks is refused by number, never dropped.
Source: apimachinery `pkg/runtime/serializer/protobuf/protobuf.go`, Kubernetes 1.36.

Unlike the real one: answers are never made in protobuf, and bodies only of the types that clients
really send in it: core, networking, what `kubectl create` makes, and reviews.
"""

from __future__ import annotations

import base64
import gzip
import json
from functools import cache
from importlib import resources
from typing import Any, Final

from kubelearn.api.errors import BadRequest, UnsupportedMediaType
from kubelearn.api.objects import Object
from kubelearn.api.schema import Field, Type, schema, type_named
from kubelearn.api.times import micro_timestamp, timestamp
from kubelearn.server.protobuf.wire import Broken, Value, fields, signed
from kubelearn.sim.clock import SECOND

FILE: Final = "field-numbers-1.36.json.gz"
PREFIX: Final = b"k8s\x00"
UNIX: Final = 1_767_225_600
"""Seconds from 1970 to time zero of the clock."""
DEEPEST: Final = 60
POINTERS: Final = frozenset({
    "activeDeadlineSeconds", "allowPrivilegeEscalation", "allowVolumeExpansion",
    "allocateLoadBalancerNodePorts", "automountServiceAccountToken", "averageUtilization",
    "backoffLimit", "backoffLimitPerIndex", "completions", "controller", "blockOwnerDeletion",
    "defaultMode", "deletionGracePeriodSeconds", "enableServiceLinks", "expirationSeconds",
    "failedJobsHistoryLimit", "fsGroup", "gracePeriodSeconds", "hostUsers", "immutable",
    "ingressClassName", "manualSelector", "maxFailedIndexes", "minReplicas", "mode", "optional",
    "orphanDependents", "parallelism", "preemptionPolicy", "priority", "privileged",
    "progressDeadlineSeconds", "publishNotReadyAddresses", "readOnlyRootFilesystem", "replicas",
    "revisionHistoryLimit", "runAsGroup", "runAsNonRoot", "runAsUser", "setHostnameAsFQDN",
    "shareProcessNamespace", "startingDeadlineSeconds", "storageClassName",
    "successfulJobsHistoryLimit", "suspend", "targetCPUUtilizationPercentage",
    "terminationGracePeriodSeconds", "tolerationSeconds", "ttlSecondsAfterFinished", "value",
})  # fmt: skip
"""Fields whose zero says something; the zero of all others is left out, as in JSON."""
WHOLE: Final = ("struct", "intOrString", "quantity", "any")
"""Shapes that are messages: sent only when they are set, or harmless when they are empty."""


def decode_request(body: bytes) -> Object:
    """The object of a body; BadRequest for broken bytes, 415 for what the table lacks."""
    if not body.startswith(PREFIX):
        raise BadRequest("provided data does not appear to be a protobuf message")
    try:
        envelope = dict(fields(body[len(PREFIX) :]))
        kind = {number: _text(text) for number, text in fields(_bytes(envelope.get(1, b"")))}
        api_version, name = kind.get(1, ""), kind.get(2, "")
        group, _, version = api_version.rpartition("/")
        found = schema().type_for(group, version, name)
        if found is None:
            raise _unknown(f"{api_version}, Kind={name}")
        raw = _bytes(envelope.get(2, b""))
        return {"kind": name, "apiVersion": api_version, **_message(found.name, found, raw, 0)}
    except Broken as error:
        raise BadRequest(str(error)) from None


def _unknown(what: str) -> UnsupportedMediaType:
    return UnsupportedMediaType(
        f"kubelearn cannot read {what} from a protobuf body: send the object as JSON"
    )


@cache
def _numbers() -> dict[str, dict[str, Any]]:
    packed = (resources.files("kubelearn.server") / "data" / FILE).read_bytes()
    return json.loads(gzip.decompress(packed))  # type: ignore[no-any-return]


def _message(name: str, shape: Type, message: bytes, depth: int) -> Object:
    """The fields of a message `name`, which stand in an object of the type `shape`."""
    if depth > DEEPEST:
        raise BadRequest("the body is nested too deeply")
    numbers = _numbers().get(name)
    if numbers is None:
        raise _unknown(f"a {shape.short}")
    found: Object = {}
    for number, value in fields(message):
        field = numbers.get(str(number))
        if isinstance(field, list):
            found |= _message(field[0], shape, _bytes(value), depth + 1)
        elif field is None or field not in shape.fields:
            if value:  # upstream's encoder writes zeros and empty texts too
                raise _unknown(f"field {field or number} of a {shape.short}")
        else:
            _put(found, field, shape, value, depth + 1)
    return found


def _put(found: Object, name: str, shape: Type, value: Value, depth: int) -> None:
    field = shape.fields[name]
    if field.shape == "list" and field.item is not None:
        found.setdefault(name, []).append(_value(field.item, value, depth))
    elif field.shape == "map" and field.item is not None:
        entry = dict(fields(_bytes(value)))
        key = _text(entry.get(1, b""))
        found.setdefault(name, {})[key] = _value(field.item, entry.get(2, b""), depth)
    else:
        single = _value(field, value, depth)
        kept = name in POINTERS or name in shape.required or field.shape in WHOLE
        if single is not None and (single or kept):
            found[name] = single


def _value(field: Field, value: Value, depth: int) -> Any:
    shape = field.shape
    if shape == "struct":
        return _message(field.type, type_named(field.type), _bytes(value), depth)
    if shape in ("int32", "int64"):
        return signed(_int(value))
    if shape == "boolean":
        return bool(_int(value))
    if shape == "list" and field.item is not None:  # a list in a map: a message with items
        return [_value(field.item, each, depth) for _, each in fields(_bytes(value))]
    if shape == "double":
        return value
    data = _bytes(value)
    if shape == "byte":
        return base64.b64encode(data).decode()
    if shape == "string":
        return _text(data)
    return _special(shape, data)


def _special(shape: str, data: bytes) -> Any:
    """Types with a message of their own that are one value in JSON."""
    given = dict(fields(data))
    if shape == "quantity":
        return _text(given.get(1, b""))
    if shape == "intOrString":
        return _text(given.get(3, b"")) if given.get(1) else signed(_int(given.get(2, 0)))
    if shape in ("time", "microTime"):
        if not given:
            return None
        moment = (signed(_int(given.get(1, 0))) - UNIX) * SECOND + _int(given.get(2, 0))
        return timestamp(moment) if shape == "time" else micro_timestamp(moment)
    raw = _bytes(given.get(1, b""))
    try:
        return json.loads(raw) if raw else None
    except (ValueError, RecursionError):
        raise BadRequest("raw JSON inside a protobuf body cannot be read") from None


def _bytes(value: Value) -> bytes:
    if not isinstance(value, bytes):
        raise Broken("proto: wrong wireType")
    return value


def _int(value: Value) -> int:
    if not isinstance(value, int):
        raise Broken("proto: wrong wireType")
    return value


def _text(value: Value) -> str:
    try:
        return _bytes(value).decode()
    except UnicodeDecodeError:
        raise Broken("proto: field contains invalid UTF-8") from None
