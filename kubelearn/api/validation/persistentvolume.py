"""Rules of PersistentVolumes (`pkg/apis/core/validation/validation.go`, Kubernetes 1.36).

Unlike the real one: secrets of remote storage may lack their namespace; the refusal of a changed
source does not show the difference.
"""

from __future__ import annotations

from collections.abc import Callable

from kubelearn.api.objects import Object
from kubelearn.api.quantity import canonical
from kubelearn.api.validation.amounts import positive
from kubelearn.api.validation.checks import immutable, items, named, optional_choice, part, same
from kubelearn.api.validation.field import (
    FieldError,
    child,
    forbidden,
    invalid,
    key,
    not_supported,
    required,
)
from kubelearn.api.validation.meta import validate_meta, validate_meta_update
from kubelearn.api.validation.names import dns1123_label, dns1123_subdomain
from kubelearn.api.validation.pod.affinity import validate_node_selector
from kubelearn.api.validation.pod.remote_volumes import REMOTE, validate_csi_driver_name
from kubelearn.api.validation.pvc import VOLUME_MODES, access_modes, basic_amount

RECLAIM_POLICIES = ("Delete", "Recycle", "Retain")
HOST_PATH_TYPES = (
    "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate",
    "Socket",
)  # fmt: skip
CSI_SECRETS = (
    "controllerPublishSecretRef",
    "controllerExpandSecretRef",
    "nodePublishSecretRef",
    "nodeExpandSecretRef",
)


def create(volume: Object) -> list[FieldError]:
    """A new PersistentVolume."""
    return validate_meta(volume, namespaced=False) + _spec(part(volume, "spec"), "spec")


def _spec(spec: Object, path: str) -> list[FieldError]:
    modes, place = items(spec, "accessModes"), child(path, "accessModes")
    errors = ([] if modes else [required(place)]) + access_modes(modes, place)
    errors += _capacity(spec.get("capacity"), child(path, "capacity"))
    policy, place = (
        spec.get("persistentVolumeReclaimPolicy"),
        child(path, "persistentVolumeReclaimPolicy"),
    )
    if policy and policy not in RECLAIM_POLICIES:
        errors.append(not_supported(place, policy, RECLAIM_POLICIES))
    errors += _node_affinity(spec.get("nodeAffinity"), child(path, "nodeAffinity"))
    errors += _source(spec, path)
    host_path = part(spec, "hostPath").get("path", "")
    if policy == "Recycle" and host_path and not host_path.strip("/."):
        detail = "may not be 'recycle' for a hostPath mount of '/'"
        errors.append(forbidden(place, detail))
    name, place = spec.get("storageClassName"), child(path, "storageClassName")
    errors += named(place, name, dns1123_subdomain(name)) if name else []
    errors += optional_choice(spec.get("volumeMode"), child(path, "volumeMode"), VOLUME_MODES)
    return errors + _attributes(spec, path)


def _capacity(capacity: Object | None, path: str) -> list[FieldError]:
    errors = [] if capacity else [required(path)]
    shown = {name: canonical(text) for name, text in sorted((capacity or {}).items())}
    if list(shown) != ["storage"]:
        errors.append(not_supported(path, shown or None, ["storage"]))
    for name, amount in shown.items():
        errors += basic_amount(amount, key(path, name)) + positive(amount, key(path, name))
    return errors


def _node_affinity(affinity: Object | None, path: str) -> list[FieldError]:
    if affinity is None:
        return []
    wanted, path = affinity.get("required"), child(path, "required")
    if wanted is None:
        return [required(path, "must specify required node constraints")]
    return validate_node_selector(wanted, path)


def _attributes(spec: Object, path: str) -> list[FieldError]:
    name, place = spec.get("volumeAttributesClassName"), child(path, "volumeAttributesClassName")
    if name is None:
        return []
    if name:
        errors = named(place, name, dns1123_subdomain(name))
    else:
        errors = [required(place, "an empty string is disallowed")]
    if spec.get("csi") is None:
        detail = "has to be specified when using volumeAttributesClassName"
        errors.append(required(child(path, "csi"), detail))
    return errors


