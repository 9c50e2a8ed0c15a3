"""Cluster: a world in tables and texts."""

from functools import cache

import pytest

from kubelearn.api.errors import Invalid
from kubelearn.world.timeline import ReadOnly
from tests.world.worlds import pods_of, web_cluster


@cache
def _cluster():
    return web_cluster()


@pytest.fixture
def cluster():
    """Three pods behind a Service."""
    return _cluster().fork()


def test_get_gives_kubectls_columns(cluster):
    """Of one namespace, or with the namespace in front."""
    pods = cluster.get("pods", "default")
    assert list(pods.columns) == ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]
    assert list(pods["STATUS"]) == ["Running"] * 3
    assert next(iter(cluster.get("pods").columns)) == "NAMESPACE"


def test_get_wide_has_more_columns(cluster):
    """The node among them."""
    nodes = cluster.get("pods", "default", wide=True)["NODE"]
    assert sorted(nodes) == ["worker-1", "worker-2", "worker-3"]


def test_get_by_selector(cluster):
    """A text, or a LabelSelector."""
    by_text = cluster.get("pods", selector="app=web")
    assert by_text.equals(cluster.get("pods", selector={"matchLabels": {"app": "web"}}))
    assert len(by_text) == 3


def test_get_of_nothing_still_has_columns(cluster):
    """So that code that reads them goes on."""
    assert next(iter(cluster.get("pv").columns)) == "NAME"
    assert len(cluster.get("pv")) == 0


def test_get_of_a_cluster_scoped_kind_has_no_namespace(cluster):
    """Nodes belong to none."""
    assert next(iter(cluster.get("nodes").columns)) == "NAME"


def test_events_of_one_object(cluster):
    """In the order in which they happened."""
    name = cluster.get("pods", "default")["NAME"][0]
    events = cluster.events(f"pod/{name}")
    assert list(events["REASON"]) == ["Scheduled", "Pulling", "Pulled", "Created", "Started"]
    assert set(events["OBJECT"]) == {f"pod/{name}"}


def test_events_of_a_node(cluster):
    """Nodes have no namespace, their events live in default."""
    assert "NodeReady" in list(cluster.events("node/worker-1")["REASON"])


def test_events_of_all_are_in_order_of_their_writes(cluster):
    """Many happen in one second."""
    reasons = list(cluster.events(namespace="default")["REASON"])
    assert reasons.index("ScalingReplicaSet") < reasons.index("SuccessfulCreate")
    assert reasons.index("SuccessfulCreate") < reasons.index("Scheduled")


def test_events_of_nothing_still_have_columns(cluster):
    """An object that nobody has spoken of."""
    assert len(cluster.events("service/web")) == 0
    assert "MESSAGE" in cluster.events("service/web").columns


def test_an_event_that_a_learner_wrote(cluster):
    """Of the newer form: only eventTime is set."""
    about = {"apiVersion": "v1", "kind": "Service", "name": "web", "namespace": "default"}
    event = {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": "mine"},
        "involvedObject": about,
        "eventTime": "2026-01-01T00:00:05.000000Z",
        "reportingComponent": "example.com/me",
        "reportingInstance": "me",
        "action": "Look",
        "reason": "Looked",
        "type": "Normal",
    }
    cluster.apply(event)
    assert list(cluster.events("service/web")["REASON"]) == ["Looked"]


def test_kubectl_shows_itself_without_quotes(cluster):
    """A notebook prints it as a terminal would."""
    text = cluster.kubectl("get nodes")
    assert repr(text) == str(text)
    assert text.startswith("NAME ")


def test_a_cluster_of_the_past_has_tables_of_its_time(cluster):
    """Nobody had seen the pods 50 seconds ago."""
    past = cluster.at("0s")
    assert len(past.get("pods", "default")) == 0
    assert past.kubectl("get pods") == "No resources found in default namespace."
    with pytest.raises(ReadOnly):
        past.request("http://web/", client="node/worker-1")


CONFIGURED = """
apiVersion: v1
kind: ConfigMap
metadata: {name: cfg}
data: {color: COLOR}
---
apiVersion: v1
kind: Pod
metadata: {name: painter}
spec:
  containers:
  - name: app
    image: nginx:1.29
    env: [{name: COLOR, valueFrom: {configMapKeyRef: {name: cfg, key: color}}}]
    volumeMounts: [{name: cfg, mountPath: /etc/cfg}]
  volumes: [{name: cfg, configMap: {name: cfg}}]
"""


def test_files_and_environment_of_a_pod(cluster):
    """Files follow their ConfigMap, variables do not; the past is as it was."""
    cluster.apply(CONFIGURED.replace("COLOR}\n---", "red}\n---"))
    start = cluster.time
    cluster.run("20s")
    cluster.apply(CONFIGURED.partition("---")[0].replace("COLOR}", "blue}"))
    cluster.run("100s")
    assert cluster.files("pod/painter") == {"/etc/cfg/color": "blue"}
    assert cluster.environment("pod/painter", container="app") == {"COLOR": "red"}
    assert cluster.at(start + 15).files("pod/painter") == {"/etc/cfg/color": "red"}


def test_a_running_pod_is_resized(cluster):
    """Through its subresource only."""
    name = pods_of(cluster)[0]["metadata"]["name"]
    patch = {"spec": {"containers": [{"name": "web", "resources": {"requests": {"cpu": "1"}}}]}}
    with pytest.raises(Invalid):
        cluster.patch(f"pod/{name}", patch)
    answer = cluster.patch(f"pod/{name}", patch, subresource="resize")
    assert answer == f"pod/{name} patched"
    cluster.run("5s")
    [status] = cluster.object(f"pod/{name}")["status"]["containerStatuses"]
    assert (status["resources"]["requests"]["cpu"], status["restartCount"]) == ("1", 0)
