"""The cookie of an application load balancer."""

import pytest

from kubelearn.sim.clock import SECOND
from tests.cloud.aws.edge import attributes, edge, refusals

URL = "http://shop.example.com/"


@pytest.fixture
def cluster():
    """An ALB whose cookies bind for a minute."""
    return attributes(edge(), "stickiness.enabled=true,stickiness.lb_cookie.duration_seconds=60")


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


APP = (
    "stickiness.enabled=true,stickiness.type=app_cookie,"
    "stickiness.app_cookie.cookie_name=SESSION,stickiness.app_cookie.duration_seconds=60"
)
WEIGHTED = """{"type": "forward", "forwardConfig": {"targetGroups": [
  {"serviceName": "web", "servicePort": 80, "weight": 50},
  {"serviceName": "green", "servicePort": 80, "weight": 50}], %s}}"""
BINDS = '"targetGroupStickinessConfig": {"enabled": true, "durationSeconds": 60}'
GREEN = """
apiVersion: v1
kind: Service
metadata: {name: green}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""


def jar(call):
    """All cookies of an answer as a client sends them back."""
    lines = call.state.get("response", {}).get("set-cookie", "").split("\n")
    return "; ".join(line.partition(";")[0] for line in lines)


@pytest.fixture
def sessions():
    """An ALB that follows the cookie SESSION of the program."""
    cluster = edge()
    cookie = {"metadata": {"annotations": {"kubelearn.dev/cookie": "SESSION"}}}
    for pod in cluster.api.list("pods", "default", "app=web"):
        cluster.patch(f"pod/{pod['metadata']['name']}", cookie)
    return attributes(cluster, APP)


def test_the_programs_cookie_begins_a_session(sessions):
    """Both cookies come, and both are needed."""
    first = ask(sessions)
    balancers, own = jar(first).split("; ")
    assert (balancers[:12], own[:8]) == ("AWSALBAPP-0=", "SESSION=")
    assert targets(sessions, jar(first)) == {first.state["target"][1]}
    assert len(targets(sessions, balancers)) == len(targets(sessions, own)) == 3


def test_each_answer_prolongs_a_session(sessions):
    """Also one that does not set the program's cookie again."""
    first = ask(sessions)
    sessions.run("50s")
    again = ask(sessions, jar(first))
    assert jar(again).startswith("AWSALBAPP-0=")
    assert "SESSION" not in jar(again)
    sessions.run("50s")
    own = jar(first).split("; ")[1]
    assert len(targets(sessions, f"{jar(again)}; {own}")) == 1
    assert len(targets(sessions, jar(first))) == 3


def test_without_the_programs_cookie_there_is_no_session():
    """The balancer sends none of its own."""
    assert "response" not in ask(attributes(edge(), APP)).state


def weighted(more, said=""):
    """Two Services with the same pods share the requests."""
    cluster = edge()
    cluster.apply(GREEN)
    spec = {
        "rules": [
            {
                "host": "shop.example.com",
                "http": {
                    "paths": [
                        {
                            "path": "/",
                            "pathType": "Prefix",
                            "backend": {
                                "service": {"name": "split", "port": {"name": "use-annotation"}}
                            },
                        }
                    ]
                },
            }
        ]
    }
    cluster.patch("ingress/shop", {"spec": spec})
    actions = {"alb.ingress.kubernetes.io/actions.split": WEIGHTED % more}
    cluster.patch("ingress/shop", {"metadata": {"annotations": actions}})
    return attributes(cluster, said).run("40s")


def groups(cluster, cookie):
    """The target groups that take requests with a cookie."""
    return {ask(cluster, cookie).state["group"] for _ in range(8)}


def test_a_client_stays_with_its_target_group():
    """The pods of the group take turns."""
    cluster = weighted(BINDS)
    first = ask(cluster)
    assert jar(first).startswith("AWSALBTG=")
    assert len(groups(cluster, "")) == 2
    assert groups(cluster, jar(first)) == {first.state["group"]}
    assert len(targets(cluster, jar(first), 6)) == 3
    cluster.run("61s")
    assert len(groups(cluster, jar(first))) == 2


def test_target_and_group_can_both_bind():
    """Two cookies."""
    cluster = weighted(BINDS, "stickiness.enabled=true")
    first = ask(cluster)
    assert [part.partition("=")[0] for part in jar(first).split("; ")] == ["AWSALB", "AWSALBTG"]
    assert targets(cluster, jar(first), 6) == {first.state["target"][1]}


def test_targets_bind_only_if_their_groups_do():
    """AWS refuses, and says what to do."""
    cluster = weighted('"targetGroupStickinessConfig": {}', "stickiness.enabled=true")
    assert (
        "You must enable group stickiness before enabling target stickiness"
        in refusals(cluster)[-1]
    )


def test_a_failure_binds_nobody(cluster):
    """502 and 504 are no answers of a target."""
    cluster.fail.node("worker-1")
    calls = [cluster.ask(URL, client="internet", timeout=20 * SECOND) for _ in range(3)]
    assert {(call.status, bool(jar(call))) for call in calls} == {(200, True), (504, False)}


def test_forks_agree(cluster):
    """The same cookie leads to the same target."""
    cookie, twin = cookie_of(ask(cluster)), cluster.fork()
    assert cookie_of(ask(twin, cookie)) == cookie_of(ask(cluster, cookie))
