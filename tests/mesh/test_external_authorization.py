"""CUSTOM policies in a cluster: Istio's sample authoriser as a workload of the mesh."""

from functools import cache

import pytest

from kubelearn.cluster import Cluster
from kubelearn.sim.clock import SECOND
from tests.mesh.programs import CLIENTS, program

AUTHORISER = """
apiVersion: v1
kind: Service
metadata: {name: ext-authz, namespace: guard}
spec:
  selector: {app: ext-authz}
  ports: [{name: http, port: 8000}, {name: grpc, port: 9000}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ext-authz, namespace: guard}
spec:
  selector: {matchLabels: {app: ext-authz}}
  template:
    metadata: {labels: {app: ext-authz}}
    spec:
      containers:
      - name: ext-authz
        image: gcr.io/istio-testing/ext-authz:latest
        ports: [{containerPort: 8000}, {containerPort: 9000}]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: door}
spec:
  selector: {istio: ingressgateway}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: door}
spec:
  hosts: ["*"]
  gateways: [door]
  http: [{route: [{destination: {host: web}}]}]
"""
MESH = """
extensionProviders:
- name: sample
  {kind}:
    service: ext-authz.guard.svc.cluster.local
    port: {port}
    {more}
    {headers}
"""
NAMESPACE = {"apiVersion": "v1", "kind": "Namespace",
             "metadata": {"name": "guard", "labels": {"istio-injection": "enabled"}}}  # fmt: skip
ALLOW = {"x-ext-authz": "allow"}
HTTP = ("envoyExtAuthzHttp", 8000)
GRPC = ("envoyExtAuthzGrpc", 9000)


@cache
def made():
    """The authoriser, a program, clients, and a gateway."""
    cluster = Cluster(nodes=3, zones=1, seed=3)
    cluster.install("istio")
    cluster.run("30s")
    cluster.apply(NAMESPACE)
    cluster.apply(AUTHORISER)
    cluster.apply(CLIENTS)
    cluster.apply(program("web"))
    return cluster.run("60s")


def guarded(kind, more="", namespace="default", **selector):
    """With a policy that asks about all but /free."""
    name, port = kind
    headers = "includeRequestHeadersInCheck: [x-ext-authz]" if kind == HTTP else ""
    mesh = MESH.format(kind=name, port=port, more=more, headers=headers)
    cluster = made().fork()
    cluster.patch("configmap/istio", {"data": {"mesh": mesh}}, namespace="istio-system")
    rule = {"to": [{"operation": {"notPaths": ["/free"]}}]}
    spec = {"action": "CUSTOM", "provider": {"name": "sample"}, "rules": [rule],
            "selector": {"matchLabels": selector or {"app": "web"}}}  # fmt: skip
    cluster.apply({"apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy",
                   "metadata": {"name": "ask", "namespace": namespace}, "spec": spec})  # fmt: skip
    return cluster.run("1s")


def ask(cluster, path="/", client="pod/client", host="web", **options):
    """One request."""
    return cluster.ask(f"http://{host}{path}", client=client, **options)


def told(call, hop):
    """What a hop says."""
    return [step.decision for step in call.trace if step.hop == hop]


@pytest.mark.parametrize("kind", [HTTP, GRPC])
def test_it_decides_by_the_header(kind):
    """Only where the policy matches; a refusal bears its status and body, and the flag UAEX."""
    cluster = guarded(kind)
    assert ask(cluster, "/free").status == 200
    assert ask(cluster, headers=ALLOW).status == 200
    refused = ask(cluster)
    assert (refused.status, refused.flags) == (403, "UAEX")
    assert refused.body.startswith("denied by ext_authz for not found header `x-ext-authz: allow`")


def test_the_question_goes_through_the_mesh():
    """From the server's proxy to the authoriser's, with mTLS; its answer comes before the body."""
    call = ask(guarded(HTTP), headers=ALLOW)
    question = "; default/ask asks sample at ext-authz.guard.svc.cluster.local:8000: GET /"
    assert told(call, "inbound")[0].endswith(question)
    asked = [step for step in call.trace if step.hop == "authorise"]
    assert all(step.place.startswith("web-") for step in asked)
    assert "mTLS" in asked[0].decision
    assert any("mTLS as cluster.local/ns/default" in text for text in told(call, "inbound"))
    assert any("sample allows it" in text for text in told(call, "inbound"))


def test_the_gateway_asks_too():
    """Where the policy is about the gateway's proxy."""
    cluster = guarded(HTTP, namespace="istio-system", istio="ingressgateway")
    door = "istio-ingressgateway.istio-system"
    statuses = [ask(cluster, client="pod/plain", host=door, headers=headers).status
                for headers in ({}, ALLOW)]  # fmt: skip
    assert statuses == [403, 200]


@pytest.mark.parametrize(("more", "status"), [("", 403), ("failOpen: true", 200),
                                              ("statusOnError: '503'", 503)])  # fmt: skip
def test_an_authoriser_that_is_away(more, status):
    """Nobody passes, unless it fails open."""
    cluster = guarded(HTTP, more)
    cluster.scale("deployment/ext-authz", 0, namespace="guard")
    cluster.run("60s")
    call = ask(cluster, headers=ALLOW)
    assert (call.status, call.flags) == (status, "" if status == 200 else "UAEX")


def test_a_provider_that_is_not_there():
    """What the policy matches is refused, with the reason."""
    cluster = guarded(HTTP)
    cluster.patch("configmap/istio", {"data": {"mesh": "{}"}}, namespace="istio-system")
    cluster.run("1s")
    call = ask(cluster, headers=ALLOW)
    assert (call.status, call.body) == (403, "RBAC: access denied")
    assert any("extension provider sample not found" in text for text in told(call, "inbound"))
    assert ask(cluster, "/free").status == 200


def test_it_takes_a_client_no_longer_than_it_waits():
    """A question that nobody answers ends with the client's patience."""
    cluster = guarded(HTTP)
    cluster.apply(program("slow", service_time="fixed 5s"))
    cluster.run("60s")
    text = MESH.format(kind=HTTP[0], port=80, more="", headers="").replace(
        "ext-authz.guard", "slow.default")  # fmt: skip
    cluster.patch("configmap/istio", {"data": {"mesh": text}}, namespace="istio-system")
    cluster.run("1s")
    call = ask(cluster, timeout=2 * SECOND)
    assert (call.status, round(call.latency, 1)) == (0, 2.0)


def test_under_load():
    """Each request is asked about; a fork goes on by itself."""
    cluster = guarded(HTTP)
    twin = cluster.fork()
    for one in (cluster, twin):
        load = one.load("http://web/", client="pod/client", rate=20, duration="2s")
        one.run("5s")
        assert load.totals()["403"] == load.totals()["sent"] > 30


def test_the_metrics_do_not_count_questions():
    """Envoy's own questions are no requests of a client."""
    cluster = guarded(HTTP)
    ask(cluster, headers=ALLOW)
    found = {(one.reporter, one.service_name) for one in cluster.parts["telemetry"].series.totals}
    assert found == {("source", "web"), ("destination", "web"), ("destination", "ext-authz")}
