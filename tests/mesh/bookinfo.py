"""Bookinfo in a cluster with Istio, as its documentation sets it up."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from kubelearn.cluster import Cluster

BOOKINFO = Path(__file__).parents[3] / "shared" / "manifests" / "bookinfo"
NETWORKING = sorted((BOOKINFO / "networking").glob("*.yaml"))
needs_bookinfo = pytest.mark.skipif(
    not BOOKINFO.is_dir(), reason=f"the real manifests are not at {BOOKINFO}"
)
LABELLED = {"metadata": {"labels": {"istio-injection": "enabled"}}}


@cache
def _made() -> Cluster:
    cluster = Cluster(nodes=3, seed=5)
    cluster.install("istio")
    cluster.run("30s")
    cluster.patch("namespace/default", LABELLED)
    cluster.apply(BOOKINFO / "platform" / "bookinfo.yaml")
    cluster.run("60s")
    for name in ("destination-rule-all", "virtual-service-all-v1", "bookinfo-gateway"):
        cluster.apply(BOOKINFO / "networking" / f"{name}.yaml")
    return cluster.run("1s")


def meshed_bookinfo() -> Cluster:
    """All pods with their sidecars, all requests to v1."""
    return _made().fork()
