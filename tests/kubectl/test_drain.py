"""`kubectl cordon`, `uncordon` and `drain`."""

import pytest

from kubelearn.kubectl import run
from tests.world.worlds import pods_of, web_cluster


def test_cordon_and_uncordon():
    """As the commands of the world print it."""
    cluster = web_cluster()
    assert run(cluster, "cordon worker-1") == "node/worker-1 cordoned"
    assert run(cluster, "uncordon node/worker-1") == "node/worker-1 uncordoned"


def test_the_flags_are_kubectls():
    """A drain without its flag is refused, with it the node is empty."""
    cluster = web_cluster()
    assert "(use --ignore-daemonsets to ignore)" in run(cluster, "drain worker-1")
    text = run(cluster, "kubectl drain worker-1 --ignore-daemonsets --timeout=60s --grace-period=5")
    assert text.splitlines()[0] == "node/worker-1 already cordoned"
    assert text.endswith("node/worker-1 drained")
    assert "worker-1" not in {pod["spec"].get("nodeName") for pod in pods_of(cluster)}


@pytest.mark.parametrize("line", ["drain", "drain worker-1 --now", "cordon a b"])
def test_what_is_unknown_is_refused(line):
    """With the name of the verb."""
    with pytest.raises(ValueError, match=f"kubectl {line.split()[0]}: "):
        run(None, line)
