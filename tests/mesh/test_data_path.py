"""Requests through proxies: what fails how, with which flag, and what why() says of it."""

import pytest

from kubelearn.cluster import Cluster
from kubelearn.sim.clock import MILLISECOND, SECOND
from tests.mesh.programs import CLIENTS, program

ISTIO = {"VirtualService": "networking", "DestinationRule": "networking",
         "PeerAuthentication": "security", "AuthorizationPolicy": "security"}  # fmt: skip


def server(name, time="10ms", **more):
    """A Service and its pods."""
    return program(name, service_time=f"fixed {time}", **more)


@pytest.fixture(scope="module")
def started():
    """One zone, so that no place is nearer than another."""
    cluster = Cluster(nodes=3, zones=1, seed=6)
    cluster.install("istio")
    cluster.run("30s")
    cluster.apply(CLIENTS)
    cluster.apply(server("web", replicas=3))
    cluster.apply(server("bare", injected=False, port=81))
    cluster.apply(server("deaf", port=81))
    cluster.apply(server("slow", time="2s"))
    cluster.apply(server("sick", fails="100%", replicas=3))
    return cluster.run("60s")


@pytest.fixture
def cluster(started):
    """A copy for one test."""
    return started.fork()


def rule(cluster, kind, name, namespace="default", **spec):
    """Apply an object of Istio, and wait until proxies have it."""
    cluster.apply({"apiVersion": f"{ISTIO[kind]}.istio.io/v1", "kind": kind,
                   "metadata": {"name": name, "namespace": namespace}, "spec": spec})  # fmt: skip
    cluster.run("1s")


def route(cluster, name, **more):
    """A VirtualService with one rule to its own host."""
    rules = [{"route": [{"destination": {"host": name}}], **more}]
    rule(cluster, "VirtualService", name, hosts=[name], http=rules)


def ask(cluster, url, client="client", **more):
    """One request."""
    return cluster.request(url, client=f"pod/{client}", **more)


def outcome(call):
    """Status and flags."""
    return call.status, call.flags


def hosts(call):
    """Where the client's proxy has sent tries."""
    return [step.decision.split(": ")[1].partition(",")[0] for step in call.trace
            if step.hop == "outbound" and ": 10." in step.decision]  # fmt: skip


# Proxies on both sides, on one, on none


def test_with_proxies_on_both_sides(cluster):
    """Out of 15001, into 15006, with mTLS."""
    call = ask(cluster, "http://web/")
    hops = [step.hop for step in call.trace]
    assert hops == ["resolver", "outbound", "outbound", "wire", "inbound", "pod", "pod",
                    "outbound", "client"]  # fmt: skip
    assert "mTLS as cluster.local/ns/default/sa/default" in call.trace[4].decision


def test_with_a_proxy_on_the_servers_side_only(cluster):
    """kube-proxy picks the host; the proxy takes plain text as well."""
    call = ask(cluster, "http://web/", client="plain")
    assert [step.hop for step in call.trace][1:4] == ["kube-proxy", "wire", "inbound"]
    assert "mTLS PERMISSIVE: plain text" in call.trace[3].decision


def test_with_a_proxy_on_the_clients_side_only(cluster):
    """Plain text to whoever cannot do more."""
    cluster.patch("service/bare", {"spec": {"ports": [{"port": 80, "targetPort": 80}]}})
    cluster.run("1s")
    call = ask(cluster, "http://bare/")
    assert outcome(call) == (200, "")
    assert "plain text" in call.trace[2].decision
    assert "inbound" not in [step.hop for step in call.trace]


def test_what_the_mesh_does_not_know_goes_on_unchanged(cluster):
    """PassthroughCluster: here to a pod by its address."""
    pod = cluster.api.list("pods", "default", "app=bare")[0]
    call = ask(cluster, f"http://{pod['status']['podIP']}:80/")
    assert call.status == 200
    assert "PassthroughCluster" in call.trace[0].decision


def test_a_headless_service_leaves_the_choice_to_the_client(cluster):
    """Its cluster passes on to the address that the name had, with mTLS all the same."""
    ports = [{"port": 80, "name": "http"}]
    spec = {"clusterIP": "None", "selector": {"app": "web"}, "ports": ports}
    cluster.apply({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "each"},
                   "spec": spec})  # fmt: skip
    cluster.run("2s")
    call = ask(cluster, "http://each/")
    assert outcome(call) == (200, "")
    assert "outbound|80||each.default.svc.cluster.local" in call.trace[1].decision
    assert "the original address: 10.244." in call.trace[2].decision
    assert "mTLS" in call.trace[2].decision


