"""Server-side tables: what `kubectl get` prints, made by the API server.

A new kind is its printer in a file of its family and one line here; kinds that are not in the
table print name and creation time.

Source: `pkg/printers/internalversion/printers.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias

from kubelearn.api.objects import Object
from kubelearn.api.tables.access import (
    CLUSTER_ROLE_BINDINGS,
    ROLE_BINDINGS,
    SIGNING_REQUESTS,
    WEBHOOKS,
)
from kubelearn.api.tables.age import human_duration, short_human_duration, since
from kubelearn.api.tables.autoscaling import AUTOSCALERS, DISRUPTION_BUDGETS
from kubelearn.api.tables.batch import CRON_JOBS, JOBS
from kubelearn.api.tables.configuration import (
    CONFIG_MAPS,
    LEASES,
    NAMESPACES,
    PRIORITY_CLASSES,
    RESOURCE_QUOTAS,
    RUNTIME_CLASSES,
    SECRETS,
    SERVICE_ACCOUNTS,
)
from kubelearn.api.tables.custom import custom_printer
from kubelearn.api.tables.events import EVENTS
from kubelearn.api.tables.nodes import NODES
from kubelearn.api.tables.pods import POD_TEMPLATES, PODS, pod_status
from kubelearn.api.tables.printer import DEFAULT, Cell, Column, Printer
from kubelearn.api.tables.services import (
    ENDPOINT_SLICES,
    ENDPOINTS,
    INGRESS_CLASSES,
    INGRESSES,
    NETWORK_POLICIES,
    SERVICES,
)
from kubelearn.api.tables.storage import (
    CSI_DRIVERS,
    CSI_NODES,
    PERSISTENT_VOLUME_CLAIMS,
    PERSISTENT_VOLUMES,
    STORAGE_CLASSES,
    VOLUME_ATTACHMENTS,
    VOLUME_ATTRIBUTES_CLASSES,
)
from kubelearn.api.tables.workloads import (
    CONTROLLER_REVISIONS,
    DAEMON_SETS,
    DEPLOYMENTS,
    REPLICA_SETS,
    REPLICATION_CONTROLLERS,
    STATEFUL_SETS,
)

__all__ = [
    "COLUMNS",
    "Cell",
    "Column",
    "Include",
    "Printer",
    "column_definitions",
    "custom_printer",
    "human_duration",
    "partial_metadata",
    "pod_status",
    "printer_of",
    "short_human_duration",
    "since",
    "table",
    "table_row",
]

COLUMNS: Final[Mapping[str, Printer]] = {
    "pods": PODS,
    "podtemplates": POD_TEMPLATES,
    "deployments.apps": DEPLOYMENTS,
    "replicasets.apps": REPLICA_SETS,
    "statefulsets.apps": STATEFUL_SETS,
    "daemonsets.apps": DAEMON_SETS,
    "controllerrevisions.apps": CONTROLLER_REVISIONS,
    "replicationcontrollers": REPLICATION_CONTROLLERS,
    "jobs.batch": JOBS,
    "cronjobs.batch": CRON_JOBS,
    "services": SERVICES,
    "endpoints": ENDPOINTS,
    "endpointslices.discovery.k8s.io": ENDPOINT_SLICES,
    "ingresses.networking.k8s.io": INGRESSES,
    "ingressclasses.networking.k8s.io": INGRESS_CLASSES,
    "networkpolicies.networking.k8s.io": NETWORK_POLICIES,
    "nodes": NODES,
    "namespaces": NAMESPACES,
    "events": EVENTS,
    "events.events.k8s.io": EVENTS,
    "configmaps": CONFIG_MAPS,
    "secrets": SECRETS,
    "serviceaccounts": SERVICE_ACCOUNTS,
    "resourcequotas": RESOURCE_QUOTAS,
    "persistentvolumes": PERSISTENT_VOLUMES,
    "persistentvolumeclaims": PERSISTENT_VOLUME_CLAIMS,
    "storageclasses.storage.k8s.io": STORAGE_CLASSES,
    "volumeattachments.storage.k8s.io": VOLUME_ATTACHMENTS,
    "volumeattributesclasses.storage.k8s.io": VOLUME_ATTRIBUTES_CLASSES,
    "csidrivers.storage.k8s.io": CSI_DRIVERS,
    "csinodes.storage.k8s.io": CSI_NODES,
    "horizontalpodautoscalers.autoscaling": AUTOSCALERS,
    "poddisruptionbudgets.policy": DISRUPTION_BUDGETS,
    "leases.coordination.k8s.io": LEASES,
    "priorityclasses.scheduling.k8s.io": PRIORITY_CLASSES,
    "runtimeclasses.node.k8s.io": RUNTIME_CLASSES,
    "rolebindings.rbac.authorization.k8s.io": ROLE_BINDINGS,
    "clusterrolebindings.rbac.authorization.k8s.io": CLUSTER_ROLE_BINDINGS,
    "certificatesigningrequests.certificates.k8s.io": SIGNING_REQUESTS,
    "mutatingwebhookconfigurations.admissionregistration.k8s.io": WEBHOOKS,
    "validatingwebhookconfigurations.admissionregistration.k8s.io": WEBHOOKS,
}
"""What each resource prints, in the order shown to learners."""

Include: TypeAlias = Literal["Metadata", "Object", "None"]
"""What a row carries beside its cells (`includeObject` of the request)."""


def printer_of(resource: str) -> Printer:
    """The printer of a built-in resource; name and creation time if it has none of its own."""
    return COLUMNS.get(resource, DEFAULT)


def column_definitions(printer: Printer) -> list[Object]:
    """The `columnDefinitions` of a table."""
    return [column.definition() for column in printer.columns]


def table_row(printer: Printer, obj: Object, now: int, include: Include = "Metadata") -> Object:
    """One row of a table: cells, row conditions, and the object as far as it was asked for."""
    row: Object = {"cells": printer.cells(obj, now)}
    conditions = printer.conditions(obj) if printer.conditions else None
    if conditions:
        row["conditions"] = conditions
    row["object"] = _included(obj, include)
    return row


def _included(obj: Object, include: Include) -> Object | None:
    if include == "None":
        return None
    return obj if include == "Object" else partial_metadata(obj)


def partial_metadata(obj: Object) -> Object:
    """The object's metadata alone, as kind PartialObjectMetadata."""
    return {
        "kind": "PartialObjectMetadata",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": obj["metadata"],
    }


def table(
    printer: Printer,
    objects: Iterable[Object],
    now: int,
    *,
    metadata: Object | None = None,
    include: Include = "Metadata",
    headers: bool = True,
) -> Object:
    """A `Table` of meta.k8s.io/v1; `now` in nanoseconds, `headers` off for later watch events."""
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": metadata or {},
        "columnDefinitions": column_definitions(printer) if headers else None,
        "rows": [table_row(printer, obj, now, include) for obj in objects],
    }
