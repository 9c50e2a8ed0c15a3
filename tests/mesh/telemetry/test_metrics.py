"""Istio's standard metrics: counted by both proxies, with all labels."""

import pytest

from kubelearn.mesh.telemetry.labels import workload_name
from kubelearn.mesh.telemetry.series import BOUNDS, KEPT, WIDTH, Series, Tally, exposition
from tests.mesh.telemetry.watched import ask, pod_of, ruled, watched_mesh

NAMES = (
    "reporter", "source_workload", "source_canonical_service", "source_canonical_revision",
    "source_workload_namespace", "source_principal", "source_app", "source_version",
    "source_cluster", "destination_workload", "destination_workload_namespace",
    "destination_principal", "destination_app", "destination_version", "destination_service",
    "destination_canonical_service", "destination_canonical_revision", "destination_service_name",
    "destination_service_namespace", "destination_cluster", "request_protocol", "response_code",
    "grpc_response_status", "response_flags", "connection_security_policy", "pod",
)  # fmt: skip
DEFAULT = "spiffe://cluster.local/ns/default/sa/default"


@pytest.fixture
def cluster():
    """A copy for one test."""
    return watched_mesh()


def counted(cluster, reporter, service="back"):
    """The only series of a reporter for a service, written out, and its tally."""
    rows = [(labels.standard(), tally)
            for labels, tally in cluster.parts["telemetry"].series.totals.items()
            if labels.reporter == reporter and labels.service_name == service]  # fmt: skip
    assert len(rows) == 1
    return rows[0]


def test_the_clients_proxy_counts_with_these_labels(cluster):
    """It knows both workloads and their names, but leaves the policy to the server's."""
    ask(cluster, "http://back/")
    labels, tally = counted(cluster, "source")
    assert tuple(labels) == NAMES
    assert tally.requests == 1
    known = {"source_workload": "client", "destination_workload": "back", "response_code": "200",
             "destination_service": "back.default.svc.cluster.local", "response_flags": "-",
             "destination_version": "v1", "source_version": "unknown", "pod": "client",
             "destination_principal": DEFAULT, "connection_security_policy": "unknown",
             "destination_cluster": "Kubernetes"}  # fmt: skip
    assert known.items() <= labels.items()


def test_the_servers_proxy_counts_too(cluster):
    """It says how the connection was secured."""
    ask(cluster, "http://back/")
    labels, _ = counted(cluster, "destination")
    assert labels["connection_security_policy"] == "mutual_tls"
    assert labels["source_principal"] == DEFAULT
    assert labels["source_workload"] == "client"


def test_of_a_client_without_a_proxy_nothing_is_known(cluster):
    """Only the server's proxy counts; the connection is plain text."""
    ask(cluster, "http://back/", client="plain")
    labels, _ = counted(cluster, "destination")
    assert labels["connection_security_policy"] == "none"
    assert {labels[name] for name in labels if name.startswith("source_")} == {"unknown"}
    assert cluster.metrics().empty


def test_what_the_program_asks_is_counted_from_its_proxy(cluster):
    """Front asks back: each request has its two proxies."""
    ask(cluster, "http://front/")
    assert counted(cluster, "source")[0]["source_workload"] == "front"
    assert counted(cluster, "source", "front")[0]["source_workload"] == "client"


def test_a_failure_bears_the_flag_of_the_proxy_that_has_made_it(cluster):
    """The server's proxy does not reach its program (UF); the client's passes on its answer."""
    call = ask(cluster, "http://deaf/")
    assert call.status == 503
    assert counted(cluster, "destination", "deaf")[0]["response_flags"] == "UF"
    assert counted(cluster, "source", "deaf")[0]["response_flags"] == "-"


def test_a_request_that_reaches_no_pod_has_no_workload(cluster):
    """No endpoint: UH, and the Service is all that is known."""
    cluster.kubectl("scale deployment/back --replicas=0")
    cluster.run("30s")
    ask(cluster, "http://back/")
    labels, _ = counted(cluster, "source")
    assert labels["destination_workload"] == "unknown"
    assert (labels["response_code"], labels["response_flags"]) == ("503", "UH")


def test_a_client_that_gives_up_leaves_code_0(cluster):
    """DC at both proxies: nobody was there any more."""
    cluster.ask("http://back/", client="pod/client", timeout=10_000_000)
    for reporter in ("source", "destination"):
        labels, _ = counted(cluster, reporter)
        assert (labels["response_code"], labels["response_flags"]) == ("0", "DC")


