"""Which stages are asked about at all."""

import pickle

import pytest

from kubelearn.kubelet import rows
from kubelearn.kubelet.possible import possible_stages
from kubelearn.kubelet.statuses import Shared
from tests.kubelet.machine_room import WEB, room

PROBE = {"httpGet": {"port": 80}}


def names(state, *containers, **spec):
    """The stages of a state that are possible for the (first container of the) pod."""
    world = room()
    pod = world.pod("a", *containers, **spec)
    found = possible_stages(world.kubelets, pod, rows.PodRow("1", "worker-1", state, 0, 0, ROWS))
    index = -1 if state in (rows.ACCEPTED, rows.SANDBOXED) else 0
    return [stage.name for stage, _, _ in found[index].get(state, ())]


ROWS = (rows.ContainerRow(), rows.ContainerRow())


def test_a_plain_pod_has_few_stages():
    """It listens, and its image may be changed."""
    assert names(rows.RUNNING) == ["redefined", "listening"]
    assert names(rows.ACCEPTED) == ["sandbox"]


@pytest.mark.parametrize("kind", ["startup", "readiness", "liveness"])
def test_a_probe_adds_its_stage(kind):
    """Its own only."""
    found = names(rows.RUNNING, {**WEB, f"{kind}Probe": PROBE})
    assert f"{kind}-probe" in found
    assert len(found) == 3


def test_a_volume_that_may_be_missing_adds_the_wait():
    """A ConfigMap may not be there."""
    volume = {"name": "v", "configMap": {"name": "c"}}
    assert names(rows.ACCEPTED, volumes=[volume]) == ["mount-failed", "volume-awaited", "mounted"]


def test_a_deadline_adds_its_stage():
    """And nothing else."""
    assert names(rows.SANDBOXED, activeDeadlineSeconds=5) == ["deadline-exceeded"]


@pytest.mark.parametrize(
    ("own", "spec"),
    [
        ({}, {"restartPolicy": "Never"}),
        ({"restartPolicy": "Never"}, {}),
        ({}, {"initContainers": [{"name": "i", "image": "i"}]}),
    ],
)
def test_a_pod_of_which_something_may_end_can_be_complete(own, spec):
    """Others are started again for ever."""
    assert names(rows.SANDBOXED) == []
    assert names(rows.SANDBOXED, {**WEB, **own}, **spec) == ["complete"]


def test_a_saved_cache_is_empty():
    """Its keys are identities, which are others in another process."""
    shared = Shared()
    shared.put(("k", id(shared)), 1)
    assert pickle.loads(pickle.dumps(shared)).get(("k", id(shared))) is None
