"""ImageLocality, as a column by the images that a pod wants."""

from __future__ import annotations

import numpy as np

from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.plugins.image_locality import ImageLocality, images_of
from kubelearn.scheduler.snapshot import ImageState
from kubelearn.scheduler.vector.columns import Columns, doubled
from kubelearn.scheduler.vector.form import Array, Feasible, Scores


class ImageScore:
    """Nodes grouped by which of the images they have; the plain form scores one of each group."""

    still: Scores = (0, 0)

    def __init__(self, columns: Columns, plugin: ImageLocality, pod: PodInfo) -> None:
        self.columns, self.plugin, self.pod = columns, plugin, pod
        self.images = images_of(pod)
        self.state = CycleState(columns.snapshot)
        plugin.pre_score(self.state, pod, ())
        self._groups: dict[frozenset[str], NodeInfo] = {}
        """The wanted images that a node has -> the first such node."""
        self._scores: Array = np.zeros(0, np.int16)
        """By group."""
        self._seen: list[ImageState | None] = []
        self._make()

    def _make(self) -> None:
        columns = self.columns
        wanted = frozenset(self.images)
        self._group_of = doubled([self._group(row, wanted) for row in columns.rows], np.intp)
        self._read, self._epoch = len(columns.node_log), columns.epoch

    def _group(self, row: NodeInfo, wanted: frozenset[str]) -> int:
        have = wanted & row.images
        if have not in self._groups:
            self._groups[have] = row
            self._seen = []
        return list(self._groups).index(have)

    def settle(self) -> bool:
        """False while the images are small or on few nodes: all nodes get 0 then."""
        known = self.columns.snapshot.images
        seen = [known.get(image) for image in self.images]
        if not any(seen):
            return False
        self._catch_up()
        if seen != self._seen:
            self._score_groups(seen)
        return bool(self._scores.any())

    def _catch_up(self) -> None:
        columns = self.columns
        if self._epoch != columns.epoch:
            self._make()
        wanted = frozenset(self.images)
        for place in dict.fromkeys(columns.node_log[self._read :]):
            group = self._group(columns.rows[place], wanted)
            self._group_of[place] = self._group_of[place + columns.count] = group
        self._read = len(columns.node_log)

    def score(self, nodes: Feasible) -> Scores:
        """By the node's group."""
        found = self._scores[self._group_of[nodes.places]]
        return found, found

    def _score_groups(self, seen: list[ImageState | None]) -> None:
        known = self.columns.snapshot.images
        # A group whose images are all gone from the cluster has no nodes either.
        scores = [
            self.plugin.score(self.state, self.pod, row) if have <= known.keys() else 0
            for have, row in self._groups.items()
        ]
        self._scores, self._seen = np.array(scores, np.int16), seen


def image_score(plugin: ImageLocality, pod: PodInfo, columns: Columns) -> ImageScore:
    """By the pod's images."""
    made: ImageScore = columns.form(
        ("score", id(plugin), images_of(pod)), lambda: ImageScore(columns, plugin, pod)
    )
    return made
