"""A served cluster with one pod that serves on port 80."""

import pytest

from kubelearn.cluster import Cluster
from kubelearn.server.http import Server

POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"},
       "spec": {"containers": [{"name": "c", "image": "nginx"}]}}  # fmt: skip


@pytest.fixture(scope="module")
def server():
    """Its server."""
    cluster = Cluster(nodes=1, seed=7)
    cluster.apply(POD)
    cluster.run("20s")
    with Server(cluster, speed=30, environment=False) as started:
        yield started
    assert started.failures == []
