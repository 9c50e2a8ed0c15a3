"""Bookinfo answers as Istio's documentation of its tasks says, request by request."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.mesh.bookinfo import NETWORKING, meshed_bookinfo, needs_bookinfo

pytestmark = needs_bookinfo
JASON = {"end-user": "jason"}
PAGE = "http://productpage:9080/productpage"


@pytest.fixture
def cluster():
    """All requests go to v1."""
    return meshed_bookinfo()


def follow(cluster, *names):
    """Apply files of the sample, and wait until proxies have them."""
    for name in names:
        cluster.apply(NETWORKING[0].parent / f"{name}.yaml")
    cluster.run("1s")


def pod(cluster, app):
    """A client: a pod of an app of the sample."""
    return f"pod/{cluster.api.list('pods', 'default', f'app={app}')[0]['metadata']['name']}"


def page(cluster, headers=None):
    """One look at the page."""
    return cluster.request(PAGE, client=pod(cluster, "ratings"), headers=headers or {})


def reviews(call):
    """The versions of reviews that worked for a page, one for each try."""
    return [
        step.place.split("-")[1]
        for step in call.trace
        if step.hop == "pod" and step.place.startswith("reviews") and "works" in step.decision
    ]


def said(call, app):
    """What a program of the sample says as it answers."""
    return [
        step.decision
        for step in call.trace
        if step.hop == "pod" and step.place.startswith(app) and "answers" in step.decision
    ]


def test_every_pod_has_its_proxy(cluster):
    """Two of two containers are ready."""
    pods = cluster.api.list("pods", "default")
    assert len(pods) == 6
    for one in pods:
        names = [each["name"] for each in one["spec"]["initContainers"]]
        assert names == ["istio-init", "istio-proxy"]
        assert [c["ready"] for c in one["status"]["containerStatuses"]] == [True]


def test_all_to_v1(cluster):
    """No stars: nobody asks ratings."""
    calls = [page(cluster) for _ in range(12)]
    assert {("v1",)} == {tuple(reviews(call)) for call in calls}
    assert not any(said(call, "ratings") for call in calls)


def test_by_user(cluster):
    """Jason sees v2 (black stars), everybody else v1."""
    follow(cluster, "virtual-service-reviews-test-v2")
    assert reviews(page(cluster, JASON)) == ["v2"]
    assert reviews(page(cluster)) == ["v1"]
    assert reviews(page(cluster, {"end-user": "jasons"})) == ["v1"]


@pytest.mark.parametrize(("rule", "version", "low", "high"), [
    ("virtual-service-reviews-90-10", "v2", 4, 20), ("virtual-service-reviews-50-v3", "v3", 42, 78),
])  # fmt: skip
def test_shares(cluster, rule, version, low, high):
    """Of 120 pages the share of the new version is about as it is said."""
    follow(cluster, rule)
    found = Counter(version for _ in range(120) for version in reviews(page(cluster)))
    assert set(found) == {"v1", version}
    assert low <= found[version] <= high


def test_a_delay_for_jason(cluster):
    """7 s are more than the 3 s that the page waits, twice: after 6 s it comes without reviews."""
    follow(cluster, "virtual-service-reviews-test-v2", "virtual-service-ratings-test-delay")
    call = page(cluster, JASON)
    assert (call.status, round(call.latency, 1)) == (200, 6.0)
    assert reviews(call) == ["v2", "v2"]
    assert said(call, "productpage") == ["answers 200, without reviews"]
    assert page(cluster).latency < 0.2


def test_the_same_delay_of_two_seconds_is_waited_for(cluster):
    """As in the task's last step: everything is there, two seconds late."""
    follow(cluster, "virtual-service-reviews-test-v2", "virtual-service-ratings-test-delay")
    delay = [{"op": "replace", "path": "/spec/http/0/fault/delay/fixedDelay", "value": "2s"}]
    cluster.patch("virtualservice/ratings", delay, style="json")
    cluster.run("1s")
    call = page(cluster, JASON)
    assert (call.status, call.latency // 1) == (200, 2.0)
    assert said(call, "reviews") == ["answers 200"]


def test_an_abort_for_jason(cluster):
    """The page comes at once, with reviews that say that ratings are unavailable."""
    follow(cluster, "virtual-service-reviews-test-v2", "virtual-service-ratings-test-abort")
    call = page(cluster, JASON)
    assert call.status == 200
    assert call.latency < 0.2
    assert said(call, "reviews") == ["answers 200, without ratings"]
    assert "FI: fault injection" in str(cluster.why(call))
    assert reviews(page(cluster)) == ["v1"]


def test_ratings_down(cluster):
    """Without pods of ratings v2 answers without stars; the proxy says UH."""
    follow(cluster, "virtual-service-reviews-test-v2")
    cluster.scale("deployment/ratings-v1", 0)
    cluster.run("5s")
    client = pod(cluster, "details")
    call = cluster.request(PAGE, client=client, headers=JASON)
    assert call.status == 200
    assert said(call, "reviews") == ["answers 200, without ratings"]
    assert "UH: no healthy upstream" in str(cluster.why(call))


def through_the_gateway(cluster, path):
    """From the internet, by a node's port."""
    service = cluster.object("service/istio-ingressgateway", "istio-system")
    port = next(one["nodePort"] for one in service["spec"]["ports"] if one["port"] == 80)
    node = cluster.object("node/worker-2")["status"]["addresses"][0]["address"]
    return cluster.request(f"http://{node}:{port}{path}", client="internet")


def test_through_the_gateway(cluster):
    """The page, with mTLS from the gateway on."""
    call = through_the_gateway(cluster, "/productpage")
    assert call.status == 200
    edge = [step for step in call.trace if step.hop == "edge" and step.level == 0]
    assert "outbound|9080||productpage.default.svc.cluster.local" in edge[0].decision
    inbound = next(step for step in call.trace if step.hop == "inbound")
    assert inbound.decision.endswith("/ns/istio-system/sa/istio-ingressgateway-service-account")


def test_the_gateway_knows_the_paths_of_its_rules(cluster):
    """Others are 404 with the flag NR; without a Gateway nothing listens at all."""
    call = through_the_gateway(cluster, "/nosuch")
    assert (call.status, call.flags) == (404, "NR")
    cluster.delete("gateways.networking.istio.io/bookinfo-gateway")
    cluster.run("1s")
    assert through_the_gateway(cluster, "/productpage").error == "connection refused"


def test_without_sidecars_calls_are_direct():
    """Deleted rules and injection off: kube-proxy again, all versions."""
    twin = meshed_bookinfo()
    twin.patch("namespace/default", {"metadata": {"labels": {"istio-injection": None}}})
    for one in twin.api.list("pods", "default"):
        twin.delete(f"pod/{one['metadata']['name']}")
    twin.run("90s")
    calls = [page(twin) for _ in range(20)]
    assert {"v1", "v2", "v3"} == {version for call in calls for version in reviews(call)}
    assert not {step.hop for call in calls for step in call.trace} & {"outbound", "inbound"}
