"""Connections between Services: how many there are, and which a mesh guards."""

import pytest

from kubelearn.frames import connections
from kubelearn.frames.html import connections_html
from kubelearn.frames.text import connections_text
from tests.world.worlds import web_cluster

SERVICE = """
apiVersion: v1
kind: Service
metadata: {{name: s{0}}}
spec: {{selector: {{app: web}}, ports: [{{port: 80}}]}}
"""


def _with_services(count):
    cluster = web_cluster()
    for number in range(count - 1):  # one is there already
        cluster.apply(SERVICE.format(number))
    return cluster


@pytest.mark.parametrize(("count", "pairs"), [(1, 0), (2, 1), (5, 10), (12, 66)])
def test_the_number_of_connections_grows_with_the_square(count, pairs):
    """n(n-1)/2, and each is set at both ends while there is no sidecar."""
    frame = connections(_with_services(count))
    assert len(frame["services"]) == count
    assert len(frame["pairs"]) == pairs
    assert frame["places"] == 2 * pairs


def test_sidecars_at_both_ends_make_it_one_place():
    """The namespace gets the label of Istio, and its pods are made anew."""
    cluster = _with_services(3)
    cluster.install("istio")
    cluster.run("30s")
    cluster.kubectl("label namespace default istio-injection=enabled")
    cluster.kubectl("rollout restart deployment/web")
    cluster.run("60s")
    frame = connections(cluster)
    assert [pair["guarded"] for pair in frame["pairs"]] == [True] * 3
    assert frame["places"] == 1
    assert "3 Services, 3 possible connections (3 × 2 / 2); 3 of them" in frame["summary"]


def test_the_pictures_say_the_same():
    """HTML and text are made from the frame."""
    frame = connections(_with_services(3))
    drawn, told = connections_html(frame), connections_text(frame)
    assert drawn.count("<path") == 3
    assert drawn.count("<rect") == 3
    assert told.count(" -- ") == 3
    assert frame["summary"] in told


def test_a_cluster_without_services():
    """There is nothing to draw, and that is said."""
    cluster = web_cluster()
    cluster.delete("service/web")
    assert "There is no Service yet." in connections_html(connections(cluster))
