"""Trying things out in a fork."""

import pytest

from kubelearn import Cluster
from kubelearn.learn.mesh_checks import meshed, program, service
from kubelearn.learn.rehearsal import rehearse, tell

VISITOR = """
apiVersion: v1
kind: Pod
metadata: {name: visitor}
spec: {containers: [{name: shell, image: "busybox:1.37", command: [sleep, 1d]}]}
"""


def test_a_rehearsal_leaves_the_cluster_as_it_is():
    """All requests fail after the program was told to; the cluster itself saw none of them."""
    cluster = meshed(1, program("catalog"), service("catalog"), VISITOR)
    cluster.run("20s")
    assert rehearse(cluster, "http://catalog/", "5s").totals().keys() == {"sent", "ok", "in flight"}
    tell(cluster, "catalog", fails="100%")
    before = cluster.fingerprint()
    totals = rehearse(cluster, "http://catalog/", "5s").totals()
    assert totals["500"] == totals["sent"] > 0
    assert cluster.fingerprint() == before


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({}, r'say what it does, such as tell\(cluster, "web", fails="60%"\)'),
        ({"fail": "40%"}, "a program has no 'fail': choose of start_time, .*fails, calls"),
        ({"fails": "often"}, "fails='often': 'often' is not a share: write '2%' or 0.02"),
        ({"fails": 0.4}, "fails=0.4: write it as a text"),
        ({"service_time": "200ms"}, "service_time='200ms': '200ms' is no distribution: write"),
    ],
)
def test_what_a_program_cannot_do(told, message):
    """The model would pass over it, and nothing would happen."""
    with pytest.raises(ValueError, match=message):
        tell(Cluster(nodes=1), "web", **told)


def test_the_kind_may_be_named():
    """As in all other commands."""
    cluster = Cluster(nodes=1)
    cluster.apply(program("catalog"))
    tell(cluster, "deployment/catalog", fails="4%")
    template = cluster.object("deployment/catalog")["spec"]["template"]
    assert template["metadata"]["annotations"]["kubelearn.dev/fails"] == "4%"
