"""Doors that are asked the same questions: each cell of the table is a run."""

from functools import cache

import pytest

from kubelearn.api.errors import NotFound
from kubelearn.learn import interview
from kubelearn.learn.door_questions import QUESTIONS
from kubelearn.learn.edge_checks import with_balancers
from kubelearn.learn.interview import host_of

BOTH = {"NLB": "service/shop-nlb", "ALB": "ingress/shop-alb"}
SHOP = "deployment/shop"
STICKY = "alb.ingress.kubernetes.io/target-group-attributes=stickiness.enabled=true"


@cache
def shop():
    """The cluster of lesson 09."""
    cluster = with_balancers(9)
    cluster.apply("notebooks/manifests/balancers.yaml")
    return cluster.run("210s")


def answers(name, cluster=None):
    """What NLB and ALB answer to a question."""
    found = interview(cluster or shop(), BOTH, deployment=SHOP, about=[name])
    return found.frame["rows"][0]["answers"]


def test_a_layer_is_what_it_sees():
    """A flow, or a request with method, host, path and headers."""
    flow, request = answers("sees")
    assert flow.startswith("a flow: 203.0.113.77 → ")
    assert request == "a request: GET alb.example.com/cart, Cookie: basket=7"


def test_only_a_reader_knows_paths_and_hosts():
    """The NLB gives everything to its one Service."""
    assert answers("path") == ["200 from a pod of shop", "200 from a pod of cart"]
    assert answers("host") == ["200 from a pod of shop", "404 from the balancer"]


def test_the_sender_and_the_header():
    """Both balancers speak for the client; one of them says for whom."""
    nlb, alb = answers("sender")
    assert "(the balancer's)" in nlb
    assert nlb.endswith("X-Forwarded-For: none")
    assert alb.endswith("X-Forwarded-For: 203.0.113.77")


def test_tls_ends_where_the_request_is_read():
    """Layer 4 passes it on unopened, so the client sees the program's own certificate."""
    assert answers("certificate") == ["the program's", "the balancer's"]


def test_another_manifest_gets_other_answers():
    """With the cookie of the ALB a client meets one pod."""
    assert answers("connections")[1] == "3 pods: 4 + 4 + 4"
    sticky = shop().fork()
    sticky.kubectl(f"annotate ingress shop-alb {STICKY}")
    sticky.run("20s")
    assert answers("connections", sticky)[1] == "1 pod: 12"


def test_one_connection_is_one_pod_at_layer_4():
    """At layer 7 each request is sent anew."""
    found = [text.partition(" busy")[0] for text in answers("keep-alive")]
    assert found == ["1 of 3 pods", "3 of 3 pods"]


def test_reading_takes_time():
    """The ALB's median is the longer one."""
    nlb, alb = (float(text.removesuffix(" ms")) for text in answers("latency"))
    assert nlb < alb


def test_the_bill_goes_by_bytes_here():
    """7.1 GB an hour are as many units at both; unit and hour of an NLB are cheaper."""
    texts = answers("bill")
    assert [text.partition(": ")[2] for text in texts] == ["7.1 NLCU by GB/h", "7.1 LCU by GB/h"]
    nlb, alb = (float(text[1:].partition(" ")[0]) for text in texts)
    assert nlb < alb


@pytest.mark.parametrize("name", ["pod", "node", "fewer", "restart"])
def test_both_lose_requests_each_in_its_own_way(name):
    """Errors of connections at layer 4, status codes of a gateway at layer 7."""
    nlb, alb = answers(name)
    assert "connection" in nlb or "no route" in nlb
    assert alb.partition(": ")[2].split(" × ")[0] in ("502", "504")


def test_nobody_there():
    """Refused or 503 without targets; unhealthy targets are tried."""
    assert answers("empty") == ["connection refused", "answered 503"]
    assert answers("unhealthy") == ["answered 200", "answered 200"]
    assert answers("zone") == ["3 addresses, then 2", "3 addresses, then 3"]


def test_no_target_is_healthy_when_that_is_asked():
    """The question does to the balancers what it says."""
    found = interview(shop(), BOTH, deployment=SHOP, about=["unhealthy"])
    for cluster, kind in zip(found.clusters("unhealthy"), BOTH.values(), strict=True):
        told = [str(reason) for reason in cluster.why(kind).reasons]
        targets = [line for line in told if "of default/shop" in line and "target 1" in line]
        assert ["is unhealthy" in line for line in targets] == [True] * 3


def test_the_cluster_stays_as_it_is():
    """All happens in forks, and these can be looked at."""
    before = shop().fingerprint()
    found = interview(shop(), BOTH, deployment=SHOP, about=["empty"])
    assert shop().fingerprint() == before
    for cluster in found.clusters("empty"):
        assert cluster.object(SHOP)["spec"]["replicas"] == 0
    with pytest.raises(ValueError, match="'node' was not asked: choose of empty"):
        found.clusters("node")


def test_text_and_table():
    """Equal content in both; what is answered alike is marked."""
    found = interview(shop(), BOTH, deployment=SHOP, about=["path", "unhealthy"])
    assert str(found).startswith("2 questions to NLB and ALB; 1 answered differently.")
    assert "    ALB  200 from a pod of cart" in str(found)
    html = found._repr_html_()
    assert html.count("<td") == 4
    assert "No target is healthy =" in html
    assert "Who answers for /cart =" not in html


def test_mistakes_are_told():
    """Unknown questions, no doors, a door that is not there yet."""
    with pytest.raises(ValueError, match="no question 'prize': choose of sees, path"):
        interview(shop(), BOTH, deployment=SHOP, about=["prize"])
    with pytest.raises(ValueError, match="there is no door to ask at"):
        interview(shop(), {}, deployment=SHOP)
    with pytest.raises(ValueError, match="there is no door to ask at in 'service/shop-nlb'"):
        interview(shop(), "service/shop-nlb", deployment=SHOP)
    with pytest.raises(ValueError, match="about='sender': give a list of questions"):
        interview(shop(), BOTH, deployment=SHOP, about="sender")
    with pytest.raises(NotFound, match='"shp" not found'):
        interview(shop(), BOTH, deployment="shp", about=["sender"])
    with pytest.raises(ValueError, match="has no load balancer"):
        interview(shop(), {"it": "service/shop"}, deployment=SHOP)


def test_the_name_of_a_door():
    """A host of its own, else the name of its balancer."""
    assert [host_of(shop(), one) for one in BOTH.values()] == ["nlb.example.com", "alb.example.com"]
    twin = shop().fork()
    twin.kubectl("annotate service shop-nlb external-dns.alpha.kubernetes.io/hostname-")
    assert host_of(twin, "service/shop-nlb").endswith(".elb.us-west-2.amazonaws.com")


def test_every_question_says_how_it_is_answered():
    """Titles are told apart, and none is left without a run."""
    assert len({one.title for one in QUESTIONS.values()}) == len(QUESTIONS)
    assert all(one.how and one.ask.__doc__ for one in QUESTIONS.values())
