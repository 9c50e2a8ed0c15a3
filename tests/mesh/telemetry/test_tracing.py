"""Spans: one for each proxy, tied by headers that programs carry on or not."""

import pytest

from kubelearn.frames import trace
from kubelearn.mesh.telemetry.tracing import CARRIERS, MOST, Span, Spans
from kubelearn.traffic.proxying import Trace
from tests.mesh.telemetry.watched import ask, telemetry, watched_mesh

ALL = [{"providers": [{"name": "otel"}], "randomSamplingPercentage": 100}]
W3C = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
HEADERS = {"otel": "traceparent", "b3": "x-b3-traceid,x-b3-spanid,x-b3-sampled"}


@pytest.fixture
def cluster():
    """A copy for one test; nothing is traced yet."""
    return watched_mesh()


def carrying(cluster, provider="otel"):
    """Front carries the headers of traces on."""
    said = {"kubelearn.dev/forwards": HEADERS[provider]}
    cluster.patch("deployment/front",
                  {"spec": {"template": {"metadata": {"annotations": said}}}})  # fmt: skip
    cluster.run("40s")


def rows(cluster, call):
    """Service, kind and depth of the spans of a call's trace."""
    return [(row["service"], row["kind"], row["level"]) for row in trace(cluster, call)["spans"]]


def test_nothing_is_traced_by_itself(cluster):
    """Without a Telemetry there is no provider."""
    frame = trace(cluster, ask(cluster, "http://front/"))
    assert frame["spans"] == []
    assert "nothing traces the request" in frame["summary"]


def test_a_program_that_forgets_the_headers_breaks_the_trace(cluster):
    """What front asks begins a trace of its own."""
    telemetry(cluster, tracing=ALL)
    call = ask(cluster, "http://front/")
    assert rows(cluster, call) == [("client.default", "client", 0), ("front.default", "server", 1)]
    assert trace(cluster, call)["others"] == 1


@pytest.mark.parametrize("provider", ["otel", "b3"])
def test_a_program_that_carries_them_on_keeps_it_whole(cluster, provider):
    """Four proxies, four spans, each under the one that asked."""
    telemetry(cluster, tracing=[{**ALL[0], "providers": [{"name": provider}]}])
    carrying(cluster, provider)
    call = ask(cluster, "http://front/")
    assert rows(cluster, call) == [
        ("client.default", "client", 0), ("front.default", "server", 1),
        ("front.default", "client", 2), ("back.default", "server", 3),
    ]  # fmt: skip
    assert trace(cluster, call)["others"] == 0


def test_a_span_lies_within_the_one_that_asked(cluster):
    """In time."""
    telemetry(cluster, tracing=ALL)
    carrying(cluster)
    spans = trace(cluster, ask(cluster, "http://front/"))["spans"]
    by_name = {row["span"]: row for row in spans}
    for row in spans[1:]:
        above = by_name[row["parent"]]
        assert above["after"] <= row["after"]
        assert row["after"] + row["took"] <= above["after"] + above["took"]


def test_a_trace_that_comes_from_elsewhere_goes_on(cluster):
    """Its identifier stays, and its decision counts."""
    telemetry(cluster, tracing=[{**ALL[0], "randomSamplingPercentage": 0}])
    ask(cluster, "http://back/", headers={"traceparent": W3C})
    found = {span.trace.trace for span in cluster.parts["telemetry"].spans}
    assert found == {"0af7651916cd43dd8448eb211c80319c"}
    ask(cluster, "http://back/", headers={"traceparent": W3C[:-2] + "00"})
    assert len(cluster.parts["telemetry"].spans) == 2


def test_a_share_of_the_requests_is_traced(cluster):
    """Decided where a trace begins, so both spans are there or none."""
    telemetry(cluster, tracing=[{**ALL[0], "randomSamplingPercentage": 25}])
    cluster.load("http://back/", rate=40, duration="10s", client="pod/client")
    cluster.run("12s")
    spans = cluster.parts["telemetry"].spans
    sent = cluster.metrics(by=["destination_service_name"]).iloc[0]["value"]
    assert 0.15 * sent < len(spans) / 2 < 0.35 * sent
    assert len({span.trace.trace for span in spans}) == len(spans) / 2


@pytest.mark.parametrize("more", [{"providers": [{"name": "nowhere"}]},
                                  {"disableSpanReporting": True}])  # fmt: skip
def test_without_a_collector_there_are_no_spans(cluster, more):
    """A provider without a Service, or one that is turned off."""
    telemetry(cluster, tracing=[{**ALL[0], **more}])
    ask(cluster, "http://back/")
    assert cluster.parts["telemetry"].spans == []


def test_headers_are_read_as_they_are_written():
    """By both carriers."""
    one = Trace("0" * 31 + "1", "a" * 16, "b" * 16, True)
    for carrier in CARRIERS.values():
        again = carrier.read(carrier.write(one))
        assert again._replace(parent=one.parent) == one
        assert carrier.read({}) is None
    assert CARRIERS["opentelemetry"].read({"traceparent": "00-xyz"}) is None


def test_memory_is_bounded():
    """The newest are kept, and a fork has its own."""
    spans = Spans()
    for number in range(5 * MOST):
        spans.add(Span(Trace("", "", "", True), "client", "", "", "", number, number, 200, "", 1))
    assert len(spans) < 2 * MOST
    assert spans[-1].begin == 5 * MOST - 1
    twin = spans.fork()
    twin.add(spans[0])
    assert len(twin) == len(spans) + 1
