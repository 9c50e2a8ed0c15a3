"""Fork, rewind, the past, saving: exact, and without influence on each other."""

import pickle

import pytest

from kubelearn.world.timeline import ReadOnly
from tests.world.worlds import pods_of, web_cluster


@pytest.fixture
def cluster():
    """One minute into the life of an application."""
    return web_cluster()


def disturb(cluster):
    """A few commands and some time."""
    cluster.fail.node("worker-2")
    cluster.run("90s")
    cluster.scale("deployment/web", 4)
    return cluster.run("300s").fingerprint()


def test_a_fork_has_the_same_future(cluster):
    """Equal commands, equal history."""
    twin = cluster.fork()
    assert disturb(cluster) == disturb(twin)


def test_a_fork_does_not_influence_the_original(cluster):
    """Whatever happens in one world."""
    before = cluster.fingerprint()
    disturb(cluster.fork())
    assert cluster.fingerprint() == before
    assert len(pods_of(cluster)) == 3


def test_rewind_and_the_same_commands_give_the_same_hash(cluster):
    """Nearest checkpoint plus replay is exact."""
    end = disturb(cluster)
    cluster.rewind("60s")
    assert disturb(cluster) == end


@pytest.mark.parametrize("moment", [0, 30, 60, 61, 100, 150, 200, 449])
def test_rewind_gives_the_state_of_every_moment(cluster, moment):
    """The log up to the moment is that of the first time."""
    disturb(cluster)
    records = [r for r in cluster.api.store.log if r.time <= moment * 10**9]
    cluster.rewind(moment)
    assert cluster.api.store.log == records
    assert cluster.time == moment


def test_rewind_into_the_middle_of_commands_at_one_moment(cluster):
    """Commands given between events of one time come back in their places."""
    for _ in range(5):
        cluster.step()
    cluster.scale("deployment/web", 5)
    for _ in range(7):
        cluster.step()
    cluster.delete(f"pod/{pods_of(cluster)[0]['metadata']['name']}")
    first = cluster.run("20s").fingerprint()
    now = cluster.time
    cluster.run("10s").rewind(now)
    assert cluster.fingerprint() == first


def test_rewind_counts_back_from_now(cluster):
    """A negative time is relative."""
    cluster.rewind("-15s")
    assert cluster.time == 45


def test_the_past_is_as_it_was(cluster):
    """From the log alone, equal to a rewound world."""
    disturb(cluster)
    past = cluster.at("70s")
    back = cluster.fork().rewind("70s")
    for resource in back.api.store.resources():
        assert past.api.list(resource) == back.api.list(resource)


def test_the_past_cannot_be_changed(cluster):
    """It says how to go on from there."""
    with pytest.raises(ReadOnly, match=r'use rewind\("30s"\) or fork\(\)'):
        cluster.at("30s").scale("deployment/web", 1)


def test_why_in_the_past_speaks_of_the_past(cluster):
    """Not of what happened later."""
    name = pods_of(cluster)[0]["metadata"]["name"]
    before = str(cluster.why(f"pod/{name}"))
    disturb(cluster)
    assert str(cluster.at("60s").why(f"pod/{name}")) == before


def test_a_saved_world_goes_on(cluster):
    """Pickle keeps everything that matters."""
    saved = pickle.loads(pickle.dumps(cluster))
    assert disturb(saved) == disturb(cluster)


def test_a_fork_can_be_rewound_to_before_the_fork(cluster):
    """It has the same past."""
    twin = cluster.fork().rewind("10s")
    assert (twin.time, cluster.time) == (10, 60)


def test_long_histories_stay_rewindable(cluster):
    """Checkpoints come while a long run goes on."""
    cluster.run("2h")
    cluster.rewind("1h")
    assert cluster.time == 3600
