"""The load balancer as a hop: what it sees, and how failures behind it look."""

import pytest

from kubelearn.network.load_balancers import GATEWAY_STATUS, NoBalancers
from kubelearn.sim.clock import SECOND
from kubelearn.traffic.balancers import Destination, Flow, Forward
from tests.network.exposed import exposed

ADDRESS = "198.51.100.77"


class One(NoBalancers):
    """A balancer that keeps what it was shown."""

    def __init__(self, layer, forward, idle=0):
        self._layer, self._forward, self._idle, self.shown = layer, forward, idle, []

    def place_of(self, address):
        """In zone a."""
        return "zone/us-west-2a" if address == ADDRESS else ""

    def layer(self, address):
        """As given."""
        return self._layer

    def idle_timeout(self, address, port):
        """As given."""
        return self._idle

    def forward(self, flow, request, draw):
        """As given."""
        self.shown.append((flow, request))
        return self._forward


def asked(layer, forward, idle=0, **options):
    """A request through a balancer."""
    cluster = exposed()
    requests = cluster.parts["requests"]
    requests.balancers = balancer = One(layer, forward, idle)
    options = {"client": "internet", **options}
    number = requests.send(f"http://{ADDRESS}/cart?id=1", headers={"Host": "shop"}, **options)
    cluster.run("30s")
    return requests.take(number), balancer.shown


def test_layer_4_sees_the_flow_only():
    """Addresses and port."""
    _, [(flow, request)] = asked(4, Forward("x", "x", status=200))
    assert (flow, request) == (Flow("203.0.113.10", ADDRESS, 80), None)


def test_layer_7_sees_the_request():
    """Method, host, path with query, headers."""
    _, [(_, request)] = asked(7, Forward("x", "x", status=200), method="PUT")
    assert (request.method, request.host, request.path) == ("PUT", "shop", "/cart?id=1")


@pytest.mark.parametrize("name", ["X-Forwarded-For", "x-forwarded-for"])
def test_forwarded_for_is_appended(name):
    """To what a proxy before has written, in any case."""
    cluster = exposed()
    pod = cluster.api.list("pods", "default", "app=web")[0]["status"]["podIP"]
    requests = cluster.parts["requests"]
    requests.balancers = One(7, Forward("x", "x", (Destination(pod, 8080, "x"),)))
    number = requests.send(f"http://{ADDRESS}/", client="internet", headers={name: "192.0.2.1"})
    cluster.run("5s")
    call = requests.take(number)
    assert call.headers["X-Forwarded-For"] == "192.0.2.1, 203.0.113.10"
    assert call.status == 200


@pytest.mark.parametrize(("layer", "expected"), [(7, (502, "")), (4, (0, "connection refused"))])
def test_a_target_that_refuses(layer, expected):
    """502 from a balancer that answers by itself."""
    cluster = exposed()
    pod = cluster.api.list("pods", "default", "app=web")[0]["status"]["podIP"]
    call, _ = asked(layer, Forward("x", "x", (Destination(pod, 9, "x"),)))
    assert (call.status, call.error) == expected


@pytest.mark.parametrize(
    ("layer", "expected"), [(7, (502, "", 3)), (4, (0, "connection timed out", 10))]
)
def test_a_target_whose_pod_has_gone(layer, expected):
    """Its node says so; a balancer of layer 7 hears it, one of layer 4 passes no ICMP on."""
    nobody = Forward("x", "x", (Destination("10.244.1.250", 80, "x"),))
    call, _ = asked(layer, nobody)
    assert (call.status, call.error, round(call.latency)) == expected


@pytest.mark.parametrize(
    ("destination", "expected"),
    [
        (("{pod}", 9), "connection reset by peer"),
        (("172.18.0.250", 80), "timed out waiting for the answer"),
        (("10.244.1.250", 80), "timed out waiting for the answer"),
    ],
)
def test_a_client_whose_tls_ends_at_a_balancer_of_layer_4(destination, expected):
    """It is connected, whoever is behind the balancer."""
    pod = exposed().api.list("pods", "default", "app=web")[0]["status"]["podIP"]
    address, port = destination
    to = Destination(address.format(pod=pod), port, "x")
    call, _ = asked(4, Forward("x", "x", (to,), secure=False))
    assert (call.status, call.error) == (0, expected)


def test_a_target_that_is_silent_is_a_504_after_10_s():
    """If the client waits so long."""
    nobody = Forward("x", "x", (Destination("172.18.0.250", 80, "x"),))
    call, _ = asked(7, nobody, timeout=20 * 10**9)
    assert call.status == 504
    assert 10.0 < call.latency < 10.1
    call, _ = asked(7, nobody, timeout=5 * 10**9)
    assert (call.status, call.latency) == (0, 5.0)


def test_no_idle_timeout_is_over_before_there_is_a_connection():
    """Not the 2 s of this balancer, but the 3 s in which its node looks for the address."""
    nobody = Forward("x", "x", (Destination("10.244.1.250", 80, "x"),))
    call, _ = asked(7, nobody, idle=2 * SECOND)
    assert (call.status, round(call.latency)) == (502, 3)


def test_each_way_to_fail_has_a_status():
    """502 or 504."""
    assert set(GATEWAY_STATUS.values()) == {502, 504}
