"""Answers the vectors of `controllers/daemonset.json` with the DaemonSet controller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.controllers.daemon_nodes import should_run, target_node, with_tolerations
from kubelearn.controllers.daemon_update import limits_of
from kubelearn.controllers.daemonset import DaemonSetController
from kubelearn.controllers.pods import is_ready
from tests.controllers.control_room import TEMPLATE, control_room

Given = dict[str, Any]


def _should_run(given: Given) -> Given:
    template = with_tolerations(given["daemonSet"]["spec"]["template"])
    names = {"shouldRun": False, "shouldContinueRunning": True}
    return {name: should_run(template, given["node"], stay=stay) for name, stay in names.items()}


def _budget(given: Given) -> Given:
    daemonset = {"spec": {"updateStrategy": given["updateStrategy"]}}
    limits = limits_of(daemonset, given["nodes"])
    return {
        "maxSurge": limits.surge,
        "maxUnavailable": limits.unavailable,
        "desiredNumberScheduled": given["nodes"],
    }


class Scenario:
    """Steps on nodes without a scheduler: pods count as placed where they were made for."""

    def __init__(self, given: Given) -> None:
        self.room = control_room()
        for number in range(given["nodes"]):
            self.room.node(f"node-{number}")
        self.room.workload("DaemonSet", updateStrategy=given["updateStrategy"])
        self.controller = DaemonSetController(self.room.context)
        self.syncs: list[list[int]] = []

    def sync(self, _step: Given) -> None:
        """One reconcile; what it deletes is gone at once."""
        before = {pod["metadata"]["uid"] for pod in self.room.pods()}
        self.controller.reconcile(("default", "web"))
        self.room.stop_all()
        after = {pod["metadata"]["uid"] for pod in self.room.pods()}
        self.syncs.append([len(after - before), len(before - after)])

    def ready(self, _step: Given) -> None:
        """Every pod is ready."""
        for pod in self.room.pods():
            self.room.start(pod, target_node(pod))

    def change(self, step: Given) -> None:
        """Another image."""
        container = {**TEMPLATE["spec"]["containers"][0], "image": step["image"]}
        patch = {"spec": {"template": {"spec": {"containers": [container]}}}}
        self.room.api.patch("daemonsets.apps", "default", "web", patch)


STEPS: dict[str, Callable[[Scenario, Given], None]] = {
    "sync": Scenario.sync,
    "markAllReady": Scenario.ready,
    "setTemplateImage": Scenario.change,
}


def check(case: Given) -> None:
    """What the case expects is found."""
    given, wanted = case["input"], case["expect"]
    if given["op"] != "scenario":
        assert wanted == OPERATIONS[given["op"]](given)
        return
    scenario = Scenario(given)
    for step in given["steps"]:
        STEPS[step["do"]](scenario, step)
    ready = sum(is_ready(pod) for pod in scenario.room.live())
    found = {"syncs": scenario.syncs, "readyPods": ready}
    assert wanted == {name: found[name] for name in wanted}


OPERATIONS: dict[str, Callable[[Given], Given]] = {
    "nodeShouldRun": _should_run,
    "budget": _budget,
}
