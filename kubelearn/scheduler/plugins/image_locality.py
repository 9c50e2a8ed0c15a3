"""ImageLocality: prefer nodes that hold the pod's images already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.extension_points import MAX_NODE_SCORE
from kubelearn.scheduler.info import NodeInfo, PodInfo
from kubelearn.scheduler.status import Status

MEBIBYTE = 1024 * 1024
LOWEST = 23 * MEBIBYTE
"""Bytes of images at or below which a node scores 0."""
HIGHEST = 1000 * MEBIBYTE
"""Bytes per container at or above which a node scores 100."""


class _Wanted(NamedTuple):
    images: tuple[str, ...]
    all_nodes: int


class ImageLocality:
    """Scores the bytes of the pod's images that a node has, scaled by how widespread they are.

    The size of an image is the one that the first node with it reported. Source:
    `pkg/scheduler/framework/plugins/imagelocality/image_locality.go`, Kubernetes 1.36.
    """

    name = "ImageLocality"

    def __repr__(self) -> str:
        return "ImageLocality()"

    def pre_score(
        self,
        state: CycleState,
        pod: PodInfo,
        nodes: Sequence[NodeInfo],  # noqa: ARG002
    ) -> Status | None:
        """Read the pod's image names once."""
        state.write(self.name, _Wanted(images_of(pod), len(state.snapshot.rows)))
        return None

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:  # noqa: ARG002
        """0..100, not normalised."""
        wanted: _Wanted = state.read(self.name)
        have, known = node.images, state.snapshot.images
        if not have:
            return 0
        total = 0
        for image in wanted.images:
            if image in have:
                image_state = known[image]
                total += int(image_state.size * (image_state.nodes / wanted.all_nodes))
        highest = HIGHEST * len(wanted.images)
        total = max(LOWEST, min(total, highest))
        return MAX_NODE_SCORE * (total - LOWEST) // (highest - LOWEST)


def images_of(pod: PodInfo) -> tuple[str, ...]:
    """The images of a pod's containers, init containers and image volumes."""
    spec = pod.spec
    named = [
        container.get("image", "")
        for field in ("initContainers", "containers")
        for container in spec.get(field) or ()
    ]
    named += [
        volume["image"]["reference"] for volume in spec.get("volumes") or () if _image(volume)
    ]
    return tuple(normalized_image_name(name) for name in named)


def _image(volume: dict[str, dict[str, str]]) -> bool:
    return bool((volume.get("image") or {}).get("reference"))


def normalized_image_name(name: str) -> str:
    """The name with `:latest` where it has no tag and no digest."""
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"
