"""The scheduler's cache: nodes, the pods on them, and pods that were placed a moment ago.

A pod that was given a node is *assumed* there at once, before the API says so, so that the next
pod's cycle counts it. The pod's own watch event confirms it; a failed binding forgets it
(`pkg/scheduler/backend/cache/cache.go`, Kubernetes 1.36).

Unlike the real one: an assumption never expires (the real one may expire after a set time, which
is off by default).
"""

from __future__ import annotations

from kubelearn.api.objects import Key, Object
from kubelearn.scheduler.info import NodeInfo, PodInfo, node_info, renewed_node
from kubelearn.scheduler.node_tree import NodeTree, zone_of
from kubelearn.scheduler.pod_rows import PodRows
from kubelearn.scheduler.snapshot import ImageState, Snapshot

TAINTS_TO_IMAGES = slice(NodeInfo._fields.index("taints"), NodeInfo._fields.index("images") + 1)
"""What of a node's own the plugins read besides its labels."""


class Cache:
    """Keeps a Snapshot up to date."""

    __slots__ = (
        "assumed",
        "homeless",
        "pod_rows",
        "pods",
        "snapshot",
        "stale",
        "tree",
    )

    def __init__(self) -> None:
        self.snapshot = Snapshot()
        self.tree = NodeTree()
        self.pod_rows = PodRows()
        self.pods: dict[Key, PodInfo] = {}
        """Pods with a node, assumed ones included."""
        self.assumed: dict[Key, None] = {}
        self.homeless: dict[str, dict[Key, PodInfo]] = {}
        """Pods by node, for nodes that are not known (yet, or any more)."""
        self.stale = False
        """Whether nodes came, went or moved since the scan order was made."""

    def update_snapshot(self) -> Snapshot:
        """The snapshot, its scan order made anew if nodes came, went or moved."""
        snapshot = self.snapshot
        if self.stale:
            names = self.tree.names()
            snapshot.rows = [snapshot.by_name[name] for name in names]
            snapshot.position = {name: place for place, name in enumerate(names)}
            snapshot.columns = None
            self.stale = False
        return snapshot

    # Nodes

    def put_node(self, obj: Object) -> tuple[NodeInfo | None, NodeInfo]:
        """Add or update a node; returns its row before (None for a new one) and after."""
        old = self.snapshot.node(obj["metadata"]["name"])
        if old is None:
            bare = node_info(obj)
            new = bare.with_pods(tuple(self.homeless.pop(bare.name, {}).values()))
            self._add_images(new)
            self.tree.add(new.name, zone_of(new.labels))
            self._become_stale()
        else:
            new = renewed_node(old, obj)
            self._update_images(old, new)
            self._move_zone(old, new)
        self._put_row(new)
        if old is not None:
            self._tell_columns(old, new)
        return old, new

    def _tell_columns(self, old: NodeInfo, new: NodeInfo) -> None:
        """Heartbeats change nothing; other labels change everything."""
        columns = self.snapshot.columns
        if columns is None:
            return
        if old.labels != new.labels or self.stale:
            self.snapshot.columns = None
        elif new[TAINTS_TO_IMAGES] != old[TAINTS_TO_IMAGES] or _images(old) != _images(new):
            columns.node_changed(new.name)

    def remove_node(self, name: str) -> NodeInfo | None:
        """Forget a node; its pods stay known. Returns its last row, or None."""
        row = self.snapshot.node(name)
        if row is None:
            return None
        if row.pods:
            self.homeless[name] = {pod.key: pod for pod in row.pods}
        self._remove_images(row)
        self.tree.remove(name, zone_of(row.labels))
        self.snapshot.with_affinity.pop(name, None)
        self.snapshot.with_anti_affinity.pop(name, None)
        del self.snapshot.by_name[name]
        self._become_stale()
        return row

    def _move_zone(self, old: NodeInfo, new: NodeInfo) -> None:
        before, after = zone_of(old.labels), zone_of(new.labels)
        if before != after:
            self.tree.remove(old.name, before)
            self.tree.add(new.name, after)
            self._become_stale()

    def _become_stale(self) -> None:
        self.stale = True
        self.snapshot.columns = None

    def _put_row(self, row: NodeInfo) -> None:
        snapshot = self.snapshot
        snapshot.by_name[row.name] = row
        if not self.stale:
            snapshot.rows[snapshot.position[row.name]] = row
        if row.with_affinity or snapshot.with_affinity:
            _mark(snapshot.with_affinity, row.name, bool(row.with_affinity))
            _mark(snapshot.with_anti_affinity, row.name, bool(row.with_anti_affinity))

    # Pods

    def assume(self, pod: PodInfo) -> None:
        """Count a pod on its node before the API confirms it."""
        self.put_pod(pod)
        self.assumed[pod.key] = None

    def forget(self, key: Key) -> PodInfo | None:
        """Take an assumption back."""
        return self.remove_pod(key) if key in self.assumed else None

    def confirm(self, pod: PodInfo) -> PodInfo | None:
        """The API says that a pod is on a node; returns what was known of it before."""
        self.assumed.pop(pod.key, None)
        return self.put_pod(pod)

    def put_pod(self, pod: PodInfo) -> PodInfo | None:
        """Add or update a pod that has a node; returns what was known of it before."""
        old = self.pods.get(pod.key)
        if old is not None and old.node != pod.node:
            self.remove_pod(pod.key)
            old = None
        self.pods[pod.key] = pod
        snapshot = self.snapshot
        row = snapshot.by_name.get(pod.node)
        if row is None:
            self.homeless.setdefault(pod.node, {})[pod.key] = pod
        else:
            self._put_row(row.with_pod(pod) if old is None else row.exchange(old, pod))
            if snapshot.columns is not None:
                snapshot.columns.pods_changed(row.name, old, pod)
        return old

    def remove_pod(self, key: Key) -> PodInfo | None:
        """Forget a pod; returns what was known of it, or None."""
        self.assumed.pop(key, None)
        pod = self.pods.pop(key, None)
        if pod is None:
            return None
        row = self.snapshot.node(pod.node)
        if row is not None:
            self._put_row(row.without_pod(pod))
            if self.snapshot.columns is not None:
                self.snapshot.columns.pods_changed(row.name, pod, None)
        else:
            there = self.homeless[pod.node]
            del there[key]
            if not there:
                del self.homeless[pod.node]
        return pod

    # Nominations

    def nominate(self, pod: PodInfo, node: str) -> None:
        """Keep room on a node for a waiting pod, in place of an earlier nomination."""
        self.forget_nomination(pod.uid)
        if node:
            self.snapshot.nominated.setdefault(node, {})[pod.uid] = pod

    def forget_nomination(self, uid: str) -> None:
        """No longer keep room for a pod."""
        nominated = self.snapshot.nominated
        if not nominated:
            return
        for node in [name for name, pods in nominated.items() if uid in pods]:
            del nominated[node][uid]
            if not nominated[node]:
                del nominated[node]

    # Images: the first node that brings a name says its size, for all nodes.

    def _add_images(self, row: NodeInfo) -> None:
        known = self.snapshot.images
        sizes: dict[str, int] = {}
        for image in (row.obj.get("status") or {}).get("images") or ():
            for name in image.get("names") or ():
                sizes.setdefault(name, image.get("sizeBytes") or 0)
        for name, size in sizes.items():
            have = known.get(name, ImageState(size, 0))
            known[name] = have._replace(nodes=have.nodes + 1)

    def _remove_images(self, row: NodeInfo) -> None:
        known = self.snapshot.images
        for name in sorted(row.images):
            have = known[name]
            if have.nodes > 1:
                known[name] = have._replace(nodes=have.nodes - 1)
            else:
                del known[name]

    def _update_images(self, old: NodeInfo, new: NodeInfo) -> None:
        # Heartbeats carry the same list object; a real change is taken as removal and addition.
        if _images(old) != _images(new):
            self._remove_images(old)
            self._add_images(new)

    # Other objects

    def put_object(self, resource: str, key: Key, obj: Object | None) -> None:
        """Keep an object that plugins read; None forgets it."""
        namespace, name = key
        found = self.snapshot.objects.setdefault(resource, {}).setdefault(namespace, {})
        old = found.get(name)
        if obj is None:
            found.pop(name, None)
        else:
            found[name] = obj
        columns = self.snapshot.columns
        if columns is not None and not columns.object_changed(resource, old, obj):
            self.snapshot.columns = None

    def fork(self) -> Cache:
        """A copy; the rows are shared."""
        twin = Cache()
        twin.snapshot = _fork_snapshot(self.snapshot)
        twin.tree, twin.pod_rows = self.tree.fork(), self.pod_rows.fork()
        twin.pods, twin.assumed = self.pods.copy(), self.assumed.copy()
        twin.homeless = {name: pods.copy() for name, pods in self.homeless.items()}
        twin.stale = self.stale
        return twin


def _images(row: NodeInfo) -> object:
    return (row.obj.get("status") or {}).get("images")


def _mark(names: dict[str, None], name: str, wanted: bool) -> None:
    if wanted:
        names[name] = None
    else:
        names.pop(name, None)


def _fork_snapshot(snapshot: Snapshot) -> Snapshot:
    twin = Snapshot()
    twin.by_name = snapshot.by_name.copy()
    twin.rows, twin.position = snapshot.rows.copy(), snapshot.position.copy()
    twin.with_affinity = snapshot.with_affinity.copy()
    twin.with_anti_affinity = snapshot.with_anti_affinity.copy()
    twin.images = snapshot.images.copy()
    twin.objects = {
        resource: {namespace: named.copy() for namespace, named in spaces.items()}
        for resource, spaces in snapshot.objects.items()
    }
    twin.nominated = {node: pods.copy() for node, pods in snapshot.nominated.items()}
    return twin