def test_passthrough_leaves_it_to_kube_proxy(cluster):
    """The original address is the Service's."""
    policy = {"loadBalancer": {"simple": "PASSTHROUGH"}}
    rule(cluster, "DestinationRule", "web", host="web", trafficPolicy=policy)
    call = ask(cluster, "http://web/")
    assert outcome(call) == (200, "")
    hops = [step.hop for step in call.trace][1:6]
    assert hops == ["outbound", "outbound", "kube-proxy", "wire", "inbound"]


# Failures and flags


def test_no_route(cluster):
    """NR, 404."""
    rule(cluster, "VirtualService", "web", hosts=["web"], http=[
        {"match": [{"uri": {"prefix": "/api"}}], "route": [{"destination": {"host": "web"}}]}
    ])  # fmt: skip
    assert outcome(ask(cluster, "http://web/")) == (404, "NR")
    assert outcome(ask(cluster, "http://web/api/v1")) == (200, "")


def test_a_subset_that_does_not_exist(cluster):
    """NC: nobody said what the subset is. UH: nobody has its labels."""
    to = [{"destination": {"host": "web", "subset": "v9"}}]
    rule(cluster, "VirtualService", "web", hosts=["web"], http=[{"route": to}])
    call = ask(cluster, "http://web/")
    assert outcome(call) == (503, "NC")
    assert "whether the subset is in a DestinationRule" in str(cluster.why(call))
    subsets = [{"name": "v9", "labels": {"version": "v9"}}]
    rule(cluster, "DestinationRule", "web", host="web", subsets=subsets)
    call = ask(cluster, "http://web/")
    assert outcome(call) == (503, "UH")
    assert call.body == "no healthy upstream"


def test_nobody_listens(cluster):
    """Without a proxy there the own one tries three times; with one that one answers."""
    call = ask(cluster, "http://bare/")
    assert outcome(call) == (503, "URX,UF")
    assert len(hosts(call)) == 3
    assert outcome(ask(cluster, "http://deaf/")) == (503, "UF")
    assert ask(cluster, "http://bare/", client="plain").error == "connection refused"


def test_a_timeout(cluster):
    """The route's: 504 UT, without another try."""
    route(cluster, "slow", timeout="500ms")
    call = ask(cluster, "http://slow/")
    assert outcome(call) == (504, "UT")
    assert pytest.approx(call.latency, abs=0.01) == 0.5
    assert call.body == "upstream request timeout"


def test_a_timeout_of_each_try(cluster):
    """Three tries of 300 ms, with pauses of less than 25 and 50 ms."""
    retries = {"attempts": 2, "perTryTimeout": "300ms", "retryOn": "gateway-error"}
    route(cluster, "slow", retries=retries)
    call = ask(cluster, "http://slow/")
    assert outcome(call) == (504, "URX,UT")
    assert 0.9 < call.latency < 0.98


@pytest.mark.parametrize("after", ["301ms", "310ms", "330ms"])
def test_the_time_of_all_tries_may_end_in_a_pause(cluster, after):
    """Then no try follows: 504 UT."""
    retries = {"attempts": 3, "perTryTimeout": "300ms", "retryOn": "gateway-error"}
    route(cluster, "slow", retries=retries, timeout=after)
    call = ask(cluster, "http://slow/")
    assert outcome(call) == (504, "UT")
    assert call.latency == pytest.approx(int(after[:3]) / 1000, abs=0.01)


def test_retries_go_to_hosts_that_were_not_tried(cluster):
    """Three of three, and then the retries are used up."""
    route(cluster, "sick", retries={"attempts": 2, "retryOn": "5xx"})
    call = ask(cluster, "http://sick/")
    assert outcome(call) == (500, "URX")
    assert len(set(hosts(call))) == 3


def pauses(call):
    """The pauses before tries, in ms."""
    texts = (step.decision.rpartition("again after ")[2] for step in call.trace
             if "again after" in step.decision)  # fmt: skip
    return [int(one.partition(" ")[0]) for one in texts]


