"""Defaults of volumes.

Source: `pkg/apis/core/v1/defaults.go` and the `+default` marks of `api/core/v1/types.go`,
Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kubelearn.api.defaults.containers import field_ref, pull_policy, round_resources
from kubelearn.api.defaults.filling import each, fill, fill_empty, inside, present
from kubelearn.api.objects import Object

FILE_MODE: Final = 0o644
TOKEN_SECONDS: Final = 3600
DEFAULT_MODE: Final = {"defaultMode": FILE_MODE}


def default_volume(volume: Object) -> Object:
    """A volume with its defaults; one without any source is an emptyDir."""
    if all(value is None for name, value in volume.items() if name != "name"):
        return fill(volume, {"emptyDir": {}})
    for kind, change in SOURCES.items():
        volume = present(volume, kind, change)
    return volume


def _mode(source: Object) -> Object:
    return fill(source, DEFAULT_MODE)


def _downward_api(source: Object) -> Object:
    return _mode(each(source, "items", field_ref))


def _projected(source: Object) -> Object:
    return _mode(each(source, "sources", _projection))


def _projection(projection: Object) -> Object:
    projection = present(projection, "serviceAccountToken", _token)
    return present(projection, "downwardAPI", lambda given: each(given, "items", field_ref))


def _token(token: Object) -> Object:
    return fill(token, {"expirationSeconds": TOKEN_SECONDS})


def _image(image: Object) -> Object:
    return fill_empty(image, {"pullPolicy": pull_policy(image.get("reference") or "")})


def _ephemeral(ephemeral: Object) -> Object:
    return present(ephemeral, "volumeClaimTemplate", _claim_template)


def _claim_template(template: Object) -> Object:
    return inside(fill(template, {"metadata": {}}), "spec", _claim)


def _claim(spec: Object) -> Object:
    return inside(fill(spec, {"volumeMode": "Filesystem"}), "resources", _claim_resources)


def _claim_resources(resources: Object) -> Object:
    for kind in ("limits", "requests"):
        resources = present(resources, kind, round_resources)
    return resources


def _host_path(source: Object) -> Object:
    return fill(source, {"type": ""})


def _rbd(source: Object) -> Object:
    return fill_empty(source, {"pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring"})


def _iscsi(source: Object) -> Object:
    return fill(fill_empty(source, {"iscsiInterface": "default"}), {"lun": 0})


def _scale_io(source: Object) -> Object:
    return fill_empty(source, {"storageMode": "ThinProvisioned", "fsType": "xfs"})


def _azure_disk(source: Object) -> Object:
    values = {"cachingMode": "ReadWrite", "fsType": "ext4", "readOnly": False, "kind": "Shared"}
    return fill(source, values)


SOURCES: Final[dict[str, Callable[[Object], Object]]] = {
    "configMap": _mode,
    "secret": _mode,
    "downwardAPI": _downward_api,
    "projected": _projected,
    "image": _image,
    "ephemeral": _ephemeral,
    "hostPath": _host_path,
    "rbd": _rbd,
    "iscsi": _iscsi,
    "scaleIO": _scale_io,
    "azureDisk": _azure_disk,
}
"""The kinds of volumes that have defaults."""
