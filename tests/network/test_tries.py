"""What is noted of the tries of proxies: who asked whom, by which weights, how it ended."""

from functools import cache

import pytest

from kubelearn.cluster import Cluster
from kubelearn.network.tries import AGAIN, KEPT, LIMIT, PIECE, Like, Noted, Peer, Try
from kubelearn.world.explain import as_it_was
from tests.mesh.programs import CLIENTS
from tests.mesh.test_data_path import ask, route, rule, server


@cache
def _made():
    cluster = Cluster(nodes=3, zones=3, seed=6)
    cluster.install("istio")
    cluster.run("30s")
    cluster.apply(CLIENTS)
    cluster.apply(server("web", replicas=3))
    cluster.apply(server("sick", fails="100%", replicas=2))
    cluster.apply(server("front", calls="http://sick/"))
    return cluster.run("60s")


@pytest.fixture
def cluster():
    """A program that is well, one that fails, and one that asks it."""
    return _made().fork()


def noted(cluster):
    """The tries, oldest first."""
    return list(as_it_was(cluster).parts["tries"].noted)


def test_one_request_is_one_try(cluster):
    """With both pods, their zones and the answer."""
    call = ask(cluster, "http://web/")
    (one,) = noted(cluster)
    assert (one.call, one.depth, one.number, one.status, one.follows) == (
        call.number,
        0,
        0,
        200,
        "",
    )
    assert (one.client.name, one.server.app, one.server.version) == ("default/client", "web", "v1")
    pod = cluster.object(f"pod/{one.server.name.partition('/')[2]}")
    node = cluster.object(f"node/{pod['spec']['nodeName']}")
    assert one.server.zone == node["metadata"]["labels"]["topology.kubernetes.io/zone"]


def test_each_repetition_is_a_try(cluster):
    """All but the last are followed by another."""
    route(cluster, "sick", retries={"attempts": 2, "retryOn": "5xx"})
    call = ask(cluster, "http://sick/")
    found = noted(cluster)
    assert [(one.number, one.follows) for one in found] == [(0, AGAIN), (1, AGAIN), (2, "")]
    assert [one.asked for one in found] == sorted(one.asked for one in found)
    assert found[-1].over <= call.finished
    assert {one.allowed for one in found} == {2}


def test_tries_know_the_request_at_the_beginning(cluster):
    """Through the program in between, from one proxy to the next."""
    call = ask(cluster, "http://front/")
    found = {one.depth: one for one in noted(cluster)}
    assert {one.root for one in found.values()} == {call.number}
    assert (found[0].host, found[1].host, found[1].client.app) == ("front", "sick", "front")


def test_weights_are_those_of_the_draw(cluster):
    """As the proxy knew them, with the clusters that they are of."""
    subsets = [{"name": "v1", "labels": {"version": "v1"}}, {"name": "none", "labels": {"a": "b"}}]
    rule(cluster, "DestinationRule", "web", host="web", subsets=subsets)
    shares = [("v1", 70), ("none", 30)]
    rule(cluster, "VirtualService", "web", hosts=["web"], http=[{"route": [
        {"destination": {"host": "web", "subset": name}, "weight": weight}
        for name, weight in shares]}])  # fmt: skip
    for _ in range(12):
        ask(cluster, "http://web/")
    found = noted(cluster)
    told = {tuple((name.split("|")[2], weight) for name, weight in one.shares) for one in found}
    assert told == {tuple(shares)}
    empty = [one for one in found if "none" in one.cluster]
    assert {(one.server, one.flag, one.ok) for one in empty} == {(None, "UH", False)}


def test_a_limit_of_retries_is_noted(cluster):
    """A try that is not repeated because others are under way."""
    pool = {"http": {"maxRetries": 1}}
    rule(cluster, "DestinationRule", "sick", host="sick", trafficPolicy={"connectionPool": pool})
    route(cluster, "sick", retries={"attempts": 2, "retryOn": "5xx"})
    load = cluster.load("http://sick/", rate=50, duration="2s", client="pod/client")
    cluster.run("5s")
    ends = [one.follows for one in noted(cluster) if one.follows != AGAIN]
    assert len(ends) == load.totals()["sent"]
    assert set(ends) == {LIMIT, ""}


def test_copies_for_a_mirror_are_not_noted(cluster):
    """Nor what they make programs do."""
    route(cluster, "web", mirror={"host": "front"})
    ask(cluster, "http://web/")
    cluster.run("5s")
    assert [one.host for one in noted(cluster)] == ["web"]


def test_priorities_are_noted_with_their_shares(cluster):
    """Where hosts are ordered by zones: the nearest one gets all."""
    rule(cluster, "DestinationRule", "web", host="web", trafficPolicy={"outlierDetection": {}})
    ask(cluster, "http://web/")
    (one,) = noted(cluster)
    assert (one.levels[0], one.level, one.server.zone) == (100, 0, one.client.zone)


def test_a_fork_notes_its_own(cluster):
    """And what is past is shared."""
    ask(cluster, "http://web/")
    twin = cluster.fork()
    ask(twin, "http://web/")
    assert (len(noted(cluster)), len(noted(twin))) == (1, 2)


def test_the_newest_hundred_thousand_tries_are_kept():
    """However they were noted: one by one, or many that are alike."""
    found = Noted()
    for number in range(PIECE + 5):
        found.add(a_try(call=number))
    numbers = range(PIECE + 5, KEPT + PIECE + 5)
    kinds = (a_try(status=200), a_try(status=503))
    found.add_all(Like(kinds, [number % 2 for number in numbers], numbers, numbers, numbers))
    found.add(a_try(call=KEPT + PIECE + 5))
    kept = list(found)
    assert [kept[0].call, kept[-1].call] == [PIECE + 6, KEPT + PIECE + 5]
    assert [one.status for one in kept[:2]] == [200, 503]
    assert list(found.fork()) == kept


def a_try(call=0, status=200):
    """A try of nobody's."""
    peer = Peer("default/client", "client", "", "")
    return Try(call, call, 0, call, call, peer, "web", "", None, 0, status, "", "", (), 0, (), 0)
