"""A client that asks again and again."""

import pytest

from kubelearn.cluster import Cluster
from kubelearn.learn import ask, ready_pods
from kubelearn.learn.service_checks import endpoint_gaps
from kubelearn.sim.clock import SECOND
from tests.web import DEPLOYMENT, SERVICE


@pytest.fixture
def cluster():
    """Two pods behind a Service."""
    made = Cluster(nodes=3, zones=3, seed=7)
    made.apply(DEPLOYMENT + SERVICE)
    return made.run("30s")


def client(cluster):
    """One of the pods."""
    return f"pod/{ready_pods(cluster)[0]['metadata']['name']}"


def test_every_request_is_counted(cluster):
    """So many, so far apart, and who answered."""
    asked = ask(cluster, "http://web/", client=client(cluster), every="2s", times=10)
    assert [len(asked.calls), len(asked.failed)] == [10, 0]
    assert cluster.time == 50
    assert sum(int(line.split()[-1]) for line in asked.lines()) == 10
    assert str(asked).startswith("10 requests to http://web/: 10 answered, 0 failed\n..........")


def test_failures_are_told_with_their_times(cluster):
    """First and last moment, what was said, how many."""
    cluster.patch("service/web", {"spec": {"selector": {"app": "wep"}}})
    cluster.run("2s")
    asked = ask(cluster, "http://web/", client=client(cluster), times=3)
    assert asked.strip() == "xxx"
    assert asked.lines() == ("3 failed between 32s and 34s: connection refused",)
    assert "█<wbr>█<wbr>█" in asked._repr_html_()


@pytest.mark.parametrize("times", [0, -2, "3", 2.5])
def test_at_least_one(cluster, times):
    """Nothing asked is a mistake, and so is what is no whole number."""
    with pytest.raises(ValueError, match="give a whole number, at least 1"):
        ask(cluster, "http://web/", client=client(cluster), times=times)


def test_gaps_without_endpoints_are_found_in_the_log(cluster):
    """From the moment the last endpoint is gone to the next one."""
    service = cluster.object("service/web")
    assert list(endpoint_gaps(cluster, service, since=30 * SECOND)) == []
    cluster.scale("deployment/web", 0)
    cluster.run("20s")
    (gap,) = endpoint_gaps(cluster, service, since=30 * SECOND)
    assert gap.end is None
    cluster.scale("deployment/web", 1)
    cluster.run("20s")
    (gap,) = endpoint_gaps(cluster, service, since=30 * SECOND)
    assert gap.told("web").startswith("at 30s Service web had no ready endpoint for 2")
