"""The scale of an object: how many replicas it wants, has, and by which labels they are known.

Source: the `scale` subresources of `pkg/registry/apps` and `pkg/registry/core`, Kubernetes 1.36.

Unlike the real one: custom resources have no scale, whatever their definition says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from kubelearn.api import selectors
from kubelearn.api.errors import APIError, NotFound
from kubelearn.api.kinds import Kind
from kubelearn.api.server import APIServer

SCALABLE = (
    "deployments.apps",
    "replicasets.apps",
    "statefulsets.apps",
    "replicationcontrollers",
)


class Scale(NamedTuple):
    """The scale subresource of one object."""

    resource: str
    namespace: str
    name: str
    wanted: int
    """`spec.replicas`"""
    present: int
    """`status.replicas`"""
    selector: str


class Scales:
    """Reads and writes scales through the API server."""

    def __init__(self, api: APIServer) -> None:
        self.api = api

    def get(self, namespace: str, reference: Mapping[str, Any]) -> Scale:
        """The scale of the object that an autoscaler names; an APIError when it has none."""
        kind = self._kind(reference)
        found = self.api.find(kind.resource, namespace, reference["name"])
        if found is None or kind.resource not in SCALABLE:
            raise _not_found(kind, reference["name"] if found is None else "")
        spec = found["spec"]
        selector = spec.get("selector")
        if kind.resource == "replicationcontrollers":
            chosen = selectors.of_labels(selector or {})
        else:
            chosen = selectors.of(selector)
        present = (found.get("status") or {}).get("replicas", 0)
        place = (kind.resource, namespace, reference["name"])
        return Scale(*place, spec.get("replicas", 1), present, str(chosen))

    def update(self, scale: Scale, replicas: int) -> None:
        """Ask for another number of replicas."""
        patch = {"spec": {"replicas": replicas}}
        self.api.patch(scale.resource, scale.namespace, scale.name, patch, style="merge")

    def _kind(self, reference: Mapping[str, Any]) -> Kind:
        version, name = reference.get("apiVersion") or "v1", reference["kind"]
        group = version.rpartition("/")[0]
        for kind in self.api.kinds:
            if kind.kind == name and kind.group == group:
                return kind
        raise APIError(f'no matches for kind "{name}" in group "{group}"')


def _not_found(kind: Kind, name: str) -> NotFound:
    group = f".{kind.group}" if kind.group else ""
    if not name:
        return NotFound("the server could not find the requested resource")
    return NotFound(f'{kind.plural}/scale{group} "{name}" not found')
