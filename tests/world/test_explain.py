"""why(): all parts that act on a kind have their say."""

from functools import cache

import pytest

from kubelearn.api.errors import NotFound
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
