"""Trying things out in a fork."""

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
