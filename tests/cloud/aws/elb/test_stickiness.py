"""The cookie of an application load balancer."""

import pytest

from tests.cloud.aws.edge import edge

URL = "http://shop.example.com/"
ATTRIBUTES = "alb.ingress.kubernetes.io/target-group-attributes"


@pytest.fixture
def cluster():
    """An ALB whose cookies bind for a minute."""
    made = edge()
    said = "stickiness.enabled=true,stickiness.lb_cookie.duration_seconds=60"
    made.patch("ingress/shop", {"metadata": {"annotations": {ATTRIBUTES: said}}})
    return made.run("10s")


def ask(cluster, cookie=""):
    """A request of somebody on the internet."""
    return cluster.request(URL, client="internet", headers={"Cookie": cookie})


def cookie_of(call):
    """What a client sends back."""
    return call.state["response"]["set-cookie"].partition(";")[0]


def targets(cluster, cookie, count=4):
    """Where requests with a cookie go."""
    return {ask(cluster, cookie).state["target"][1] for _ in range(count)}


def test_without_the_attribute_there_is_no_cookie():
    """It is off by default."""
    assert "response" not in ask(edge()).state


def test_a_cookie_holds_a_client_at_its_target(cluster):
    """All its requests; those without take turns."""
    first = ask(cluster)
    assert targets(cluster, cookie_of(first)) == {first.state["target"][1]}
    assert len(targets(cluster, "AWSALB=nonsense")) == 3


def test_a_cookie_counts_for_its_duration_after_the_last_answer(cluster):
    """The client keeps it for seven days all the same."""
    first = ask(cluster)
    cluster.run("50s")
    second = ask(cluster, cookie_of(first))
    cluster.run("50s")
    assert len(targets(cluster, cookie_of(second))) == 1
    assert len(targets(cluster, cookie_of(first))) == 3
    assert "Expires=Thu, 08 Jan 2026 00:04:40 GMT" in first.state["response"]["set-cookie"]


def test_an_ill_target_gives_its_clients_away(cluster):
    """To another one, which a new cookie names."""
    first = ask(cluster)
    place = first.state["target"][1]
    pods = cluster.api.list("pods")
    address = place.partition(":")[0]
    [pod] = [one for one in pods if one["status"].get("podIP") == address]
    cluster.fail.node(pod["spec"]["nodeName"])
    cluster.run("38s")
    second = ask(cluster, cookie_of(first))
    assert second.state["target"][1] != place
    assert targets(cluster, cookie_of(second)) == {second.state["target"][1]}


def test_forks_agree(cluster):
    """The same cookie leads to the same target."""
    cookie, twin = cookie_of(ask(cluster)), cluster.fork()
    assert cookie_of(ask(twin, cookie)) == cookie_of(ask(cluster, cookie))


@pytest.mark.parametrize(
    ("said", "text"),
    [("stickiness.type=app_cookie", "only lb_cookie is there"),
     ("stickiness.lb_cookie.duration_seconds=0", "from 1 to 604800"),
     ("slow_start.duration_seconds=30", "not modelled: only 0 is"),
     ("load_balancing.algorithm.type=least_outstanding_requests", "only round_robin is")],
)  # fmt: skip
def test_what_is_absent_or_wrong_is_refused(said, text):
    """In an event of the Ingress."""
    cluster = edge()
    made = {ATTRIBUTES: f"stickiness.enabled=true,{said}"}
    cluster.patch("ingress/shop", {"metadata": {"annotations": made}})
    cluster.run("5s")
    events = cluster.api.list("events")
    assert [text in one["message"] for one in events if one["reason"] == "FailedBuildModel"] == [
        True
    ]
