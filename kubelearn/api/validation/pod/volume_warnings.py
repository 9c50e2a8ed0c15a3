"""Warnings of volumes: deprecated kinds, files that cover the account's token.

Source: `pkg/api/pod/warnings.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelearn.api.objects import Object, get_path
from kubelearn.api.validation.field import child, index, quote

DEPRECATED: Final = {
    "photonPersistentDisk": ("photonPersistentDisk", "v1.11, non-functional in v1.16+"),
    "gitRepo": ("gitRepo", "v1.11, and disabled by default in v1.33+"),
    "scaleIO": ("scaleIO", "v1.16, non-functional in v1.22+"),
    "flocker": ("flocker", "v1.22, non-functional in v1.25+"),
    "storageos": ("storageOS", "v1.22, non-functional in v1.25+"),
    "quobyte": ("quobyte", "v1.22, non-functional in v1.25+"),
    "glusterfs": ("glusterfs", "v1.25, non-functional in v1.26+"),
    "cephfs": ("cephfs", "v1.28, non-functional in v1.31+"),
    "rbd": ("rbd", "v1.28, non-functional in v1.31+"),
}
"""Kinds of volumes: the word in the path, and since when they are deprecated."""
PROJECTIONS: Final = {
    "configMap": "configMap",
    "secret": "secrets",
    "downwardAPI": "downwardAPI",
}
"""Projections with files, and the word for them in paths."""


def volume_warnings(spec: Object, path: str) -> Iterator[str]:
    """What to warn of in the volumes of a pod."""
    volumes, place = spec.get("volumes") or (), child(path, "volumes")
    for position, volume in enumerate(volumes):
        for kind, (word, since) in DEPRECATED.items():
            if volume.get(kind) is not None:
                yield f"{child(index(place, position), word)}: deprecated in {since}"
    tokens = {
        source["serviceAccountToken"].get("path") or ""
        for volume in volumes
        for source in get_path(volume, "projected", "sources") or ()
        if source.get("serviceAccountToken") is not None
    }
    for position, volume in enumerate(volumes):
        for source in get_path(volume, "projected", "sources") or ():
            where = child(index(place, position), "projected", "sources")
            yield from _covered(source, tokens, where)


def _covered(source: Object, tokens: set[str], path: str) -> Iterator[str]:
    text = "has duplicated path with ServiceAccountToken"
    for kind, word in PROJECTIONS.items():
        for position, item in enumerate(get_path(source, kind, "items") or ()):
            if item.get("path") in tokens:
                yield f"{index(child(path, word), position)}: {text} {quote(item['path'])}"
    bundle = get_path(source, "clusterTrustBundle", "path")
    if bundle in tokens:
        yield f"{child(path, 'ClusterTrustBundle')}: {text} {quote(bundle)}"