def test_pauses_between_tries_as_the_rule_says(cluster):
    """Below an interval that doubles each time, at most ten of the first."""
    retries = {"attempts": 5, "retryOn": "5xx"}
    route(cluster, "sick", retries={**retries, "backoff": "2s"})
    found = pauses(cluster.ask("http://sick/", client="pod/client", timeout=60 * SECOND))
    assert len(found) == 5
    assert max(found) > 250
    assert all(one < 2000 * 2**number for number, one in enumerate(found))
    route(cluster, "sick", retries=retries)
    assert max(pauses(ask(cluster, "http://sick/"))) <= 250


def test_by_default_an_answer_is_not_asked_for_again(cluster):
    """Two retries, but only for connections that fail."""
    call = ask(cluster, "http://sick/")
    assert outcome(call) == (500, "")
    assert len(hosts(call)) == 1


def test_the_client_gives_up_first(cluster):
    """A delay is no part of the route's time; the client's own ends it."""
    share = {"value": 100}
    route(cluster, "web", fault={"delay": {"fixedDelay": "20s", "percentage": share}})
    call = ask(cluster, "http://web/")
    assert call.error == "timed out waiting for the answer"
    assert call.latency == 10.0


def test_faults(cluster):
    """An abort is answered at once, after the delay if there is one."""
    share = {"value": 100}
    fault = {"abort": {"httpStatus": 418, "percentage": share}}
    route(cluster, "web", fault=fault)
    assert outcome(ask(cluster, "http://web/")) == (418, "FI")
    route(cluster, "web", fault={"delay": {"fixedDelay": "1s", "percentage": share}})
    call = ask(cluster, "http://web/")
    assert outcome(call) == (200, "DI")
    assert call.latency // 1 == 1


def test_a_redirect_and_an_own_answer(cluster):
    """The proxy says it itself."""
    rule(cluster, "VirtualService", "web", hosts=["web"], http=[
        {"match": [{"uri": {"exact": "/old"}}], "redirect": {"uri": "/new"}},
        {"directResponse": {"status": 503}},
    ])  # fmt: skip
    assert outcome(ask(cluster, "http://web/old")) == (301, "")
    assert outcome(ask(cluster, "http://web/")) == (503, "")


def test_a_rewritten_path_reaches_the_program(cluster):
    """And only there; the call is still what the client asked for."""
    route(cluster, "web", match=[{"uri": {"prefix": "/api"}}], rewrite={"uri": "/v2"})
    call = ask(cluster, "http://web/api/x")
    assert "GET /v2/x" in call.body
    assert call.target.path == "/api/x"


# Limits and ejection


def limited(cluster, connections, pending):
    """How 4 users who never pause fare with a slow server."""
    http = {"http1MaxPendingRequests": pending}
    pool = {"tcp": {"maxConnections": connections}, "http": http}
    rule(cluster, "DestinationRule", "web", host="web", trafficPolicy={"connectionPool": pool})
    load = cluster.load("http://web/", users=4, think="0.05s", duration="5s", client="pod/client")
    cluster.run("6s")
    return load.totals()


def test_a_full_pool_is_told_at_once(cluster):
    """One connection, one who waits: the others get 503."""
    totals = limited(cluster, 1, 1)
    assert totals["503"] > 0
    assert totals["sent"] == totals["ok"] + totals["503"]


def test_who_waits_gets_the_connection(cluster):
    """One connection and room for three: all are served, one after the other."""
    totals = limited(cluster, 1, 3)
    assert totals["sent"] == totals["ok"]
    upstreams = cluster.parts["proxies"].upstreams.values()
    assert not any(one.active or one.waiting for one in upstreams)


def test_waiting_ends_with_the_time(cluster):
    """Whoever waits for a connection longer than the route allows is answered 504."""
    route(cluster, "slow", timeout="1s")
    pool = {"tcp": {"maxConnections": 1}}
    rule(cluster, "DestinationRule", "slow", host="slow", trafficPolicy={"connectionPool": pool})
    load = cluster.load("http://slow/", users=2, think="10s", duration="3s", client="pod/client")
    cluster.run("4s")
    totals = load.totals()
    assert (totals["sent"], totals["504"]) == (2, 2)


