"""Mirrors: copies are sent and counted by who gets them, and their answers are dropped."""

import pytest

from tests.mesh.telemetry.watched import ask, ruled, watched_mesh

FRONT = "http://front/"


@pytest.fixture
def cluster():
    """A copy for one test."""
    return watched_mesh()


def mirrored(cluster, to="sick", **more):
    """Requests to front are copied to another program."""
    ruled(cluster, "front", mirror={"host": to}, **more)


def got(cluster, host):
    """How many requests the proxy of a program has got."""
    table = cluster.metrics(by=["destination_service_name"], reporter="destination")
    return dict(table.itertuples(index=False)).get(host, 0)


def test_the_answer_of_a_copy_is_dropped(cluster):
    """The copy fails, the client hears nothing of it, and nothing is left of it."""
    mirrored(cluster)
    call = ask(cluster, FRONT)
    assert call.status == 200
    assert "a copy goes to outbound|80||sick.default.svc.cluster.local" in str(call)
    cluster.run("1s")
    assert (got(cluster, "front"), got(cluster, "sick")) == (1, 1)
    assert cluster.parts["requests"].calls == {}


def test_the_client_does_not_wait_for_it(cluster):
    """Its time is what it is without the mirror."""
    plain = ask(cluster.fork(), FRONT).latency
    twin = cluster.fork()
    mirrored(twin, "deaf")
    assert ask(twin, FRONT).latency == pytest.approx(plain, rel=0.05)


def test_the_clients_proxy_counts_the_request_only(cluster):
    """A copy is nobody's request."""
    mirrored(cluster)
    ask(cluster, FRONT)
    cluster.run("1s")
    hosts = set(cluster.metrics(by=["destination_service_name"])["destination_service_name"])
    assert hosts == {"front", "back"}


def test_a_share_of_the_requests_is_copied(cluster):
    """Of a load, too, whose own ends stay as they are."""
    mirrored(cluster, mirrorPercentage={"value": 25})
    load = cluster.load(FRONT, rate=20, duration="10s", client="pod/client")
    cluster.run("15s")
    totals = load.totals()
    assert totals["ok"] == totals["sent"] == got(cluster, "front")
    assert 0.15 < got(cluster, "sick") / totals["sent"] < 0.35


def test_a_mirror_that_is_not_there_harms_nobody(cluster):
    """Its cluster is unknown: the copy ends at the proxy."""
    mirrored(cluster, "nobody")
    assert ask(cluster, FRONT).status == 200
    cluster.run("1s")
    assert cluster.parts["requests"].calls == {}


def test_a_copy_that_gets_no_answer_ends_too(cluster):
    """Its program takes a minute: after the time of its request it is given up."""
    said = {"kubelearn.dev/service-time": "fixed 60s"}
    cluster.patch("deployment/sick", {"spec": {"template": {"metadata": {"annotations": said}}}})
    cluster.run("40s")
    mirrored(cluster, timeout="1s")
    assert ask(cluster, FRONT).status == 200
    assert len(cluster.parts["requests"].calls) == 1
    cluster.run("2s")
    assert cluster.parts["requests"].calls == {}


def test_a_fork_sends_its_own_copies(cluster):
    """What is under way goes on in both."""
    mirrored(cluster)
    load = cluster.load(FRONT, rate=20, duration="2s", client="pod/client")
    cluster.run("1s")
    twin = cluster.fork()
    for world in (cluster, twin):
        world.run("5s")
    assert got(cluster, "sick") == got(twin, "sick") == load.totals()["sent"]
