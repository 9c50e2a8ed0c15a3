"""What the gateway at the edge tells of the requests that it passes on."""

import pytest

from kubelearn.frames import service_graph, trace
from tests.mesh.telemetry.watched import telemetry, watched_mesh

GATEWAY = {"selector": {"istio": "ingressgateway"},
           "servers": [{"port": {"number": 80, "name": "http", "protocol": "HTTP"},
                        "hosts": ["shop.example.com"]}]}  # fmt: skip
TO = {"destination": {"host": "back", "port": {"number": 80}}}
RULE = {"hosts": ["shop.example.com"], "gateways": ["door"], "http": [{"route": [TO]}]}


@pytest.fixture
def cluster():
    """A door to back, with logs and traces of everything."""
    cluster = watched_mesh()
    for kind, name, spec in (("Gateway", "door", GATEWAY), ("VirtualService", "shop", RULE)):
        cluster.apply({"apiVersion": "networking.istio.io/v1", "kind": kind,
                       "metadata": {"name": name}, "spec": spec})  # fmt: skip
    telemetry(
        cluster,
        accessLogging=[{"providers": [{"name": "envoy"}]}],
        tracing=[{"providers": [{"name": "otel"}], "randomSamplingPercentage": 100}],
    )
    return cluster  # fmt: skip


def enter(cluster, host="shop.example.com"):
    """A request from a pod outside of the mesh through the gateway."""
    service = cluster.object("service/istio-ingressgateway", "istio-system")
    url = f"http://{service['spec']['clusterIP']}/"
    return cluster.request(url, client="pod/plain", headers={"host": host})


def test_it_counts_as_the_client_of_what_it_asks(cluster):
    """With its own workload and certificate; the server's proxy knows it."""
    assert enter(cluster).status == 200
    for reporter in ("source", "destination"):
        table = cluster.metrics(by=["source_workload", "source_principal"], reporter=reporter)
        (row,) = table.itertuples(index=False)
        assert row.source_workload == "istio-ingressgateway"
        assert row.source_principal.endswith("/sa/istio-ingressgateway-service-account")


def test_what_it_answers_itself_is_in_its_log(cluster):
    """An unknown host: 404 NR, and no other proxy hears of it."""
    assert enter(cluster, "other.example.com").status == 404
    pod = cluster.api.list("pods", "istio-system", "istio=ingressgateway")[0]
    (line,) = [text for _, text in cluster.parts["telemetry"].log(pod)]
    assert "404 NR route_not_found" in line
    assert '"other.example.com"' in line


def test_a_trace_begins_at_the_door(cluster):
    """Its span is the first, the server's lies in it."""
    spans = trace(cluster, enter(cluster))["spans"]
    assert [(row["service"], row["kind"], row["level"]) for row in spans] == [
        ("istio-ingressgateway.istio-system", "client", 0), ("back.default", "server", 1),
    ]  # fmt: skip


def test_the_graph_begins_there_too(cluster):
    """With the namespace in its name."""
    enter(cluster)
    (edge,) = service_graph(cluster)["edges"]
    assert (edge["from"], edge["to"]) == ("istio-ingressgateway.istio-system", "back")
