"""Volumes on storage outside the node, named directly in the pod.

Source: the `validate…VolumeSource` functions of `pkg/apis/core/validation/validation.go`,
Kubernetes 1.36.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from kubelearn.api.objects import Object
from kubelearn.api.validation import names
from kubelearn.api.validation.field import (
    FieldError,
    child,
    invalid,
    key,
    not_supported,
    required,
    too_long,
)

Rule: TypeAlias = Callable[[Object, str], list[FieldError]]

LARGEST_LUN: Final = 255
PARTITION_TEXT: Final = names.range_error(1, 255)
RESERVED: Final = "kubernetes.io and k8s.io namespaces are reserved"
REGISTRY_TEXT: Final = "must be a host:port pair or multiple pairs separated by commas"
CSI_DRIVER_LENGTH: Final = 63
ISCSI_FORMS: Final = {
    "iqn": r"iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$",
    "eui": r"^eui.[A-Za-z0-9]{16}$",
    "naa": r"^naa.[A-Za-z0-9]{32}$",
}
CACHING_MODES: Final = ("None", "ReadOnly", "ReadWrite")
DISK_KINDS: Final = ("Dedicated", "Managed", "Shared")
MANAGED_DISK: Final = (
    "/subscriptions/{sub-id}/resourcegroups/{group-name}"
    "/providers/microsoft.compute/disks/{disk-id}"
)
BLOB_DISK: Final = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"


def needs(*fields: str) -> Rule:
    """A rule that only asks for some fields."""

    def rule(source: Object, path: str) -> list[FieldError]:
        return [required(child(path, name)) for name in fields if not source.get(name)]

    return rule


def validate_csi_driver_name(driver: str, path: str) -> list[FieldError]:
    """The name of a CSI driver."""
    errors = [] if driver else [required(path)]
    if len(driver.encode()) > CSI_DRIVER_LENGTH:
        errors.append(too_long(path, "", CSI_DRIVER_LENGTH))
    return errors + [invalid(path, driver, t) for t in names.dns1123_subdomain(driver.lower())]


def _disk(field: str) -> Rule:
    def rule(source: Object, path: str) -> list[FieldError]:
        errors = needs(field)(source, path)
        partition = source.get("partition") or 0
        if not 0 <= partition <= 255:
            errors.append(invalid(child(path, "partition"), partition, PARTITION_TEXT))
        return errors

    return rule


def _nfs(source: Object, path: str) -> list[FieldError]:
    errors = needs("server", "path")(source, path)
    where = source.get("path") or ""
    if not where.startswith("/"):
        errors.append(invalid(child(path, "path"), where, "must be an absolute path"))
    return errors


def _iscsi(source: Object, path: str) -> list[FieldError]:
    errors = needs("targetPortal", "iqn")(source, path)
    if source.get("iqn"):
        errors += _iscsi_name(source["iqn"], child(path, "iqn"))
    lun = source.get("lun") or 0
    if not 0 <= lun <= LARGEST_LUN:
        errors.append(invalid(child(path, "lun"), lun, names.range_error(0, LARGEST_LUN)))
    secured = source.get("chapAuthDiscovery") or source.get("chapAuthSession")
    if secured and source.get("secretRef") is None:
        errors.append(required(child(path, "secretRef")))
    initiator = source.get("initiatorName")
    if initiator is not None:
        errors += _iscsi_name(initiator, child(path, "initiatorname"))
    return errors


def _iscsi_name(name: str, path: str) -> list[FieldError]:
    pattern = ISCSI_FORMS.get(name[:3])
    if pattern is None:
        return [invalid(path, name, "must be valid format starting with iqn, eui, or naa")]
    return [] if re.search(pattern, name) else [invalid(path, name, "must be valid format")]


def _fc(source: Object, path: str) -> list[FieldError]:
    targets, worldwide, lun = source.get("targetWWNs"), source.get("wwids"), source.get("lun")
    errors = []
    if not targets and not worldwide:
        text = "must specify either targetWWNs or wwids, but not both"
        errors.append(required(child(path, "targetWWNs"), text))
    if targets and worldwide:
        text = "targetWWNs and wwids can not be specified simultaneously"
        errors.append(invalid(child(path, "targetWWNs"), targets, text))
    if targets and lun is None:
        text = "lun is required if targetWWNs is specified"
        errors.append(required(child(path, "lun"), text))
    elif targets and lun is not None and not 0 <= lun <= LARGEST_LUN:
        errors.append(invalid(child(path, "lun"), lun, names.range_error(0, LARGEST_LUN)))
    return errors


def _flocker(source: Object, path: str) -> list[FieldError]:
    name, uuid = source.get("datasetName") or "", source.get("datasetUUID") or ""
    errors = []
    if not name and not uuid:
        errors.append(required(path, "one of datasetName and datasetUUID is required"))
    if name and uuid:
        text = "datasetName and datasetUUID can not be specified simultaneously"
        errors.append(invalid(path, "resource", text))
    if "/" in name:
        errors.append(invalid(child(path, "datasetName"), name, "must not contain '/'"))
    return errors


def _cinder(source: Object, path: str) -> list[FieldError]:
    return needs("volumeID")(source, path) + _secret(source, "secretRef", path)


def _secret(source: Object, field: str, path: str) -> list[FieldError]:
    reference = source.get(field)
    if reference is None or reference.get("name"):
        return []
    return [required(child(path, field, "name"))]


def _quobyte(source: Object, path: str) -> list[FieldError]:
    registry, tenant = source.get("registry") or "", source.get("tenant") or ""
    errors: list[FieldError] = []
    if not registry:
        errors.append(required(child(path, "registry"), REGISTRY_TEXT))
    elif len(tenant) > 64:
        text = "must be a UUID and may not exceed a length of 64 characters"
        errors.append(required(child(path, "tenant"), text))
    else:
        wrong = [pair for pair in registry.split(",") if pair.count(":") != 1]
        errors += [invalid(child(path, "registry"), registry, REGISTRY_TEXT) for _ in wrong]
    return errors + needs("volume")(source, path)


def _flex(source: Object, path: str) -> list[FieldError]:
    errors = needs("driver")(source, path)
    for name in sorted(source.get("options") or ()):
        domain = "." + name.partition("/")[0].lower()
        if domain.endswith((".kubernetes.io", ".k8s.io")):
            errors.append(invalid(key(child(path, "options"), name), name, RESERVED))
    return errors


def _azure_disk(source: Object, path: str) -> list[FieldError]:
    errors = needs("diskName", "diskURI")(source, path)
    uri, kind, mode = source.get("diskURI") or "", source.get("kind"), source.get("cachingMode")
    if mode is not None and mode not in CACHING_MODES:
        errors.append(not_supported(child(path, "cachingMode"), mode, CACHING_MODES))
    if kind is not None and kind not in DISK_KINDS:
        errors.append(not_supported(child(path, "kind"), kind, DISK_KINDS))
    if kind == "Managed" and not uri.startswith("/subscriptions/"):
        errors.append(not_supported(child(path, "diskURI"), uri, (MANAGED_DISK,)))
    if kind not in (None, "Managed") and not uri.startswith("https://"):
        errors.append(not_supported(child(path, "diskURI"), uri, (BLOB_DISK,)))
    return errors


def _storage_os(source: Object, path: str) -> list[FieldError]:
    errors = needs("volumeName")(source, path)
    for field in ("volumeName", "volumeNamespace"):
        name = source.get(field)
        if name:
            errors += [invalid(child(path, field), name, t) for t in names.dns1123_label(name)]
    return errors + _secret(source, "secretRef", path)


def _csi(source: Object, path: str) -> list[FieldError]:
    errors = validate_csi_driver_name(source.get("driver") or "", child(path, "driver"))
    reference = source.get("nodePublishSecretRef")
    if reference is None:
        return errors
    name = reference.get("name") or ""
    if not name:
        return [*errors, required(child(path, "nodePublishSecretRef", "name"))]
    messages = names.name_is_dns_subdomain(name)
    return errors + [invalid(child(path, "name"), name, message) for message in messages]


REMOTE: Final[dict[str, Rule]] = {
    "gcePersistentDisk": _disk("pdName"),
    "awsElasticBlockStore": _disk("volumeID"),
    "nfs": _nfs,
    "iscsi": _iscsi,
    "glusterfs": needs("endpoints", "path"),
    "flocker": _flocker,
    "rbd": needs("monitors", "image"),
    "cinder": _cinder,
    "cephfs": needs("monitors"),
    "quobyte": _quobyte,
    "fc": _fc,
    "flexVolume": _flex,
    "azureFile": needs("secretName", "shareName"),
    "vsphereVolume": needs("volumePath"),
    "photonPersistentDisk": needs("pdID"),
    "portworxVolume": needs("volumeID"),
    "azureDisk": _azure_disk,
    "storageos": _storage_os,
    "scaleIO": needs("gateway", "system", "volumeName"),
    "csi": _csi,
}
"""The rule of each kind of storage."""
