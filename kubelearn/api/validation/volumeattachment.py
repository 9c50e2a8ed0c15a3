"""Rules of VolumeAttachments (`pkg/apis/storage/validation`, Kubernetes 1.36).

Unlike the real one: an inline volume is not looked at.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import IMMUTABLE, named, part, same, struct
from kubelearn.api.validation.field import (
    FieldError,
    child,
    forbidden,
    invalid,
    required,
    too_long,
)
from kubelearn.api.validation.meta import validate_meta
from kubelearn.api.validation.names import dns1123_subdomain
from kubelearn.api.validation.pod.remote_volumes import validate_csi_driver_name

ONE_SOURCE: Final = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"
METADATA_BYTES: Final = 256 * 1024
MESSAGE_BYTES: Final = 1024
CODES: Final = "must be between 0 and 2147483647, inclusive"


def create(attachment: Object) -> list[FieldError]:
    """A new VolumeAttachment; upstream tells of its attacher's name twice."""
    errors, spec = _general(attachment), part(attachment, "spec")
    errors += validate_csi_driver_name(spec.get("attacher", ""), "spec.attacher")
    volume = part(spec, "source").get("persistentVolumeName")
    if volume is not None:
        path = "spec.source.persistentVolumeName"
        errors += named(path, volume, dns1123_subdomain(volume))
    return errors


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed VolumeAttachment: its spec stays."""
    errors, spec = _general(new), part(new, "spec")
    if not same(spec, part(old, "spec")):
        source = struct(
            part(spec, "source"),
            ("PersistentVolumeName", "persistentVolumeName", None),
            ("InlineVolumeSpec", "inlineVolumeSpec", None),
        )
        fields = (("Attacher", "attacher", ""), ("Source", "source", None))
        shown = struct({**spec, "source": source}, *fields, ("NodeName", "nodeName", ""))
        errors.append(invalid("spec", shown, IMMUTABLE))
    return errors


def _general(attachment: Object) -> list[FieldError]:
    errors, spec = validate_meta(attachment, namespaced=False), part(attachment, "spec")
    errors += [] if spec.get("attacher") else [required("spec.attacher")]
    errors += _source(part(spec, "source"), "spec.source")
    node = spec.get("nodeName", "")
    errors += named("spec.nodeName", node, dns1123_subdomain(node))
    return errors + _status(part(attachment, "status"), "status")


def _source(source: Object, path: str) -> list[FieldError]:
    volume, inline = source.get("persistentVolumeName"), source.get("inlineVolumeSpec")
    if volume is None and inline is None:
        return [required(path, ONE_SOURCE)]
    if volume is not None and inline is not None:
        return [forbidden(path, ONE_SOURCE)]
    if volume == "":
        detail = "must specify non empty persistentVolumeName"
        return [required(child(path, "persistentVolumeName"), detail)]
    return []


def _status(status: Object, path: str) -> list[FieldError]:
    metadata = part(status, "attachmentMetadata")
    size = sum(len(name.encode()) + len(value.encode()) for name, value in metadata.items())
    errors: list[FieldError] = []
    if size > METADATA_BYTES:
        errors.append(too_long(child(path, "attachmentMetadata"), "", METADATA_BYTES))
    for name in ("attachError", "detachError"):
        error, place = part(status, name), child(path, name)
        if len(error.get("message", "").encode()) > MESSAGE_BYTES:
            # Upstream tells the other limit.
            errors.append(too_long(child(place, "message"), "", METADATA_BYTES))
        code = error.get("errorCode")
        if code is not None and code < 0:
            errors.append(invalid(child(place, "errorCode"), code, CODES))
    return errors
