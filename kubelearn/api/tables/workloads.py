"""The rows of Deployments, ReplicaSets, StatefulSets, DaemonSets and ReplicationControllers.

Source: `pkg/printers/internalversion/printers.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.objects import Object, controller_of
from kubelearn.api.tables.pods import (
    WIDE_CONTAINERS,
    WIDE_IMAGES,
    container_images,
    container_names,
    replicas,
)
from kubelearn.api.tables.printer import (
    AGE,
    NAME,
    Cell,
    Column,
    Printer,
    age_of,
    label_pairs,
    name_of,
    number,
    part,
    selector_text,
)

READY_PODS: Final = Column("Ready", text="Number of the pod with ready state")


def _template(obj: Object) -> list[Cell]:
    template = part(obj, "spec", "template")
    return [container_names(template), container_images(template)]


def _deployment(obj: Object, now: int) -> list[Cell]:
    return [
        name_of(obj),
        f"{number(obj, 'status', 'readyReplicas')}/{replicas(obj)}",
        number(obj, "status", "updatedReplicas"),
        number(obj, "status", "availableReplicas"),
        age_of(obj, now),
        *_template(obj),
        selector_text(part(obj, "spec", "selector")),
    ]


def _replica_cells(obj: Object, now: int) -> list[Cell]:
    return [
        name_of(obj),
        replicas(obj),
        number(obj, "status", "replicas"),
        number(obj, "status", "readyReplicas"),
        age_of(obj, now),
        *_template(obj),
    ]


def _replica_set(obj: Object, now: int) -> list[Cell]:
    return [*_replica_cells(obj, now), selector_text(part(obj, "spec", "selector"))]


def _replication_controller(obj: Object, now: int) -> list[Cell]:
    return [*_replica_cells(obj, now), label_pairs(part(obj, "spec", "selector"))]


def _stateful_set(obj: Object, now: int) -> list[Cell]:
    ready = f"{number(obj, 'status', 'readyReplicas')}/{replicas(obj)}"
    return [name_of(obj), ready, age_of(obj, now), *_template(obj)]


def _daemon_set(obj: Object, now: int) -> list[Cell]:
    return [
        name_of(obj),
        number(obj, "status", "desiredNumberScheduled"),
        number(obj, "status", "currentNumberScheduled"),
        number(obj, "status", "numberReady"),
        number(obj, "status", "updatedNumberScheduled"),
        number(obj, "status", "numberAvailable"),
        label_pairs(part(obj, "spec", "template", "spec", "nodeSelector")),
        age_of(obj, now),
        *_template(obj),
        selector_text(part(obj, "spec", "selector")),
    ]


def _controller_revision(obj: Object, now: int) -> list[Cell]:
    owner = controller_of(obj)
    controller = "<none>"
    if owner is not None:
        group = owner["apiVersion"].partition("/")[0] if "/" in owner["apiVersion"] else ""
        kind = owner["kind"].lower()
        controller = f"{kind}.{group}/{owner['name']}" if group else f"{kind}/{owner['name']}"
    return [name_of(obj), controller, number(obj, "revision"), age_of(obj, now)]


DEPLOYMENTS: Final = Printer(
    (
        NAME,
        READY_PODS,
        Column("Up-to-date", doc="apps.v1.DeploymentStatus.updatedReplicas"),
        Column("Available", doc="apps.v1.DeploymentStatus.availableReplicas"),
        AGE,
        WIDE_CONTAINERS,
        WIDE_IMAGES,
        Column("Selector", wide=True, doc="apps.v1.DeploymentSpec.selector"),
    ),
    _deployment,
)

REPLICA_SETS: Final = Printer(
    (
        NAME,
        Column("Desired", "integer", doc="apps.v1.ReplicaSetSpec.replicas"),
        Column("Current", "integer", doc="apps.v1.ReplicaSetStatus.replicas"),
        Column("Ready", "integer", doc="apps.v1.ReplicaSetStatus.readyReplicas"),
        AGE,
        WIDE_CONTAINERS,
        WIDE_IMAGES,
        Column("Selector", wide=True, doc="apps.v1.ReplicaSetSpec.selector"),
    ),
    _replica_set,
)

REPLICATION_CONTROLLERS: Final = Printer(
    (
        NAME,
        Column("Desired", "integer", doc="core.v1.ReplicationControllerSpec.replicas"),
        Column("Current", "integer", doc="core.v1.ReplicationControllerStatus.replicas"),
        Column("Ready", "integer", doc="core.v1.ReplicationControllerStatus.readyReplicas"),
        AGE,
        WIDE_CONTAINERS,
        WIDE_IMAGES,
        Column("Selector", wide=True, doc="core.v1.ReplicationControllerSpec.selector"),
    ),
    _replication_controller,
)

STATEFUL_SETS: Final = Printer(
    (NAME, READY_PODS, AGE, WIDE_CONTAINERS, WIDE_IMAGES),
    _stateful_set,
)

DAEMON_SETS: Final = Printer(
    (
        NAME,
        Column("Desired", "integer", doc="apps.v1.DaemonSetStatus.desiredNumberScheduled"),
        Column("Current", "integer", doc="apps.v1.DaemonSetStatus.currentNumberScheduled"),
        Column("Ready", "integer", doc="apps.v1.DaemonSetStatus.numberReady"),
        Column("Up-to-date", "integer", doc="apps.v1.DaemonSetStatus.updatedNumberScheduled"),
        Column("Available", "integer", doc="apps.v1.DaemonSetStatus.numberAvailable"),
        Column("Node Selector", doc="core.v1.PodSpec.nodeSelector"),
        AGE,
        WIDE_CONTAINERS,
        WIDE_IMAGES,
        Column("Selector", wide=True, doc="apps.v1.DaemonSetSpec.selector"),
    ),
    _daemon_set,
)

CONTROLLER_REVISIONS: Final = Printer(
    (
        NAME,
        Column("Controller", text="Controller of the object"),
        Column("Revision", doc="apps.v1.ControllerRevision.revision"),
        AGE,
    ),
    _controller_revision,
)
