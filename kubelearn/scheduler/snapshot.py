"""The cluster as one scheduling cycle sees it.

Rows are immutable and a cycle is one event of the clock, so the snapshot is the cache's own
tables, read and not changed (`pkg/scheduler/backend/cache/snapshot.go`, Kubernetes 1.36).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from kubelearn.api.objects import Object
from kubelearn.scheduler.info import NodeInfo, PodInfo

if TYPE_CHECKING:
    from kubelearn.scheduler.vector.columns import Columns


class ImageState(NamedTuple):
    """What is known of an image name: its size in bytes and how many nodes have it."""

    size: int
    nodes: int


class Snapshot:
    """Nodes in scan order, and what else plugins read of the cluster."""

    __slots__ = (
        "by_name",
        "columns",
        "images",
        "nominated",
        "objects",
        "position",
        "rows",
        "with_affinity",
        "with_anti_affinity",
    )

    def __init__(self) -> None:
        self.by_name: dict[str, NodeInfo] = {}
        self.rows: list[NodeInfo] = []
        """The same nodes in scan order: interleaved over the zones."""
        self.position: dict[str, int] = {}
        """Where a node stands in `rows`."""
        self.with_affinity: dict[str, None] = {}
        """Names of nodes with pods that have affinity or anti-affinity."""
        self.with_anti_affinity: dict[str, None] = {}
        """Names of nodes with pods that have required anti-affinity."""
        self.images: dict[str, ImageState] = {}
        self.objects: dict[str, dict[str, dict[str, Object]]] = {}
        """Resource -> namespace -> name -> object, of the resources that plugins read."""
        self.nominated: dict[str, dict[str, PodInfo]] = {}
        """Node -> UID -> pod that waits for its victims to leave that node."""
        self.columns: Columns | None = None
        """The same in columns, once a large cluster's pod asked for them; never copied."""

    def __getstate__(self) -> dict[str, Any]:
        """Everything but the columns, which are made anew."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "columns"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take the tables over."""
        self.columns = None
        for name, table in state.items():
            setattr(self, name, table)

    def node(self, name: str) -> NodeInfo | None:
        """The row of a node, or None."""
        return self.by_name.get(name)

    def affinity_nodes(self) -> list[NodeInfo]:
        """Nodes with pods that have any affinity or anti-affinity, in the order of `rows`."""
        return self._rows(self.with_affinity)

    def anti_affinity_nodes(self) -> list[NodeInfo]:
        """Nodes with pods that have required anti-affinity, in the order of `rows`."""
        return self._rows(self.with_anti_affinity)

    def _rows(self, names: Iterable[str]) -> list[NodeInfo]:
        position = self.position
        return [self.rows[place] for place in sorted(position[name] for name in names)]

    def listed(self, resource: str, namespace: str) -> list[Object]:
        """The objects of a resource in a namespace ("" for cluster-scoped ones), by name."""
        found = self.objects.get(resource, {}).get(namespace, {})
        return [found[name] for name in sorted(found)]

    def find(self, resource: str, namespace: str, name: str) -> Object | None:
        """One object, or None."""
        return self.objects.get(resource, {}).get(namespace, {}).get(name)

    def namespace_labels(self) -> Mapping[str, Mapping[str, str]]:
        """The labels of each namespace."""
        found = self.objects.get("namespaces", {}).get("", {})
        return {name: obj["metadata"].get("labels") or {} for name, obj in found.items()}
