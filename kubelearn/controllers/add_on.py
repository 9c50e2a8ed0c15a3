"""What add-ons that go round again and again have in common: they run while they are installed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from kubelearn.api.objects import Key, Object, is_true
from kubelearn.api.store import Record
from kubelearn.runtime.controller import WATCH_LATENCY
from kubelearn.runtime.part import Context

DEPLOYMENTS = "deployments.apps"


class AddOn(ABC):
    """A part that looks at the cluster in rounds, while its Deployment is there and a pod ready."""

    name: ClassVar[str]
    place: ClassVar[Key]
    """The key of its Deployment."""
    selector: ClassVar[str]
    """Its pods."""
    first: ClassVar[int]
    """Nanoseconds from the installation to the first round."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._runs = False
        context.api.store.watch(self.name, (DEPLOYMENTS,), self.deliver, WATCH_LATENCY)

    @abstractmethod
    def pause(self, deployment: Object) -> int:
        """Nanoseconds between two rounds."""

    @abstractmethod
    def round(self, deployment: Object) -> None:
        """Look, and act."""

    def deliver(self, records: list[Record]) -> None:
        """Begin when the add-on is installed."""
        found = any(record.key == self.place and record.new is not None for record in records)
        if found and not self._runs:
            self._runs = True
            self.context.clock.after(self.first, self.scan)

    def scan(self) -> None:
        """The time of a round has come; the add-on may be gone, or not ready."""
        deployment = self.context.api.find(DEPLOYMENTS, *self.place)
        if deployment is None:
            self._runs = False
            return
        self.context.clock.after(self.pause(deployment), self.scan)
        own = self.context.api.list("pods", self.place[0], self.selector)
        if any(is_true(pod, "Ready") for pod in own):
            self.round(deployment)
