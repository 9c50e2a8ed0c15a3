"""Volumes of pods and sources of PersistentVolumes, one row of a table for each type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kubelearn.api.objects import Object
from kubelearn.api.quantity import value
from kubelearn.kubectl.describe.page import NONE, Page

Lines = Iterator[str]


def write_volumes(page: Page, volumes: list[Object] | None, level: int = 0) -> None:
    """The volumes of a pod, or of a pod template (one level deeper)."""
    indent = "  " * level
    if not volumes:
        page.line(f"{indent}Volumes:\t{NONE}")
        return
    page.line(f"{indent}Volumes:")
    for volume in volumes:
        page.line(f"{' ' * level}{volume['name']}:", 1)
        write_source(page, volume)


def write_source(page: Page, owner: Object) -> None:
    """The source of a volume, among the fields of its owner."""
    for field, (title, lines) in SOURCES.items():
        if field in owner:
            page.line(f"Type:\t{title}", 2)
            for line in lines(owner[field]):
                page.line(line, 2)
            return
    page.line("<unknown>", 1)


def _fields(**names: str) -> Callable[[Object], Lines]:
    """Lines "title: value" of plain fields."""

    def lines(source: Object) -> Lines:
        for title, field in names.items():
            found = source.get(field, DEFAULTS.get(title, ""))
            yield f"{title}:\t{str(found).lower() if isinstance(found, bool) else found}"

    return lines


DEFAULTS: Mapping[str, Any] = {
    "ReadOnly": False,
    "Optional": False,
    "HostPathType": NONE,
    "Partition": 0,
}


def _empty_dir(source: Object) -> Lines:
    limit = source.get("sizeLimit", "")
    yield f"Medium:\t{source.get('medium', '')}"
    yield f"SizeLimit:\t{limit if limit and value(limit) > 0 else '<unset>'}"


def _projected(source: Object) -> Lines:
    for one in source.get("sources") or ():
        if "secret" in one:
            yield from _fields(SecretName="name", Optional="optional")(one["secret"])
        elif "downwardAPI" in one:
            yield "DownwardAPI:\ttrue"
        elif "configMap" in one:
            yield from _fields(ConfigMapName="name", Optional="optional")(one["configMap"])
        elif "serviceAccountToken" in one:
            seconds = one["serviceAccountToken"]["expirationSeconds"]
            yield f"TokenExpirationSeconds:\t{seconds}"


def _downward(source: Object) -> Lines:
    yield "Items:"
    for item in source.get("items") or ():
        found = item.get("fieldRef", {}).get("fieldPath") or item["resourceFieldRef"]["resource"]
        yield f"  {found} -> {item['path']}"


def _ephemeral(source: Object) -> Lines:
    template = source["volumeClaimTemplate"]
    yield f"StorageClass:\t{template['spec'].get('storageClassName', '')}"
    yield "Volume:\t"
    page = Page()
    page.labels("Labels", (template.get("metadata") or {}).get("labels"))
    page.annotations((template.get("metadata") or {}).get("annotations"))
    yield from page.lines()
    yield "Capacity:\t"
    yield "Access Modes:\t"
    yield f"VolumeMode:\t{template['spec'].get('volumeMode', '')}"


def _csi(source: Object) -> Lines:
    yield f"Driver:\t{source.get('driver', '')}"
    yield f"FSType:\t{source.get('fsType', '')}"
    if "volumeHandle" in source:
        yield f"VolumeHandle:\t{source['volumeHandle']}"
    yield f"ReadOnly:\t{str(source.get('readOnly', False)).lower()}"
    found = source.get("volumeAttributes") or {}
    first, *rest = [f"{name}={found[name]}" for name in sorted(found)] or [NONE]
    yield f"VolumeAttributes:\t{first}"
    yield from (f"    \t{text}" for text in rest)


EPHEMERAL = (
    "EphemeralVolume (an inline specification for a volume that gets created and deleted with the "
    "pod)"
)
SOURCES: dict[str, tuple[str, Callable[[Object], Lines]]] = {
    "hostPath": (
        "HostPath (bare host directory volume)",
        _fields(Path="path", HostPathType="type"),
    ),
    "emptyDir": ("EmptyDir (a temporary directory that shares a pod's lifetime)", _empty_dir),
    "secret": (
        "Secret (a volume populated by a Secret)",
        _fields(SecretName="secretName", Optional="optional"),
    ),
    "configMap": (
        "ConfigMap (a volume populated by a ConfigMap)",
        _fields(Name="name", Optional="optional"),
    ),
    "nfs": (
        "NFS (an NFS mount that lasts the lifetime of a pod)",
        _fields(Server="server", Path="path", ReadOnly="readOnly"),
    ),
    "persistentVolumeClaim": (
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        _fields(ClaimName="claimName", ReadOnly="readOnly"),
    ),
    "ephemeral": (EPHEMERAL, _ephemeral),
    "downwardAPI": (
        "DownwardAPI (a volume populated by information about the pod)",
        _downward,
    ),
    "projected": (
        "Projected (a volume that contains injected data from multiple sources)",
        _projected,
    ),
    "csi": ("CSI (a Container Storage Interface (CSI) volume source)", _csi),
    "local": (
        "LocalVolume (a persistent volume backed by local storage on a node)",
        _fields(Path="path"),
    ),
    "awsElasticBlockStore": (
        "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
        _fields(VolumeID="volumeID", FSType="fsType", Partition="partition", ReadOnly="readOnly"),
    ),
    "image": (
        "Image (a container image or OCI artifact)",
        _fields(Reference="reference", PullPolicy="pullPolicy"),
    ),
}
"""Field of a volume → its type in words, and the lines about it."""
