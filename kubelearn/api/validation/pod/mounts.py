"""Volume mounts and block devices of containers.

Source: `ValidateVolumeMounts`, `ValidateVolumeDevices` in
`pkg/apis/core/validation/validation.go`, Kubernetes 1.36. Some of upstream's paths lack the index
of the mount (`volumeMounts.subPath`); they are kept as they are.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.objects import Object, get_path
from kubelearn.api.validation.field import (
    FieldError,
    child,
    forbidden,
    index,
    invalid,
    not_found,
    not_supported,
    required,
)
from kubelearn.api.validation.pod.file_paths import local_descending_path, no_backsteps

PROPAGATIONS: Final = ("Bidirectional", "HostToContainer", "None")
RECURSIVE_READ_ONLY: Final = ("Disabled", "Enabled", "IfPossible")
BLOCK_TEXT: Final = (
    "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
)


def validate_mounts(container: Object, volumes: dict[str, Object], path: str) -> list[FieldError]:
    """The `volumeMounts` of one container."""
    devices = {device.get("name"): device.get("devicePath") for device in _devices(container)}
    points: set[str] = set()
    errors: list[FieldError] = []
    for position, mount in enumerate(container.get("volumeMounts") or ()):
        place = index(path, position)
        errors += _mounted_volume(mount, volumes, place)
        point = mount.get("mountPath") or ""
        if point in points:
            errors.append(invalid(child(place, "mountPath"), point, "must be unique"))
        points.add(point)
        errors += _device_overlap(mount, devices, place)
        errors += _sub_path(mount, path, place)
        errors += _propagation(mount, container, child(path, "mountPropagation"))
        errors += _recursive_read_only(mount, child(path, "recursiveReadOnly"))
    return errors


def validate_devices(container: Object, volumes: dict[str, Object], path: str) -> list[FieldError]:
    """The `volumeDevices` of one container."""
    mounts = {m.get("name"): m.get("mountPath") for m in container.get("volumeMounts") or ()}
    seen_names: set[str] = set()
    seen_paths: set[str] = set()
    errors: list[FieldError] = []
    for position, device in enumerate(_devices(container)):
        place = index(path, position)
        name, device_path = device.get("name") or "", device.get("devicePath") or ""
        errors += _device_name(name, seen_names, volumes, child(place, "name"))
        errors += _device_path(device_path, seen_paths, child(place, "devicePath"))
        if name in mounts:
            text = "must not already exist in volumeMounts"
            errors.append(invalid(child(place, "name"), name, text))
        if device_path in mounts.values():
            text = "must not already exist as a path in volumeMounts"
            errors.append(invalid(child(place, "devicePath"), device_path, text))
        if name:
            seen_names.add(name)
    return errors


def _devices(container: Object) -> list[Object]:
    return container.get("volumeDevices") or []


def _mounted_volume(mount: Object, volumes: dict[str, Object], path: str) -> list[FieldError]:
    name = mount.get("name") or ""
    errors = [] if name else [required(child(path, "name"))]
    if name not in volumes:
        errors.append(not_found(child(path, "name"), name))
    return errors if mount.get("mountPath") else [*errors, required(child(path, "mountPath"))]


def _device_overlap(
    mount: Object, devices: dict[str | None, str | None], path: str
) -> list[FieldError]:
    name, point = mount.get("name") or "", mount.get("mountPath") or ""
    errors = []
    if name in devices:
        text = "must not already exist in volumeDevices"
        errors.append(invalid(child(path, "name"), name, text))
    if point in devices.values():
        text = "must not already exist as a path in volumeDevices"
        errors.append(invalid(child(path, "mountPath"), point, text))
    return errors


def _sub_path(mount: Object, path: str, place: str) -> list[FieldError]:
    errors: list[FieldError] = []
    plain, expression = mount.get("subPath") or "", mount.get("subPathExpr") or ""
    if plain:
        errors += local_descending_path(plain, child(path, "subPath"))
    if expression:
        if plain:
            text = "subPathExpr and subPath are mutually exclusive"
            errors.append(invalid(child(place, "subPathExpr"), expression, text))
        errors += local_descending_path(expression, child(path, "subPathExpr"))
    return errors


def _propagation(mount: Object, container: Object, path: str) -> list[FieldError]:
    mode = mount.get("mountPropagation")
    if mode is None:
        return []
    errors = [] if mode in PROPAGATIONS else [not_supported(path, mode, PROPAGATIONS)]
    if mode == "Bidirectional" and not get_path(container, "securityContext", "privileged"):
        text = "Bidirectional mount propagation is available only to privileged containers"
        errors.append(forbidden(path, text))
    return errors


def _recursive_read_only(mount: Object, path: str) -> list[FieldError]:
    mode = mount.get("recursiveReadOnly")
    if mode is None or mode == "Disabled":
        return []
    if mode not in RECURSIVE_READ_ONLY:
        return [not_supported(path, mode, RECURSIVE_READ_ONLY)]
    errors = []
    if not mount.get("readOnly"):
        errors.append(forbidden(path, "may only be specified when readOnly is true"))
    if mount.get("mountPropagation") not in (None, "None"):
        text = "may only be specified when mountPropagation is None or not specified"
        errors.append(forbidden(path, text))
    return errors


def _device_name(
    name: str, seen: set[str], volumes: dict[str, Object], path: str
) -> list[FieldError]:
    errors = [] if name else [required(path)]
    if name in seen:
        errors.append(invalid(path, name, "must be unique"))
    source = volumes.get(name)
    if source is None:
        errors.append(not_found(path, name))
    elif source.get("persistentVolumeClaim") is None and source.get("ephemeral") is None:
        errors.append(invalid(path, name, BLOCK_TEXT))
    return errors


def _device_path(device_path: str, seen: set[str], path: str) -> list[FieldError]:
    errors = [] if device_path else [required(path)]
    if device_path in seen:
        errors.append(invalid(path, device_path, "must be unique"))
    if no_backsteps(device_path, path):
        errors.append(invalid(path, device_path, "can not contain backsteps ('..')"))
    else:
        seen.add(device_path)
    return errors
