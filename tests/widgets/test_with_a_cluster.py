"""The view over a real cluster: what a learner does, without a browser."""

import pytest

from kubelearn.cluster import Cluster
from kubelearn.sim.clock import SECOND
from kubelearn.widgets import ClusterView
from tests.web import DEPLOYMENT
from tests.widgets.screen import Screen


@pytest.fixture
def cluster() -> Cluster:
    """Two workers and a Deployment that was just applied."""
    made = Cluster(nodes=2, zones=2, seed=3)
    made.apply(DEPLOYMENT)
    return made


def web_states(screen: Screen, place: int = 0) -> list[str]:
    """The states of the learner's own pods."""
    rows = screen.frames[place]["pods"]
    return [row["state"] for row in rows if row["workload"] == "deployment/default/web"]


def test_show_gives_the_widget(cluster: Cluster) -> None:
    """The name that learners type."""
    assert isinstance(cluster.show(), ClusterView)


def test_from_asked_for_to_running(cluster: Cluster) -> None:
    """Steps show each stage; the end is what was asked for."""
    screen, seen = Screen(cluster), set()
    while screen.frames[0]["workloads"][0]["ready"] < 2:
        screen.say("step")
        seen.update(web_states(screen))
    assert {"pending", "starting", "running"} <= seen
    assert web_states(screen) == ["running", "running"]


def test_why_of_a_pod(cluster: Cluster) -> None:
    """The scheduler's decision, as words and as rows."""
    cluster.run("20s")
    screen = Screen(cluster)
    key = screen.frames[0]["pods"][0]["key"]
    screen.say("select", key=key, tab="why")
    detail = screen.frames[0]["detail"]
    assert "scheduler" in {reason["by"] for reason in detail["reasons"]}
    assert "kind: Pod" in detail["yaml"]


def test_why_of_the_past(cluster: Cluster) -> None:
    """A moment that is looked at explains itself."""
    cluster.run("20s")
    screen = Screen(cluster)
    screen.say("look", time=SECOND // 2)
    screen.say("select", key="deployment/default/web", tab="why")
    assert screen.control["past"]
    assert screen.frames[0]["detail"]["reasons"]


def test_go_on_from_the_past_repeats_history(cluster: Cluster) -> None:
    """The same commands and draws give the same end."""
    cluster.run("20s")
    screen, before = Screen(cluster), cluster.fingerprint()
    screen.say("look", time=2 * SECOND)
    screen.say("go-on")
    assert (cluster.clock.now, web_states(screen)) == (2 * SECOND, ["starting", "starting"])
    cluster.run("18s")
    assert before == cluster.fingerprint()


def test_playing_is_running(cluster: Cluster) -> None:
    """Many slices and one run leave the same history."""
    twin = cluster.fork()
    screen = Screen(cluster)
    screen.player.playing, screen.player.speed = True, 10.0
    for _ in range(20):
        screen.player.slice()
    twin.run("10s")
    assert twin.fingerprint() == cluster.fingerprint()


def test_a_fork_is_compared(cluster: Cluster) -> None:
    """Only what the fault did differs."""
    cluster.run("20s")
    twin = cluster.fork()
    screen = Screen(cluster, twin)
    assert [frame["marks"] for frame in screen.frames] == [[], []]
    twin.fail.node("worker-1")
    for each in (cluster, twin):
        each.run("60s")
    screen.say("ping")
    assert "node/worker-1" in screen.frames[0]["marks"]


def test_a_cluster_of_the_past_says_that_it_cannot_run(cluster: Cluster) -> None:
    """It can be shown; time stands still in it."""
    cluster.run("20s")
    screen = Screen(cluster.at("5s"))
    with pytest.raises(RuntimeError):
        screen.say("step")
    assert "for reading only" in screen.error
