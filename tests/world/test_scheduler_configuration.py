"""A cluster's scheduler, as the learner configures it."""

from typing import Any

import pytest

from kubelearn.scheduler import PLUGINS, ConfigurationError
from kubelearn.world import World

PACKER = {"profiles": [{"schedulerName": "packer"}]}


class LastNode:
    """Everything to the third worker."""

    def score(self, pod: Any, node: Any) -> int:
        """All or nothing."""
        return 100 if node.name == "worker-3" else 0


def pod(name: str, **spec: Any) -> dict[str, Any]:
    """A small pod."""
    container = {"name": "c", "image": "nginx"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {"containers": [container], **spec},
    }


def test_the_configuration_is_shown_with_its_defaults() -> None:
    """A copy: nobody changes the scheduler with it."""
    world = World(nodes=1)
    world.scheduler_configuration["profiles"].clear()
    (profile,) = world.scheduler_configuration["profiles"]
    assert profile["schedulerName"] == "default-scheduler"
    taints = {"name": "TaintToleration", "weight": 3}
    assert profile["plugins"]["multiPoint"]["enabled"][4] == taints


def test_an_invalid_configuration_makes_no_cluster() -> None:
    """One error with the field's path."""
    with pytest.raises(ConfigurationError, match="podMaxBackoffSeconds: Invalid value: 0: must"):
        World(nodes=1, scheduler={"podMaxBackoffSeconds": 0})


def test_pods_of_other_names_wait_for_nobody() -> None:
    """Without event and condition."""
    world = World(nodes=1, scheduler=PACKER)
    world.apply([pod("mine", schedulerName="packer"), pod("usual")])
    world.run("5s")
    assert world.object("pod/mine")["status"]["phase"] == "Running"
    assert "conditions" not in world.object("pod/usual")["status"]
    assert "(the profiles here: packer)" in str(world.why("pod/usual"))


@pytest.mark.parametrize("nodes", [3, 120])
def test_an_own_plugin_has_its_say(nodes: int) -> None:
    """Beside the default ones, in small and large clusters, on forks and after a rewind."""
    document = {"percentageOfNodesToScore": 100}
    plugins = {**PLUGINS, "LastNode": LastNode}
    world = World(nodes=nodes, scheduler=document, scheduler_plugins=plugins)
    world.run("1s")
    for each in (world, world.fork(), world.rewind("0s")):
        each.apply(pod("p"))
        each.run("2s")
        assert "LastNode" in str(each.why("pod/p"))
        assert each.object("pod/p")["spec"]["nodeName"] == "worker-3"
