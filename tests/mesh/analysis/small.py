"""A cluster of objects only, for the analysis of them."""

from __future__ import annotations

from typing import Any

from kubelearn.api.objects import Object
from kubelearn.cluster import Cluster
from kubelearn.mesh.analysis import analyze

GROUPS = {"AuthorizationPolicy": "security"}


def an(kind: str, name: str, namespace: str = "default", **spec: Any) -> Object:
    """One of Istio's objects."""
    return {"apiVersion": f"{GROUPS.get(kind, 'networking')}.istio.io/v1", "kind": kind,
            "metadata": {"name": name, "namespace": namespace}, "spec": spec}  # fmt: skip


def rule(name: str, *http: Object, **more: Any) -> Object:
    """A VirtualService for a host of its own name."""
    return an("VirtualService", name, **{"hosts": [name], "http": list(http), **more})


def to(host: str, *match: Object, **more: Any) -> Object:
    """A rule to a host."""
    made: Object = {"route": [{"destination": {"host": host, **more}}]}
    return {"match": list(match), **made} if match else made


def prefix(text: str, **more: Any) -> Object:
    """A match by the prefix of the path."""
    return {"uri": {"prefix": text}, **more}


def said(cluster: Cluster, *objects: Object) -> list[str]:
    """What is said after these were applied, without what is said of namespaces."""
    cluster = cluster.fork()
    for one in objects:
        cluster.apply(one)
    return [str(one) for one in analyze(cluster.api) if one.kind != "Namespace"]