def sickly(cluster, **outlier):
    """How many of 400 requests fail when one pod of four is sick."""
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {
        "name": "ill", "labels": {"app": "web", "sidecar.istio.io/inject": "true"},
        "annotations": {"kubelearn.dev/fails": "100%"}},
        "spec": {"containers": [{"name": "c", "image": "example.com/web:1",
                                 "ports": [{"containerPort": 80}]}]}})  # fmt: skip
    cluster.run("20s")
    said = {"consecutive5xxErrors": 5, "baseEjectionTime": "300s", **outlier}
    rule(cluster, "DestinationRule", "web", host="web", trafficPolicy={"outlierDetection": said})
    load = cluster.load("http://web/", rate=20, duration="20s", client="pod/client")
    cluster.run("25s")
    return load.totals().get("500", 0)


def test_by_default_the_sick_pod_stays(cluster):
    """10 % of four hosts is less than one: nobody may be ejected."""
    assert sickly(cluster) > 60


def test_with_room_for_it_the_sick_pod_is_ejected(cluster):
    """After five failures, for five minutes."""
    assert sickly(cluster, maxEjectionPercent=30) == 5


def test_all_ejected_is_no_healthy_upstream(cluster):
    """Istio does not let proxies panic: without a well host there is none."""
    said = {"consecutive5xxErrors": 1, "maxEjectionPercent": 100}
    rule(cluster, "DestinationRule", "sick", host="sick", trafficPolicy={"outlierDetection": said})
    found = [outcome(ask(cluster, "http://sick/")) for _ in range(12)]
    assert found[0] == (500, "")
    assert found[-1] == (503, "UH")
    assert sum(status == 500 for status, _ in found) == 3


# Security


def test_strict_closes_what_comes_without_mtls(cluster):
    """The plain client is reset; a client whose rule switches mTLS off gets 503 UC."""
    rule(cluster, "PeerAuthentication", "default", mtls={"mode": "STRICT"})
    assert ask(cluster, "http://web/", client="plain").error == "connection reset by peer"
    assert outcome(ask(cluster, "http://web/")) == (200, "")
    policy = {"tls": {"mode": "DISABLE"}}
    rule(cluster, "DestinationRule", "web", host="web", trafficPolicy=policy)
    assert outcome(ask(cluster, "http://web/")) == (503, "UC")


def test_who_may_call(cluster):
    """By identity, which only mTLS proves."""
    source = {"source": {"principals": ["cluster.local/ns/default/sa/default"]}}
    to = {"operation": {"methods": ["GET"]}}
    rule(cluster, "AuthorizationPolicy", "web", action="ALLOW",
         rules=[{"from": [source], "to": [to]}])  # fmt: skip
    assert outcome(ask(cluster, "http://web/")) == (200, "")
    call = ask(cluster, "http://web/", method="POST")
    assert outcome(call) == (403, "RBAC")
    assert call.body == "RBAC: access denied"
    assert "no ALLOW policy matches" in str(cluster.why(call))
    assert outcome(ask(cluster, "http://web/", client="plain")) == (403, "RBAC")


# Loads


def test_a_load_is_proxied_request_by_request(cluster):
    """Weights hold, and each request is decided by itself."""
    subsets = [{"name": "all", "labels": {"version": "v1"}}]
    rule(cluster, "DestinationRule", "web", host="web", subsets=subsets)
    to = [{"destination": {"host": "web", "subset": "all"}, "weight": 75},
          {"destination": {"host": "web", "subset": "none"}, "weight": 25}]  # fmt: skip
    rule(cluster, "VirtualService", "web", hosts=["web"], http=[{"route": to}])
    load = cluster.load("http://web/", rate=40, duration="10s", client="pod/client")
    cluster.run("12s")
    totals = load.totals()
    assert 0.18 < totals["503"] / totals["sent"] < 0.32


def test_a_rewind_plays_the_same(cluster):
    """Balancers, ejections and queues are part of what is played again."""
    limited(cluster, 1, 1)
    first = cluster.fingerprint()
    state = {key: (dict(one.active), one.waiting)
             for key, one in cluster.parts["proxies"].upstreams.items()}  # fmt: skip
    now = cluster.clock.now
    cluster.rewind((now - 3 * SECOND) / SECOND)
    cluster.run((now - cluster.clock.now) / SECOND)
    assert now == pytest.approx(cluster.clock.now, abs=MILLISECOND)
    assert first == cluster.fingerprint()
    assert state == {key: (dict(one.active), one.waiting)
                     for key, one in cluster.parts["proxies"].upstreams.items()}  # fmt: skip
