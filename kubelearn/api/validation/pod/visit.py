"""All containers of a pod in the order in which upstream visits them.

Source: `pkg/apis/core/pods/helpers.go` (`VisitContainersWithPath`), Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelearn.api.objects import Object
from kubelearn.api.validation.field import child, index

LISTS = ("initContainers", "containers", "ephemeralContainers")


def containers_with_path(spec: Object, path: str) -> Iterator[tuple[Object, str]]:
    """Init containers, containers, ephemeral containers; each with its path."""
    for name in LISTS:
        for position, container in enumerate(spec.get(name) or ()):
            yield container, index(child(path, name), position)
