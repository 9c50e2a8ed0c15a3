"""A trace as a picture: spans under the spans that asked, as HTML and as text."""

import pytest

from kubelearn.frames import trace
from kubelearn.frames.html import trace_html
from kubelearn.frames.text import trace_text
from tests.mesh.telemetry.watched import ask, telemetry, watched_mesh

ALL = [{"providers": [{"name": "otel"}], "randomSamplingPercentage": 100}]


@pytest.fixture
def cluster():
    """A copy for one test in which everything is traced."""
    cluster = watched_mesh()
    telemetry(cluster, tracing=ALL)
    return cluster


def test_a_picture_of_a_trace(cluster):
    """One row for each span, its bar as long as it took."""
    frame = cluster.show("trace", ask(cluster, "http://back/")).frame
    html, text = trace_html(frame), trace_text(frame)
    assert html.count("<tr>") == 3
    assert html.count("<rect") == 2
    assert "server back.default.svc.cluster.local:80/*, 200" in text
    assert frame["summary"].startswith(f"Trace {frame['id'][:8]}…: 2 spans in ")


def test_a_broken_trace_says_why(cluster):
    """Front does not carry the headers on."""
    frame = trace(cluster, ask(cluster, "http://front/"))
    assert "a program did not carry the headers on" in trace_html(frame)
    assert len(frame["spans"]) == 2


def test_an_answer_that_is_none_is_told(cluster):
    """The client gives up: no status, but a flag."""
    call = cluster.ask("http://back/", client="pod/client", timeout=10_000_000)
    text = trace_text(trace(cluster, call))
    assert "none DC" in text


def test_only_calls_have_traces(cluster):
    """An object of the API has none."""
    with pytest.raises(TypeError, match="wants what request"):
        cluster.show("trace", "pod/client")


def test_without_a_call_it_is_the_newest(cluster):
    """Whoever has sent it."""
    ask(cluster, "http://front/")
    call = ask(cluster, "http://back/")
    assert cluster.show("trace").frame == trace(cluster, call)
