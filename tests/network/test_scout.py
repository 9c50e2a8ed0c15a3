"""Which paths have a plan, what makes it change, and that a scout leaves no trace."""

import pytest

from kubelearn.network.scout import compile_path
from kubelearn.network.watched import unchanged
from kubelearn.sim.clock import MILLISECOND
from tests.network.small import shop

BACK = "http://back:9080/"


def compiled(cluster, url=BACK, client="pod/client"):
    """The plan of a path and what is watched."""
    return compile_path(cluster.parts["requests"], url, client, "default")


def test_a_healthy_path_compiles():
    """With its endpoint, the hops before it and the times between them."""
    plan, _ = compiled(shop())
    [goal] = plan.goals
    assert (goal.work.pod, goal.state["port"]) == (("default", "back"), 9080)
    assert goal.work.law.mean == 10 * MILLISECOND
    hops = [stop.hop for stop in plan.first.stops]
    assert hops == ["resolver", "kube-proxy", "wire", "pod"]
    assert plan.first.delay > goal.back > 0


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda c: c.delete("service/back"), "no such host: back"),
        (lambda c: c.fail.node("worker-2"), "connection timed out"),
        (lambda c: c.fail.link("worker-2", "worker-3"), "connection timed out"),
        (lambda c: c.fail.pod("back"), "connection refused"),
        (lambda c: c.delete("pod/client", grace=0), "pod/client itself is gone"),
    ],
)
def test_the_plan_of_a_broken_path_ends_in_its_error(change, error):
    """And the change is seen."""
    cluster = shop()
    _, watched = compiled(cluster)
    change(cluster)
    cluster.run("1.5s")
    assert not unchanged(cluster.parts["requests"], watched)
    plan, _ = compiled(cluster)
    assert error in {goal.error for goal in plan.goals}
    assert all(goal.work is None for goal in plan.goals)


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
    assert watched.cuts == again.cuts


def test_a_scout_leaves_nothing_behind():
    """No call, no event, no name learnt."""
    cluster = shop()
    before = cluster.clock.pending(), cluster.fingerprint()
    compiled(cluster, "http://worker-1/", "node/worker-2")
    requests = cluster.parts["requests"]
    assert before == (cluster.clock.pending(), cluster.fingerprint())
    assert not requests.calls
    assert not requests.known_names
