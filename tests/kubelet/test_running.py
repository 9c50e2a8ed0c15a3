"""What running containers go through by themselves."""

from kubelearn.cluster import Cluster


def fat(memory, limit):
    """A pod whose program needs memory, with a limit."""
    cluster = Cluster(nodes=1)
    said = {"kubelearn.dev/memory": memory} if memory else {}
    container = {"name": "a", "image": "example.com/a", "resources": {"limits": {"memory": limit}}}
    metadata = {"name": "fat", "annotations": said}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata}
    cluster.apply({**pod, "spec": {"containers": [container]}})
    cluster.run("60s")
    return cluster.object("pod/fat")["status"]["containerStatuses"][0]


def test_memory_over_the_limit_is_killed_by_the_kernel():
    """137, and again after each restart."""
    status = fat("300Mi", "200Mi")
    ended = status["lastState"]["terminated"]
    assert (ended["exitCode"], ended["reason"]) == (137, "OOMKilled")
    assert status["state"]["waiting"]["reason"] == "CrashLoopBackOff"


def test_memory_within_the_limit_runs():
    """As long as it likes."""
    assert fat("200Mi", "200Mi")["restartCount"] == 0


def test_nobody_is_killed_for_a_guess():
    """What a program needs is not known unless somebody says it."""
    assert fat("", "10Mi")["restartCount"] == 0