def test_each_try_is_a_request_for_the_server(cluster):
    """The client counts one, the server all three."""
    ruled(cluster, "sick", retries={"attempts": 2, "retryOn": "5xx"})
    ask(cluster, "http://sick/")
    assert counted(cluster, "source", "sick")[1].requests == 1
    assert counted(cluster, "source", "sick")[0]["response_flags"] == "URX"
    assert counted(cluster, "destination", "sick")[1].requests == 3


def test_a_load_is_counted_as_its_report_says(cluster):
    """Every request crosses the proxies."""
    load = cluster.load("http://front/", rate=20, duration="10s", client="pod/client")
    cluster.run("15s")
    table = cluster.metrics(by=["destination_service_name"])
    assert dict(table.itertuples(index=False)) == {"front": load.totals()["sent"],
                                                   "back": load.totals()["sent"]}  # fmt: skip


def test_quantiles_are_estimated_from_buckets(cluster):
    """Back works 30 ms: between 25 and 50."""
    for _ in range(20):
        ask(cluster, "http://back/")
    table = cluster.metrics("istio_request_duration_milliseconds", by=["destination_workload"])
    assert 25 <= table.iloc[0]["p95"] <= 50
    assert table.iloc[0]["count"] == 20


def test_questions_that_have_no_answer(cluster):
    """Names that are not there are told with those that are."""
    ask(cluster, "http://back/")
    with pytest.raises(ValueError, match="choose one of istio_requests_total"):
        cluster.metrics("istio_request_total")
    with pytest.raises(ValueError, match="no metric has a label 'code'"):
        cluster.metrics(code="200")


def test_a_fork_counts_by_itself(cluster):
    """And a rewind counts the same again."""
    ask(cluster, "http://back/")
    twin = cluster.fork()
    ask(twin, "http://back/")
    assert counted(cluster, "source")[1].requests == 1
    assert counted(twin, "source")[1].requests == 2
    cluster.run("5s")
    cluster.rewind("-2s")
    assert counted(cluster, "source")[1].requests == 1


def test_the_past_shows_what_was_counted_then(cluster):
    """at() is answered by playing again."""
    moment = cluster.time
    ask(cluster, "http://back/")
    assert cluster.at(moment).metrics().empty


def test_the_workload_behind_a_pod(cluster):
    """A Deployment by its ReplicaSet, and a pod of its own."""
    assert workload_name(pod_of(cluster, "back")) == "back"
    assert workload_name(cluster.object("pod/client")) == "client"


# Series by themselves


def labels(cluster):
    """Some labels."""
    ask(cluster, "http://back/")
    return next(iter(cluster.parts["telemetry"].series.totals))


def test_buckets_hold_their_upper_bound():
    """As Prometheus has it: le."""
    tally = Tally().add(5).add(6).add(4_000_000)
    assert tally.buckets[BOUNDS.index(5.0)] == 1
    assert tally.buckets[BOUNDS.index(10.0)] == 1
    assert tally.buckets[-1] == 1


def test_a_quantile_is_interpolated():
    """Half of four requests between 10 and 25: two of the four are below the middle."""
    tally = Tally()
    for _ in range(4):
        tally = tally.add(20)
    assert tally.quantile(0.5) == 17.5
    assert Tally().quantile(0.5) == 0.0
    assert Tally().add(4_000_000).quantile(0.5) == BOUNDS[-1]


def test_memory_is_bounded(cluster):
    """Ten minutes by pieces of time, and so many series."""
    series, some = Series(), labels(cluster)
    for piece in range(3 * KEPT):
        series.count(some, piece * WIDTH, 1)
    assert len(series.pieces) == KEPT
    assert series.totals[some].requests == 3 * KEPT
    assert series.since((3 * KEPT - 2) * WIDTH)[some].requests == 2
    for number in range(10_050):
        series.count(some._replace(service=str(number)), 3 * KEPT * WIDTH, 1)
    assert len(series.totals) == 10_000


def test_the_text_for_prometheus(cluster):
    """Labels in the proxy's order, without those that Prometheus adds."""
    some = labels(cluster)
    lines = list(exposition([(some, Tally().add(7))]))
    assert lines[1].startswith('istio_requests_total{reporter="destination",source_workload="cli')
    assert lines[1].endswith('connection_security_policy="mutual_tls"} 1')
    assert any(line.endswith('le="10"} 1') for line in lines)
    assert lines[-2].split()[-1] == "7"
