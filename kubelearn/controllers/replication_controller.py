"""ReplicationController: a ReplicaSet from before there were ReplicaSets.

Source: `pkg/controller/replication/replication_controller.go`, which runs the ReplicaSet controller
on converted objects, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from kubelearn.api.objects import Key, Object, controller_of, is_terminating, labels_of
from kubelearn.api.store import Record
from kubelearn.controllers.adoption import ORPHANS
from kubelearn.controllers.replicaset import ReplicaSetController
from kubelearn.runtime.controller import Mapped, Own, Owned, Watch

CONTROLLERS = "replicationcontrollers"


def _adopters(reconciler: Any, record: Record) -> Iterable[Key]:
    """The ReplicationControllers that would adopt a pod that nobody manages."""
    pod, api = record.new, reconciler.context.api
    if pod is None or controller_of(pod) is not None or is_terminating(pod):
        return ()
    if not api.store.items(CONTROLLERS):
        return ()
    labels = labels_of(pod).items()
    every = api.list(CONTROLLERS, record.key[0])
    chosen = (one for one in every if (one["spec"].get("selector") or {}).items() <= labels)
    return [(record.key[0], one["metadata"]["name"]) for one in chosen]


class ReplicationControllerController(ReplicaSetController):
    """Creates missing pods and deletes surplus ones."""

    name: ClassVar[str] = "replicationcontroller"
    watches: ClassVar[tuple[Watch, ...]] = (
        Own(CONTROLLERS),
        Owned("pods", by="ReplicationController"),
        Mapped("pods", _adopters, about=ORPHANS),
    )
    explains: ClassVar[tuple[str, ...]] = (CONTROLLERS, "pods")
    resource: ClassVar[str] = CONTROLLERS
    kind: ClassVar[str] = "ReplicationController"
    component: ClassVar[str] = "replication-controller"
    unknown: ClassVar[tuple[str, ...]] = ("terminatingReplicas",)

    def find(self, key: Key) -> Object | None:
        """The object with a key; its plain selector as a LabelSelector."""
        found = super().find(key)
        if found is None:
            return None
        selector = {"matchLabels": found["spec"].get("selector") or {}}
        return {**found, "spec": {**found["spec"], "selector": selector}}
