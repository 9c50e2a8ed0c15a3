"""A control plane with nothing but an API server and a scheduler."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kubelearn.api.server import APIServer
from kubelearn.runtime.decisions import Decisions
from kubelearn.runtime.explain import Explanation
from kubelearn.runtime.part import Context, fork_part
from kubelearn.runtime.recorder import Recorder
from kubelearn.scheduler import PLUGINS, Profile, Scheduler
from kubelearn.scheduler.configuration import configure
from kubelearn.sim.clock import SECOND, Clock
from kubelearn.sim.draws import Draws
from tests.scheduler.clusters import Object, make_node


class ControlPlane:
    """An API server, a recorder of events and a scheduler on one clock."""

    def __init__(
        self,
        plugins: dict[str, Any] | None = None,
        profile: Profile | None = None,
        seed: int = 1,
        configuration: Any = None,
    ) -> None:
        self.clock = Clock()
        self.api = APIServer(self.clock, Draws(seed))
        recorder = Recorder()
        self.context = Context(self.clock, self.api.draws, self.api, recorder, Decisions())
        recorder.context = self.context
        made = configure(configuration, plugins)
        if profile is not None:
            made = replace(made, profiles=(profile.extended(plugins or PLUGINS),))
        self.scheduler = Scheduler(self.context, made)
        for part in (recorder, self.scheduler):
            self.clock.register(part)
        self.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}})
        account = {"name": "default", "namespace": "default"}
        self.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account})

    def create(self, *objects: Object) -> None:
        """Create objects; nodes are made schedulable at once."""
        for obj in objects:
            made = self.api.create(obj)
            if made["kind"] == "Node":
                patch = {"spec": {"taints": obj["spec"].get("taints")}}
                self.api.patch("nodes", None, made["metadata"]["name"], patch)

    def nodes(self, count: int) -> ControlPlane:
        """Add nodes n0, n1 and so on, and let the scheduler see them."""
        self.create(*(make_node(f"n{number}") for number in range(count)))
        return self.run(0.1)

    def run(self, seconds: float) -> ControlPlane:
        """Let time pass."""
        self.clock.run(self.clock.now + int(seconds * SECOND))
        return self

    def pod(self, name: str) -> Object:
        """A pod as the API has it."""
        return self.api.get("pods", "default", name)

    def node_of(self, name: str) -> str | None:
        """Where a pod is bound."""
        return self.pod(name)["spec"].get("nodeName")

    def events(self, name: str) -> list[tuple[str, str]]:
        """(reason, message) of the events about a pod."""
        return [
            (event["reason"], event["message"])
            for event in self.api.list("events")
            if event["involvedObject"]["name"] == name
        ]

    def why(self, name: str) -> str:
        """What the scheduler says about a pod."""
        reasons = self.scheduler.explain("pods", self.pod(name))
        return str(Explanation(name, tuple(reasons)))

    def fork(self) -> ControlPlane:
        """A copy on a clock of its own."""
        twin = object.__new__(ControlPlane)
        twin.clock = self.clock.fork()
        twin.api = self.api.fork(twin.clock)
        decisions = self.context.decisions.fork()
        recorder = Recorder()
        twin.context = Context(twin.clock, twin.api.draws, twin.api, recorder, decisions)
        old = self.clock.parts
        recorder = fork_part(old["events"], twin.context)
        twin.context.recorder = recorder
        twin.scheduler = fork_part(self.scheduler, twin.context)
        for part in (twin.api.store, recorder, twin.scheduler):
            twin.clock.register(part)
        twin.clock.take_over(self.clock)
        return twin


@pytest.fixture
def plane() -> ControlPlane:
    """A control plane without nodes."""
    return ControlPlane()
