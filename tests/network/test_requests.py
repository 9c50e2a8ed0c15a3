"""Requests on their way: numbers, deadlines, forks."""

import pytest

from kubelearn.sim.clock import SECOND
from tests.network.small import shop


@pytest.fixture
def cluster():
    """web, back and a client."""
    return shop()


def test_a_fork_makes_the_same_requests(cluster):
    """Numbers, and so draws, go on from the same place in both worlds."""
    cluster.request("http://back:9080/", client="pod/client")
    twin = cluster.fork()
    calls = [each.request("http://web/", client="pod/client") for each in (cluster, twin)]
    assert calls[0].to_dict() == calls[1].to_dict()
    assert calls[0].number == 2


def test_a_call_on_its_way_goes_on_in_both_worlds(cluster):
    """Each has its own copy."""
    number = cluster.parts["requests"].send("http://web/", client="pod/client")
    cluster.run("0.005s")
    twin = cluster.fork()
    twin.run("1s")
    assert not cluster.parts["requests"].finished(number)
    cluster.run("1s")
    ends = [each.parts["requests"].take(number).to_dict() for each in (cluster, twin)]
    assert ends[0] == ends[1]


def test_a_rewind_into_a_request(cluster):
    """The cluster is at that moment, and the call is on its way."""
    begun = cluster.time
    cluster.request("http://10.96.200.200/", client="pod/client")
    assert cluster.time == pytest.approx(begun + 10)
    cluster.rewind(begun + 4)
    assert cluster.time == begun + 4
    assert not cluster.parts["requests"].finished(1)


def test_a_replay_ends_in_the_same_history(cluster):
    """Requests and what came after them."""
    cluster.request("http://web/", client="pod/client")
    cluster.scale("deployment/web", 3)
    cluster.run("30s")
    before, now = cluster.fingerprint(), cluster.time
    cluster.run("30s").rewind(now)
    assert cluster.fingerprint() == before


def test_what_was_played_again_is_tidied_up(cluster):
    """Nobody waits for its calls."""
    cluster.request("http://back:9080/", client="pod/client")
    cluster.run("30s").rewind("-10s")
    cluster.request("http://back:9080/", client="pod/client")
    assert not cluster.parts["requests"].calls


def test_the_client_gives_up_at_its_deadline(cluster):
    """Not a nanosecond later, whatever the hops wait for."""
    requests = cluster.parts["requests"]
    number = requests.send("http://10.96.200.200/", client="pod/client", timeout=2 * SECOND)
    cluster.run("5s")
    call = requests.take(number)
    assert call.finished == call.deadline


@pytest.mark.parametrize("url", ["web", "ftp://web/", "http://", "http://web:99999/"])
def test_an_address_that_is_none_changes_nothing(cluster, url):
    """Neither the history nor the numbers of calls."""
    before = len(cluster.journal.commands)
    with pytest.raises(ValueError, match="http"):
        cluster.request(url, client="pod/client")
    assert len(cluster.journal.commands) == before
    assert cluster.request("http://web/", client="pod/client").number == 1


def test_programs_in_the_hosts_network_share_the_nodes_address(cluster):
    """The one that listens on the port is meant."""
    spec = {
        "hostNetwork": True,
        "nodeName": "worker-1",
        "containers": [{"name": "c", "image": "example.com/c", "ports": [{"containerPort": 9100}]}],
    }
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "agent"}, "spec": spec})
    cluster.run("30s")
    address = cluster.object("pod/agent")["status"]["podIP"]
    assert cluster.request(f"http://{address}:9100/", client="pod/client").body.startswith("agent")
