"""Connections that clients keep open."""

from itertools import pairwise

import pytest

from kubelearn.network.keep_alive import connection_of, on
from tests.cloud.aws.edge import edge, name_of
from tests.network.exposed import address, exposed


def outcomes(load):
    """The bins of the load's requests, in the order of sending."""
    return [outcome for _, _, _, outcome in load.requests()]


def pods_of(cluster):
    """The pods to which the users' connections lead."""
    return {kept["pod"][1] for kept in cluster.parts["loads"].connections.values()}


def started(cluster, url="http://web/", users=6, **options):
    """Users who keep their connections."""
    options = {"client": "pod/client", "think": "0.5s", "duration": "10m", **options}
    load = cluster.load(url, users=users, keep_alive=True, **options)
    cluster.run("5s")
    return load


def test_users_stay_with_their_pods_after_scaling():
    """The new pods get nobody; without keep_alive they would."""
    cluster = exposed()
    started(cluster)
    before = pods_of(cluster)
    cluster.scale("deployment/web", 6)
    cluster.run("60s")
    assert pods_of(cluster) == before
    assert len(cluster.api.list("pods", "default", "app=web")) == 6


def test_a_pod_that_leaves_the_service_keeps_its_connections():
    """Only new connections go by the rules."""
    cluster = exposed()
    load = started(cluster)
    before = pods_of(cluster)
    cluster.patch("service/web", {"spec": {"selector": {"app": "nobody"}}}, style="merge")
    cluster.run("20s")
    assert pods_of(cluster) == before
    assert set(outcomes(load)) == {"ok"}
    assert cluster.request("http://web/", client="pod/client").error == "connection refused"


def test_a_server_that_ends_is_left_for_another():
    """It has closed its connections; the next request opens a new one."""
    cluster = exposed()
    load = started(cluster)
    cluster.rollout("restart", "deployment/web")
    cluster.run("60s")
    pods = {pod["metadata"]["name"] for pod in cluster.api.list("pods", "default", "app=web")}
    assert pods_of(cluster) <= pods
    assert outcomes(load)[-6:] == ["ok"] * 6


def test_a_dead_node_is_silent():
    """An open connection notices nothing: each user loses one request to its timeout."""
    cluster = exposed()
    load = started(cluster, f"http://{address(cluster, 'worker-3')}:30080/", client="internet",
                   timeout="2s")  # fmt: skip
    cluster.fail.node("worker-1")
    cluster.run("100s")
    lost = [one for one in outcomes(load) if one == "timed out waiting for the answer"]
    assert 0 < len(lost) <= 6
    assert "worker-1" not in {k["server"] for k in cluster.parts["loads"].connections.values()}


def test_a_balancer_of_layer_7_takes_each_request_anew():
    """Six users are spread over all targets by turns, also after they have connected."""
    cluster = edge()
    started(cluster, "http://shop.example.com/", client="internet", users=1)
    turns = dict(cluster.parts["elb"].turns)
    cluster.run("10s")
    [(group, count)] = cluster.parts["elb"].turns.items()
    assert count > turns[group] + 5


def test_a_balancer_of_layer_4_takes_connections():
    """It resets those to a target that falls ill; users connect anew."""
    cluster = edge()
    load = started(cluster, f"http://{name_of(cluster)}/", client="internet", timeout="2s")
    cluster.fail.node("worker-1")
    cluster.run("150s")
    targets = {kept["target"][1] for kept in cluster.parts["loads"].connections.values()}
    assert "worker-1" not in targets
    assert outcomes(load)[-6:] == ["ok"] * 6


def test_an_open_load_keeps_no_connections():
    """There are no users who could."""
    with pytest.raises(ValueError, match="keep_alive=True needs users"):
        exposed().load("http://web/", rate=5, client="pod/client", keep_alive=True)


def test_a_connection_belongs_to_its_client():
    """A pod that was replaced has none; a proxy's is not kept."""
    kept = connection_of({"uid": "1", "address": "10.0.0.1", "node": "n"}, 7)
    assert on({"uid": "1"}, kept)["address"] == "10.0.0.1"
    assert on({"uid": "2"}, kept) == {"uid": "2"}
    assert connection_of({"legs": (1,), "address": "10.0.0.1"}, 7) == {}


def pauses(door, attribute=""):
    """(seconds since the answer before, how it ended) of a patient user's requests."""
    cluster = edge()
    if attribute:
        cluster.kubectl(f"annotate {door.replace('/', ' ')} {attribute}")
        cluster.run("30s")
    host = "shop.example.com" if door == "ingress/shop" else name_of(cluster, door)
    load = cluster.load(f"http://{host}/", users=1, think="200s", duration="3h", keep_alive=True)
    cluster.run("3h")
    asked = load.requests()
    return [((sent - was[2]) / 1e9, how) for was, (_, sent, _, how) in pairwise(asked)]


IDLE = "service.beta.kubernetes.io/aws-load-balancer-listener-attributes.TCP-80"


@pytest.mark.parametrize(
    ("attribute", "limit"), [("", 350), (f"{IDLE}=tcp.idle_timeout.seconds=60", 60)]
)
def test_a_balancer_of_layer_4_forgets_a_quiet_flow(attribute, limit):
    """Whoever uses it afterwards is reset; the next request opens a new connection."""
    found = pauses("service/web", attribute)
    ended = [how for _, how in found]
    was = ["ok", *ended]
    late = [pause >= limit and was[at] == "ok" for at, (pause, _) in enumerate(found)]
    assert [how == "connection reset by peer" for how in ended] == late
    assert 0 < sum(late) < len(late)


def test_a_balancer_of_layer_7_closes_a_quiet_connection():
    """Its client sees that and opens another: nothing is lost."""
    found = pauses("ingress/shop")
    assert max(pause for pause, _ in found) > 60
    assert {how for _, how in found} == {"ok"}


def test_a_listener_refuses_other_times():
    """As AWS does: 60 s to 6,000 s."""
    cluster = edge()
    cluster.kubectl(f"annotate service web {IDLE}=tcp.idle_timeout.seconds=10")
    cluster.run("10s")
    told = [one["message"] for one in cluster.api.list("events", "default")]
    assert any("tcp.idle_timeout.seconds=10: it must be 60 to 6000 seconds" in one for one in told)
