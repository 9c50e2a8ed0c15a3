"""The service graph: from the metrics of proxies to arrows."""

import pytest

from kubelearn.frames import service_graph
from kubelearn.frames.html import service_graph_html
from kubelearn.frames.service_graph import NOTHING, OUTSIDE
from kubelearn.frames.text import service_graph_text
from tests.mesh.telemetry.watched import ask, watched_mesh


@pytest.fixture
def cluster():
    """A copy for one test; nothing has been asked yet."""
    return watched_mesh()


def edge(frame, source, target):
    """The only arrow between two."""
    return next(one for one in frame["edges"] if (one["from"], one["to"]) == (source, target))


def test_nothing_was_asked(cluster):
    """The picture says so, and has no arrow."""
    frame = service_graph(cluster)
    assert frame["edges"] == frame["nodes"] == []
    assert NOTHING in service_graph_html(frame)
    assert service_graph_text(frame) == NOTHING


def test_rates_are_those_of_the_load(cluster):
    """All requests of the last minute, by whoever asked."""
    load = cluster.load("http://front/", rate=5, duration="60s", client="pod/client")
    cluster.run("60s")
    frame = service_graph(cluster)
    sent = load.totals()["ok"]
    for ends in (("client", "front"), ("front", "back")):
        found = edge(frame, *ends)
        assert abs(found["count"] - sent) <= 1
        assert found["rate"] == pytest.approx(sent / 60, rel=0.1)
        assert (found["errors"], found["mtls"]) == (0, 1)
    assert "no errors; all that reached a pod with mTLS" in frame["summary"]


def test_one_request_is_seen(cluster):
    """Once in a minute is not 0.0 times a second."""
    ask(cluster, "http://front/")
    frame = service_graph(cluster)
    assert frame["summary"].startswith("60 s, 2 connections in use, 0.03 requests/s")
    assert "client → front: 0.02 requests/s" in service_graph_text(frame)
    html = service_graph_html(frame)
    assert (html.count("asked once"), html.count(">0.02/s<"), html.count("0.0/s")) == (2, 2, 0)


def test_who_asks_stands_to_the_left(cluster):
    """In columns."""
    ask(cluster, "http://front/")
    nodes = {row["name"]: row["column"] for row in service_graph(cluster)["nodes"]}
    assert nodes == {"client": 0, "front": 1, "back": 2}


def test_a_circle_of_callers_has_an_end(cluster):
    """Back asks front, which asks back: each has one column."""
    told = {"kubelearn.dev/calls": "http://front/ timeout=1s optional"}
    cluster.patch("deployment/back", {"spec": {"template": {"metadata": {"annotations": told}}}})
    cluster.run("40s")
    cluster.ask("http://front/", client="pod/client", timeout=200_000_000)
    frame = service_graph(cluster)
    assert {row["name"] for row in frame["nodes"]} == {"client", "front", "back"}
    assert service_graph_html(frame).count("<rect") == 3


def test_errors_are_told_with_their_flags(cluster):
    """An answer of 500, and a program that does not listen."""
    ask(cluster, "http://sick/")
    ask(cluster, "http://deaf/")
    frame = service_graph(cluster)
    assert edge(frame, "client", "sick")["answers"] == {"500": 1}
    assert edge(frame, "client", "deaf")["share"] == 1
    assert "100% errors" in service_graph_html(frame)
    assert "1 × 503" in service_graph_text(frame)


def test_where_no_pod_was_reached_the_service_stands(cluster):
    """UH: nobody is left, and nothing was sent."""
    cluster.kubectl("scale deployment/back --replicas=0")
    cluster.run("30s")
    ask(cluster, "http://back/")
    found = edge(service_graph(cluster), "client", "service back")
    assert found["answers"] == {"503 UH": 1}
    assert found["mtls"] is None
    assert "no pod reached" in service_graph_text(service_graph(cluster))


def test_clients_without_a_proxy_are_one(cluster):
    """Only the server's proxy knows that somebody asked, in plain text."""
    ask(cluster, "http://back/", client="plain")
    frame = service_graph(cluster)
    assert edge(frame, OUTSIDE, "back")["mtls"] == 0
    assert "plain text" in service_graph_text(frame)
    assert "1 without mTLS" in frame["summary"]


def test_only_the_last_minute_is_shown_unless_a_beginning_is_chosen(cluster):
    """To five seconds."""
    begin = cluster.time
    ask(cluster, "http://back/")
    cluster.run("70s")
    assert service_graph(cluster)["edges"] == []
    assert len(cluster.show("graph", since=f"{begin}s").frame["edges"]) == 1


def test_the_past_is_drawn_as_it_was(cluster):
    """What came later is not in it."""
    moment = cluster.time
    ask(cluster, "http://back/")
    assert service_graph(cluster.at(moment))["edges"] == []


def test_the_picture_has_its_numbers_as_a_table(cluster):
    """For those who do not see arrows."""
    ask(cluster, "http://front/")
    html = service_graph_html(service_graph(cluster))
    assert html.count("<tr") == 3
    assert 'role="img" aria-label="' in html
    assert "front → back" in html
