"""`kubectl cordon`, `uncordon` and `drain`."""

import pytest

from tests.world.worlds import pods_of, web_cluster


def test_cordon_and_uncordon():
    """As the commands of the world print it."""
    cluster = web_cluster()
    assert cluster.kubectl("cordon worker-1") == "node/worker-1 cordoned"
    assert cluster.kubectl("uncordon node/worker-1") == "node/worker-1 uncordoned"


def test_the_flags_are_kubectls():
    """A drain without its flag is refused, with it the node is empty."""
    cluster = web_cluster()
    assert "(use --ignore-daemonsets to ignore)" in cluster.kubectl("drain worker-1")
    text = cluster.kubectl(
        "kubectl drain worker-1 --ignore-daemonsets --timeout=60s --grace-period=5"
    )
    assert text.splitlines()[0] == "node/worker-1 already cordoned"
    assert text.endswith("node/worker-1 drained")
    assert "worker-1" not in {pod["spec"].get("nodeName") for pod in pods_of(cluster)}


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("drain", "USAGE: drain NODE"),
        ("drain worker-1 --now", "kubectl drain: unrecognized arguments: --now"),
        ("cordon a b", "USAGE: cordon NODE"),
    ],
)
def test_what_is_unknown_is_refused(line, text):
    """With the name of the verb."""
    with pytest.raises(ValueError, match=text):
        web_cluster().kubectl(line)
