"""What people wrote into a cluster, as manifests that another cluster takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kubelearn.api.objects import Object
from kubelearn.api.yaml_output import to_yaml
from kubelearn.world.portable import made_by, portable, rank

if TYPE_CHECKING:
    from kubelearn.world.world import World


def exported(world: World, namespace: str | None = None) -> str:
    """YAML of all objects, or of those of a namespace, in the order in which they can be made."""
    kinds = [kind for kind in world.api.kinds if kind.namespaced or namespace is None]
    order = sorted((kind.resource for kind in kinds), key=lambda one: (rank(one), one))
    texts = (to_yaml(obj) for resource in order for obj in _written(world, resource, namespace))
    return "---\n".join(texts)


def _written(world: World, resource: str, namespace: str | None) -> Iterator[Object]:
    for obj in world.api.list(resource, namespace):
        if not made_by(resource, obj):
            yield portable(resource, obj)