def _source(spec: Object, path: str) -> list[FieldError]:
    errors, found = [], 0
    for name, rule in SOURCES.items():
        source = spec.get(name)
        if source is None:
            continue
        if found:
            errors.append(forbidden(child(path, name), "may not specify more than 1 volume type"))
            continue
        found += 1
        errors += rule(source, child(path, name))
        if name == "local" and not part(part(spec, "nodeAffinity"), "required"):
            detail = "Local volume requires node affinity"
            errors.append(required(child(path, "nodeAffinity"), detail))
    return errors if found else [*errors, required(path, "must specify a volume type")]


def _host_path(source: Object, path: str) -> list[FieldError]:
    errors = _path(source, path)
    kind = source.get("type")
    if not source.get("path") or kind is None or kind in HOST_PATH_TYPES:
        return errors
    return [*errors, not_supported(child(path, "type"), kind, HOST_PATH_TYPES)]


def _path(source: Object, path: str) -> list[FieldError]:
    text, path = source.get("path", ""), child(path, "path")
    if not text:
        return [required(path)]
    return [invalid(path, text, "must not contain '..'")] if ".." in text.split("/") else []


def _csi(source: Object, path: str) -> list[FieldError]:
    errors = validate_csi_driver_name(source.get("driver", ""), child(path, "driver"))
    if not source.get("volumeHandle"):
        errors.append(required(child(path, "volumeHandle")))
    for name in CSI_SECRETS:
        if source.get(name) is not None:
            errors += _secret(source[name], child(path, name))
    return errors


def _secret(reference: Object, path: str) -> list[FieldError]:
    errors = []
    for name, rule in (("name", dns1123_subdomain), ("namespace", dns1123_label)):
        text, place = reference.get(name, ""), child(path, name)
        errors += named(place, text, rule(text)) if text else [required(place)]
    return errors


ORDER = (
    "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "glusterfs", "flocker", "nfs", "rbd",
    "quobyte", "cephfs", "iscsi", "cinder", "fc", "flexVolume", "azureFile", "vsphereVolume",
    "photonPersistentDisk", "portworxVolume", "azureDisk", "scaleIO", "local", "storageos", "csi",
)  # fmt: skip
OWN = {"hostPath": _host_path, "local": _path, "csi": _csi}
SOURCES: dict[str, Callable[[Object, str], list[FieldError]]] = {
    name: OWN.get(name) or REMOTE[name] for name in ORDER
}
"""The kinds of storage, in the order in which upstream looks at them."""


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed PersistentVolume: its source stays."""
    spec, before = part(new, "spec"), part(old, "spec")
    errors = create(new) + create(new)
    sources = [{name: found.get(name) for name in SOURCES} for found in (spec, before)]
    if not same(_with_expand_secret(*sources), sources[1]):
        detail = "spec.persistentvolumesource is immutable after creation\n"
        errors.append(forbidden("spec.persistentvolumesource", detail))
    errors += immutable(spec.get("volumeMode"), before.get("volumeMode"), "volumeMode")
    affinity, had = spec.get("nodeAffinity"), before.get("nodeAffinity")
    if had is not None and affinity != had:
        detail = "field is immutable, except for updating from beta label to GA"
        errors.append(invalid("nodeAffinity", affinity, detail))
    name = "volumeAttributesClassName"
    if before.get(name) is not None and spec.get(name) is None:
        detail = "update from non-nil value to nil is forbidden"
        errors.append(forbidden(f"spec.{name}", detail))
    return errors


def _with_expand_secret(sources: Object, before: Object) -> Object:
    """The new sources without a secret for expansion that was not there before."""
    csi, had, name = sources["csi"], before["csi"], "controllerExpandSecretRef"
    if csi is None or had is None or had.get(name) is not None:
        return sources
    return {**sources, "csi": {field: csi[field] for field in csi if field != name}}


def status(new: Object, old: Object) -> list[FieldError]:
    """A changed status of a PersistentVolume."""
    return validate_meta_update(new, old)
