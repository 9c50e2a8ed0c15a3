"""The rows of namespaces, configuration, quotas, leases, priority and runtime classes.

Source: `pkg/printers/internalversion/printers.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.objects import Object
from kubelearn.api.tables.printer import (
    AGE,
    NAME,
    Cell,
    Column,
    Printer,
    age_of,
    name_of,
    number,
    part,
    text,
)


def _namespace(obj: Object, now: int) -> list[Cell]:
    return [name_of(obj), text(obj, "status", "phase"), age_of(obj, now)]


def _service_account(obj: Object, now: int) -> list[Cell]:
    return [name_of(obj), age_of(obj, now)]


def _config_map(obj: Object, now: int) -> list[Cell]:
    return [name_of(obj), len(part(obj, "data")) + len(part(obj, "binaryData")), age_of(obj, now)]


def _secret(obj: Object, now: int) -> list[Cell]:
    return [name_of(obj), obj.get("type", ""), len(part(obj, "data")), age_of(obj, now)]


def _quota(obj: Object, now: int) -> list[Cell]:
    hard, used = part(obj, "status", "hard"), part(obj, "status", "used")
    texts = {name: f"{name}: {used.get(name, '0')}/{hard[name]}" for name in sorted(hard)}
    limits = ", ".join(text for name, text in texts.items() if name.startswith("limits"))
    requests = ", ".join(text for name, text in texts.items() if not name.startswith("limits"))
    return [name_of(obj), requests, limits, age_of(obj, now)]


def _lease(obj: Object, now: int) -> list[Cell]:
    return [name_of(obj), text(obj, "spec", "holderIdentity"), age_of(obj, now)]


def _priority_class(obj: Object, now: int) -> list[Cell]:
    return [
        name_of(obj),
        number(obj, "value"),
        bool(obj.get("globalDefault")),
        age_of(obj, now),
        obj.get("preemptionPolicy", ""),
    ]


def _runtime_class(obj: Object, now: int) -> list[Cell]:
    return [name_of(obj), obj.get("handler", ""), age_of(obj, now)]


NAMESPACES: Final = Printer(
    (NAME, Column("Status", text="The status of the namespace"), AGE), _namespace
)
SERVICE_ACCOUNTS: Final = Printer((NAME, AGE), _service_account)
CONFIG_MAPS: Final = Printer((NAME, Column("Data", doc="core.v1.ConfigMap.data"), AGE), _config_map)
SECRETS: Final = Printer(
    (
        NAME,
        Column("Type", doc="core.v1.Secret.type"),
        Column("Data", doc="core.v1.Secret.data"),
        AGE,
    ),
    _secret,
)
RESOURCE_QUOTAS: Final = Printer(
    (
        NAME,
        Column(
            "Request",
            text="Request represents a minimum amount of cpu/memory that a container may consume.",
        ),
        Column(
            "Limit",
            text="Limits control the maximum amount of cpu/memory that a container may use "
            "independent of contention on the node.",
        ),
        AGE,
    ),
    _quota,
)
LEASES: Final = Printer(
    (NAME, Column("Holder", doc="coordination.v1.LeaseSpec.holderIdentity"), AGE), _lease
)
PRIORITY_CLASSES: Final = Printer(
    (
        NAME,
        Column("Value", "integer", doc="scheduling.v1.PriorityClass.value"),
        Column("Global-Default", "boolean", doc="scheduling.v1.PriorityClass.globalDefault"),
        AGE,
        Column("PreemptionPolicy", doc="scheduling.v1.PriorityClass.preemptionPolicy"),
    ),
    _priority_class,
)
RUNTIME_CLASSES: Final = Printer((NAME, Column("Handler"), AGE), _runtime_class)
