"""What makes the controller look again at a Service or an Ingress."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kubelearn.api.objects import Key, Object, condition, key_of, labels_of
from kubelearn.api.store import Record
from kubelearn.cloud.aws.controller.installation import PLACE, is_installed
from kubelearn.cloud.aws.controller.weighted import names_others

SERVICE_NAME = "kubernetes.io/service-name"


def slice_service(reconciler: Any, record: Record) -> Iterable[Key]:
    """The Service of an EndpointSlice."""
    if not is_installed(reconciler.context.api):
        return ()
    labels = labels_of(record.new or record.old or {"metadata": {}})
    return [(record.key[0], labels[SERVICE_NAME])] if SERVICE_NAME in labels else []


def sharing(reconciler: Any, record: Record) -> Iterable[Key]:
    """The Services of a namespace that share a listener with others: any may be named there."""
    if not is_installed(reconciler.context.api):
        return ()
    found = reconciler.context.api.list("services", record.key[0])
    return [key_of(one) for one in found if names_others(one)]


def node_changed(reconciler: Any, record: Record) -> Iterable[Key]:
    """Everything, when a node came, went, or can be a target now or no longer."""
    if not is_installed(reconciler.context.api) or _facts(record.old) == _facts(record.new):
        return ()
    return reconciler.every()  # type: ignore[no-any-return]


def _facts(node: Object | None) -> Any:
    if node is None:
        return None
    return (
        (condition(node, "Ready") or {}).get("status"),
        labels_of(node),
        node["spec"].get("taints"),
    )


def installed(reconciler: Any, record: Record) -> Iterable[Key]:
    """Everything, when the controller has been installed."""
    if record.key != PLACE or record.old is not None:
        return ()
    return reconciler.every()  # type: ignore[no-any-return]
