"""Telemetry objects that change metrics and pick lines of the log."""

import pytest

from kubelearn.api.errors import Invalid
from kubelearn.mesh.telemetry.metrics import Override, overrides
from kubelearn.mesh.telemetry.query import REQUESTS
from kubelearn.mesh.telemetry.series import exposition
from kubelearn.mesh.telemetry.settings import CLIENT, SERVER, watching
from tests.mesh.small import an_object, push
from tests.mesh.telemetry.watched import ask, log_of, telemetry, watched_mesh

ENVOY = [{"name": "envoy"}]


@pytest.fixture
def cluster():
    """A copy for one test."""
    return watched_mesh()


def changed(match=None, **override):
    """The field `metrics` with one override."""
    return [{"overrides": [{**({"match": match} if match else {}), **override}]}]


def written(cluster):
    """What all proxies give to Prometheus."""
    return "\n".join(exposition(cluster.parts["telemetry"].series.totals.items()))


def test_a_label_is_left_out(cluster):
    """Series that differ in nothing else are one."""
    gone = {name: {"operation": "REMOVE"} for name in ("source_workload", "reporter")}
    telemetry(cluster, metrics=changed({"metric": "REQUEST_COUNT"}, tagOverrides=gone))
    ask(cluster, "http://back/")
    ask(cluster, "http://front/")
    text = written(cluster)
    counts = [row for row in text.splitlines() if row.startswith("istio_requests_total")]
    assert not any("source_workload=" in row for row in counts)
    assert 'istio_request_duration_milliseconds_count{reporter="source"' in text


def test_a_label_says_something_else(cluster):
    """An attribute, or a text; what a request does not have is unknown."""
    said = {"path": {"value": "request.url_path"}, "team": {"value": "'blue'"},
            "referer": {"value": "request.referer"}}  # fmt: skip
    telemetry(cluster, metrics=changed(tagOverrides=said))
    ask(cluster, "http://back/a?b=1")
    assert 'path="/a",referer="unknown",team="blue"' in written(cluster).replace(
        'connection_security_policy="unknown",', "")  # fmt: skip
    found = cluster.metrics(REQUESTS, by=("path", "team"))
    assert {("/a", "blue")} == set(zip(found["path"], found["team"], strict=True))


def test_one_side_counts_one_metric_no_more(cluster):
    """The mode and the metric of a match."""
    match = {"metric": "REQUEST_COUNT", "mode": "CLIENT"}
    telemetry(cluster, metrics=changed(match, disabled=True))
    ask(cluster, "http://back/")
    text = written(cluster)
    assert 'istio_requests_total{reporter="source"' not in text
    assert 'istio_requests_total{reporter="destination"' in text
    assert 'istio_request_duration_milliseconds_count{reporter="source"' in text


def test_a_workload_counts_nothing_at_all(cluster):
    """Its selector picks it; the others go on."""
    selector = {"matchLabels": {"app": "back"}}
    off = changed({"metric": "ALL_METRICS"}, disabled=True)
    telemetry(cluster, "quiet", "default", selector=selector, metrics=off)
    ask(cluster, "http://back/")
    ask(cluster, "http://sick/")
    counted = {(labels.reporter, labels.service_name)
               for labels in cluster.parts["telemetry"].series.totals}  # fmt: skip
    assert {("source", "back"), ("source", "sick"), ("destination", "sick")} == counted


def test_what_comes_later_wins():
    """Mesh, namespace, workload: each on top of the one before."""
    root = changed({"metric": "ALL_METRICS"}, disabled=True)
    tags = {"a": {"operation": "REMOVE"}}
    own = changed({"metric": "REQUEST_COUNT", "mode": "SERVER"}, tagOverrides=tags)
    made = push([], telemetries=[an_object("root", "istio-system", metrics=root),
                                 an_object("own", metrics=own)])  # fmt: skip
    found = watching(made, "default", {}).metrics
    assert found[SERVER] == {REQUESTS: Override(False, (("a", None),))}
    assert found[CLIENT] == {}
    assert watching(made, "other", {}).metrics == (None, None)


def test_another_provider_counts_nothing_here():
    """Only Prometheus does, under whatever name."""
    mesh = {"extensionProviders": [{"name": "p", "prometheus": {}}, {"name": "o", "zipkin": {}}]}
    made = push([])
    object.__setattr__(made, "mesh", mesh)
    assert overrides(made, [{"metrics": [{"providers": [{"name": "p"}]}]}], "CLIENT") == {}
    assert overrides(made, [{"metrics": [{"providers": [{"name": "o"}]}]}], "CLIENT") is None


def test_only_errors_are_logged(cluster):
    """The filter's expression decides for each request, at both proxies."""
    rule = {"expression": "response.code >= 400"}
    telemetry(cluster, accessLogging=[{"providers": ENVOY, "filter": rule}])
    ask(cluster, "http://back/")
    ask(cluster, "http://sick/")
    assert log_of(cluster, "back") == []
    assert [line.split('" ')[1][:3] for line in log_of(cluster, "sick")] == ["500"]


def test_a_filter_of_a_lower_level_counts():
    """It is the last that names the provider."""
    low = [{"providers": ENVOY, "filter": {"expression": "response.code == 500"}}]
    high = [{"providers": ENVOY, "filter": {"expression": "response.code == 404"}}]
    made = push([], telemetries=[an_object("root", "istio-system", accessLogging=high),
                                 an_object("own", accessLogging=low)])  # fmt: skip
    assert watching(made, "default", {}).logs[CLIENT] == ("response.code == 500",)
    assert watching(made, "other", {}).logs[SERVER] == ("response.code == 404",)


WRONG = {
    "no attribute": {"accessLogging": [{"filter": {"expression": "response.status > 1"}}]},
    "customMetric": {"metrics": changed({"customMetric": "x"}, disabled=True)},
    "UPSERT has no value": {"metrics": changed(tagOverrides={"a": {}})},
    "REMOVE has a value": {"metrics": changed(
        tagOverrides={"a": {"operation": "REMOVE", "value": "'x'"}})},
}  # fmt: skip


@pytest.mark.parametrize("match", [{"metric": "REQUESTS"}, {"mode": "BOTH"}])
def test_what_the_definition_does_not_know_is_refused(cluster, match):
    """By the API server, before Istio is asked."""
    with pytest.raises(Invalid, match=r"overrides\[0\].match.\w+: Unsupported value"):
        telemetry(cluster, "wrong", metrics=changed(match, disabled=True))


@pytest.mark.parametrize("problem", WRONG)
def test_what_cannot_be_used_is_told(cluster, problem):
    """Proxies go on without the object."""
    cluster.delete("validatingwebhookconfiguration/istiod-default-validator")
    telemetry(cluster, "wrong", **WRONG[problem])
    assert problem in str(cluster.why("telemetry/wrong", namespace="istio-system"))
