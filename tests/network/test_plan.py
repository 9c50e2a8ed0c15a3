"""Which paths compile, and what makes them change."""

import pytest

from kubelearn.network.plan import compile_path, unchanged
from kubelearn.sim.clock import MILLISECOND
from tests.network.small import shop

BACK = "http://back:9080/"


def compiled(cluster, url=BACK, client="pod/client"):
    """The plan of a path and what is watched."""
    return compile_path(cluster.parts["requests"], url, client, "default")


def test_a_healthy_path_compiles():
    """With its name, its endpoints and the times between them."""
    plan, _ = compiled(shop())
    [goal] = plan.goals
    assert (goal.pod, goal.port, goal.law.mean) == (("default", "back"), 9080, 10 * MILLISECOND)
    assert plan.names[0] == "back.default.svc.cluster.local"
    assert goal.there > goal.back > 0


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.delete("service/back"),
        lambda c: c.fail.node("worker-2"),
        lambda c: c.fail.link("worker-2", "worker-3"),
        lambda c: c.fail.pod("back"),
        lambda c: c.delete("pod/client", grace=0),
    ],
)
def test_a_broken_path_does_not(change):
    """And the change is seen."""
    cluster = shop()
    _, watched = compiled(cluster)
    change(cluster)
    cluster.run("1.5s")
    assert not unchanged(cluster.parts["requests"], watched)
    assert compiled(cluster)[0] is None


def test_a_program_that_asks_others_has_no_plan():
    """Its time depends on theirs."""
    assert compiled(shop(), "http://web/")[0] is None


def test_what_does_not_concern_a_path_does_not_change_it():
    """Heartbeats, other pods."""
    cluster = shop()
    _, watched = compiled(cluster)
    cluster.scale("deployment/web", 3)
    cluster.run("20s")
    plan, again = compiled(cluster)
    assert plan == compiled(shop())[0]
    assert unchanged(cluster.parts["requests"], again)
    assert watched.cut == again.cut
