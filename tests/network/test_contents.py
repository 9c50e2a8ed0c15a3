"""Programs that answer by what they are asked."""

import pytest

from kubelearn.api.app import problems
from kubelearn.cluster import Cluster

POD = """
apiVersion: v1
kind: ConfigMap
metadata: {name: files}
data: {index: "hello", "a.txt": "text"}
---
apiVersion: v1
kind: Pod
metadata: {name: all, annotations: {kubelearn.dev/serves: files}}
spec:
  containers: [{name: c, image: "nginx:1.29", ports: [{containerPort: 80}]}]
  volumes: [{name: files, configMap: {name: files}}]
---
apiVersion: v1
kind: Pod
metadata: {name: one, annotations: {kubelearn.dev/serves: files}}
spec:
  containers: [{name: c, image: "nginx:1.29", ports: [{containerPort: 80}]}]
  volumes: [{name: files, configMap: {name: files, items: [{key: index, path: home}]}}]
---
apiVersion: v1
kind: Pod
metadata: {name: none, annotations: {kubelearn.dev/serves: other}}
spec: {containers: [{name: c, image: "nginx:1.29", ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: guard, annotations: {kubelearn.dev/admits: "X-Key: open"}}
spec: {containers: [{name: c, image: "nginx:1.29", ports: [{containerPort: 80}]}]}
"""


@pytest.fixture(scope="module")
def cluster():
    """The programs, at rest."""
    made = Cluster(nodes=1, zones=1, seed=1)
    made.apply(POD)
    return made.run("30s")


def ask(cluster, name, path="/", **headers):
    """Status and body of an answer of a pod."""
    address = cluster.object(f"pod/{name}")["status"]["podIP"]
    call = cluster.request(f"http://{address}{path}", client="pod/none", headers=headers)
    return call.status, call.body


def test_files_of_a_configmap(cluster):
    """All its keys, or those that the volume names, by their paths there."""
    assert ask(cluster, "all", "/a.txt") == (200, "text")
    assert ask(cluster, "one", "/home") == (200, "hello")
    wrong = [("all", "/"), ("all", "/b"), ("one", "/index"), ("none", "/index")]
    assert [ask(cluster, *one)[0] for one in wrong] == [404] * 4


def test_files_change_with_the_configmap(cluster):
    """Without a new pod."""
    twin = cluster.fork()
    twin.patch("configmap/files", {"data": {"a.txt": "new"}})
    assert ask(twin, "all", "/a.txt") == (200, "new")
    twin.delete("configmap/files")
    assert ask(twin, "all", "/a.txt")[0] == 404


def test_only_with_the_header(cluster):
    """Whatever the case of its name, but not of its value."""
    assert ask(cluster, "guard", **{"x-KEY": "open"})[0] == 200
    status, body = ask(cluster, "guard", **{"x-key": "Open"})
    assert status == 403
    assert body == "denied by ext_authz for not found header `x-key: open` in the request"


@pytest.mark.parametrize("text", ["x-key", "x-key:", ": open", "x key: open"])
def test_headers_that_are_none(text):
    """The annotation is told what it can be."""
    assert len(problems({"kubelearn.dev/admits": text})) == 1


def test_a_load_is_not_computed_in_bulk(cluster):
    """What the answer depends on is looked at for each request."""
    twin = cluster.fork()
    address = twin.object("pod/guard")["status"]["podIP"]
    load = twin.load(f"http://{address}/", client="pod/none", rate=20, duration="2s")
    twin.run("5s")
    assert load.totals()["403"] == load.totals()["sent"] > 20
