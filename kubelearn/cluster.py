"""Cluster: the public face of a world, in tables, texts and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kubelearn.api.tables import table_of
from kubelearn.world import Answer, World

if TYPE_CHECKING:
    import pandas as pd


class Cluster(World):
    """A running Kubernetes cluster in this process: a control plane and workers, Ready at once.

    >>> cluster = Cluster(nodes=3, zones=3, seed=7)
    >>> cluster.apply("web.yaml"); cluster.run("60s"); cluster.get("pods")
    """
