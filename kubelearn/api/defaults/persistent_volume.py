"""Defaults of volumes and claims (`pkg/apis/core/v1/defaults.go`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.defaults.filling import fill, fill_empty, inside, present
from kubelearn.api.objects import Object

SOURCES: dict[str, Object] = {
    "hostPath": {"type": ""},
    "iscsi": {"iscsiInterface": "default"},
    "rbd": {"pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring"},
    "azureDisk": {
        "cachingMode": "ReadWrite",
        "kind": "Shared",
        "fsType": "ext4",
        "readOnly": False,
    },
    "scaleIO": {"storageMode": "ThinProvisioned", "fsType": "xfs"},
}


def default_persistent_volume(volume: Object) -> Object:
    """A filesystem that is kept when its claim goes."""
    volume = inside(volume, "spec", _volume_spec)
    return inside(volume, "status", lambda status: fill_empty(status, {"phase": "Pending"}))


def _volume_spec(spec: Object) -> Object:
    spec = fill_empty(spec, {"persistentVolumeReclaimPolicy": "Retain"})
    spec = fill(spec, {"volumeMode": "Filesystem"})
    for name, values in SOURCES.items():
        if spec.get(name) is not None:
            spec = present(spec, name, lambda source, values=values: fill(source, values))  # type: ignore[misc]
    return spec


def default_persistent_volume_claim(claim: Object) -> Object:
    """A filesystem, not bound yet."""
    claim = inside(claim, "spec", default_persistent_volume_claim_spec)
    return inside(claim, "status", lambda status: fill_empty(status, {"phase": "Pending"}))


def default_persistent_volume_claim_spec(spec: Object) -> Object:
    """The spec of a claim with its defaults."""
    spec = inside(fill(spec, {"volumeMode": "Filesystem"}), "resources", lambda found: found)
    group = {"apiGroup": None}
    spec = present(spec, "dataSource", lambda found: fill(found, group))
    return present(spec, "dataSourceRef", lambda found: fill(found, group))


def normalize_data_sources(spec: Object) -> Object:
    """The spec of a claim whose two data sources say the same.

    Source: `pkg/api/persistentvolumeclaim/util.go` (NormalizeDataSources).
    """
    source, reference = spec.get("dataSource"), spec.get("dataSourceRef")
    if source and not reference:
        spec = {**spec, "dataSourceRef": source}
    elif reference and not source and not reference.get("namespace"):
        spec = {**spec, "dataSource": reference}
    return spec
