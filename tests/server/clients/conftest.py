"""A served cluster with two pods of a Deployment, for the clients that people write tools with."""

import pytest

from kubelearn.cluster import Cluster
from kubelearn.server.http import Server

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: "nginx:1.27"}]}
"""


@pytest.fixture
def server():
    """Its server; time passes quickly while a client waits."""
    cluster = Cluster(nodes=2, seed=7)
    cluster.apply(WEB)
    cluster.run("20s")
    with Server(cluster, speed=30, environment=False) as started:
        yield started
    assert started.failures == []


@pytest.fixture
def pod(server):
    """The name of one of the pods."""
    return server.world.api.list("pods", "default")[0]["metadata"]["name"]
