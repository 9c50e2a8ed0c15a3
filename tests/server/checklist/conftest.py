"""What the rows of the checklist begin with: a cluster with an application, served, and kubectl.

The cluster is made once; each row gets a fork of it and its own server. Every row runs with the
current kubectl and with the oldest that is supported.
"""

import pytest

from kubelearn.cluster import Cluster
from kubelearn.server.http import Server
from tests.server.http.kubectl import PROGRAMS, Kubectl

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: "nginx:1.27"
          ports: [{containerPort: 80}]
          resources: {requests: {cpu: 100m}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""
DB = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "redis:7"}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: agent, image: "redis:7"}]}
"""


@pytest.fixture(scope="session")
def prepared():
    """The application, ready."""
    cluster = Cluster(nodes=2, seed=7)
    cluster.apply(WEB)
    cluster.apply(DB)
    cluster.run("40s")
    return cluster


@pytest.fixture
def cluster(prepared):
    """A copy for one row."""
    return prepared.fork()


@pytest.fixture(params=PROGRAMS)
def version(request):
    """One after the other; skipped where there is none."""
    if PROGRAMS[request.param]() is None:
        pytest.skip(f"no kubectl {request.param} here: see scripts/older_kubectl.py")
    return request.param


@pytest.fixture
def kubectl(cluster, version, tmp_path):
    """The command line, with the manifest in its folder; no answer was an error of ours."""
    (tmp_path / "web.yaml").write_text(WEB)
    with Server(cluster, speed=30, environment=False) as server:
        made = Kubectl(server, tmp_path, version=version)
        made.server = server
        yield made
        assert server.failures == []
