"""why(): all parts that act on a kind have their say."""

from functools import cache

import pytest

from kubelearn.api.errors import NotFound
from kubelearn.api.eviction import evict
from kubelearn.cluster import Cluster
from tests.world.worlds import pods_of, web_cluster


@cache
def _cluster():
    return web_cluster()


@pytest.fixture
def cluster():
    """Three pods behind a Service."""
    return _cluster().fork()


def speakers(explanation):
    """Who says something, in order."""
    return list(dict.fromkeys(reason.by for reason in explanation.reasons))


def test_a_pod_is_explained_by_who_made_and_who_placed_it(cluster):
    """In this order."""
    name = pods_of(cluster)[0]["metadata"]["name"]
    assert speakers(cluster.why(f"pod/{name}"))[:2] == [
        "replicaset-controller",
        "scheduler",
    ]


def test_a_service_is_explained_by_those_that_make_it_work(cluster):
    """Its endpoints and its rules."""
    found = cluster.why("service/web")
    assert found.subject == "Service default/web"
    assert {"kube-proxy", "endpoint-slice-controller"} <= set(speakers(found))


def test_what_nobody_acts_on_is_told(cluster):
    """It is stored, and that is all."""
    cluster.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}})
    [reason] = cluster.why("cm/c").reasons
    assert reason.by == "kubelearn"
    assert "nothing in this cluster acts on ConfigMap objects yet" in reason.text


def test_reasons_are_in_the_order_of_their_times(cluster):
    """Those without a time stand first."""
    times = [reason.time for reason in cluster.why(f"pod/{_name(cluster)}").reasons]
    known = [time for time in times if time is not None]
    assert known == sorted(known)
    assert times[len(times) - len(known) :] == known


def test_the_past_is_explained_as_it_was(cluster):
    """The rules of a Service that had no endpoints then."""
    cluster.scale("deployment/web", 0)
    cluster.run("60s")
    assert "is rejected" in str(cluster.why("service/web"))
    assert "to one of 3 endpoints" in str(cluster.at("59s").why("service/web"))


def test_a_missing_object_is_not_found(cluster):
    """Nobody can say anything."""
    with pytest.raises(NotFound):
        cluster.why("pod/nope")


def _name(cluster):
    return pods_of(cluster)[0]["metadata"]["name"]


def test_an_evicted_pod_says_who_asked_for_it(cluster):
    """As long as it terminates."""
    name = _name(cluster)
    evict(cluster.api, "default", name)
    told = str(cluster.why(f"pod/{name}"))
    assert "a client asked for its eviction (EvictionByEvictionAPI: Eviction API: evicting)" in told


def test_a_pod_that_leaves_a_lost_node_says_so(cluster):
    """The controller's word, with its time."""
    pod = pods_of(cluster)[0]
    cluster.fail.node(pod["spec"]["nodeName"])
    cluster.run("7m")
    found = cluster.why(f"pod/{pod['metadata']['name']}").reasons
    texts = [one.text for one in found if one.by == "taint-eviction-controller" and one.time]
    assert any("it does not tolerate a NoExecute taint" in text for text in texts)


def test_nodes_outside_a_daemon_pods_affinity_are_refused_by_name(cluster):
    """The plugin that narrowed the nodes stands in front of the reason."""
    proxies = cluster.api.list("pods", "kube-system", "k8s-app=kube-proxy")
    name = proxies[0]["metadata"]["name"]
    told = str(cluster.why(f"pod/{name}", namespace="kube-system"))
    assert "NodeAffinity: node(s) didn't satisfy plugin(s) [NodeAffinity]" in told


def test_a_crash_loop_says_when_it_is_tried_again():
    """The kubelet of its node does."""
    cluster = Cluster(nodes=1, seed=1)
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a", "annotations": {"kubelearn.dev/exit": "after=1s code=3"}},
    }
    cluster.apply({**pod, "spec": {"containers": [{"name": "c", "image": "nginx:1.29"}]}})
    cluster.run("60s")
    [reason] = [r for r in cluster.why("pod/a").reasons if r.by == "kubelet on worker-1"]
    assert reason.text.startswith("c: ended with exit code 3 (Error) after start 4; started again")


def test_a_pod_evicted_under_pressure_says_so():
    """With the kubelet's message; its node shows how the pods were ranked."""
    cluster = Cluster(nodes=1, seed=1)
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a", "annotations": {"kubelearn.dev/memory": "20Gi"}},
    }
    cluster.apply({**pod, "spec": {"containers": [{"name": "c", "image": "nginx:1.29"}]}})
    cluster.run("60s")
    text = "its node ended it (TerminationByKubelet: The node was low on resource: memory."
    assert text in str(cluster.why("pod/a"))
    assert "MemoryPressure: 0 of memory were available" in str(cluster.why("node/worker-1"))
