"""ResourceQuota: adds up what a namespace uses, and makes a changed limit count.

Source: `pkg/controller/resourcequota/resource_quota_controller.go`, Kubernetes 1.36.

Unlike the real one: used amounts are added up again as soon as a counted object goes or ends, not
at most every five seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from kubelearn.api.admission.quota_usage import scope_matches, usage_of
from kubelearn.api.objects import Key, Object
from kubelearn.api.pod_resources import Amounts, amounts, plus
from kubelearn.api.quantity import Quantity
from kubelearn.api.store import Record
from kubelearn.controllers.pods import TERMINAL
from kubelearn.runtime.controller import Mapped, Own, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import MINUTE

QUOTAS = "resourcequotas"
COMPONENT = "resourcequota-controller"
RESYNC = 5 * MINUTE
COUNTED = (
    "pods",
    "services",
    "persistentvolumeclaims",
    "configmaps",
    "secrets",
    "replicationcontrollers",
)
"""Resources that give something back when they go; for `count/` of others there is the resync."""


def _freed(reconciler: Any, record: Record) -> Iterable[Key]:
    """The quotas of a namespace in which an object has gone, or a pod has ended or changed."""
    if record.new is not None and not _gives_back(record):
        return ()
    api = reconciler.context.api
    if not api.store.items(QUOTAS):
        return ()
    return [(record.key[0], one["metadata"]["name"]) for one in api.list(QUOTAS, record.key[0])]


def _gives_back(record: Record) -> bool:
    """Whether a pod has ended, or asks for other resources than before."""
    if record.resource != "pods" or record.old is None:
        return False
    return _has_ended(record) or _is_resized(record.old, record.new or {})


def _is_resized(old: Object, new: Object) -> bool:
    if old["spec"] is new["spec"] or old["spec"]["containers"] is new["spec"]["containers"]:
        return False
    return usage_of("pods", old) != usage_of("pods", new)


def _has_ended(record: Record) -> bool:
    phases = [(obj or {}).get("status", {}).get("phase") for obj in (record.old, record.new)]
    return phases[0] not in TERMINAL and phases[1] in TERMINAL


class ResourceQuotaController:
    """Keeps `status.hard` and `status.used` of each quota true."""

    name: ClassVar[str] = "resource-quota"
    watches: ClassVar[tuple[Watch, ...]] = (
        Own(QUOTAS),
        *(Mapped(resource, _freed, needs=QUOTAS) for resource in COUNTED),
    )
    explains: ClassVar[tuple[str, ...]] = (QUOTAS,)

    def __init__(self, context: Context) -> None:
        self.context = context

    def reconcile(self, key: Key) -> int | None:
        """Add up what is used; another look in five minutes."""
        quota = self.context.api.find(QUOTAS, *key)
        if quota is None:
            return None
        hard = quota["spec"].get("hard") or {}
        used = self._used(quota, list(hard))
        old = quota.get("status", {})
        status = {
            "hard": _replaced(old.get("hard"), hard),
            "used": _replaced(old.get("used"), {name: str(value) for name, value in used.items()}),
        }
        self.context.api.patch_status(QUOTAS, *key, status)
        return RESYNC

    def _used(self, quota: Object, names: Iterable[str]) -> Amounts:
        namespace, now = quota["metadata"]["namespace"], self.context.clock.now
        total: Amounts = {name: Quantity(0) for name in names}
        for resource in _resources(total):
            if resource not in self.context.api.kinds:
                continue
            for obj in self.context.api.list(resource, namespace):
                if scope_matches(quota, resource, obj):
                    cost = usage_of(resource, obj, now)
                    total = plus(total, {n: v for n, v in cost.items() if n in total})
        return total

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """What is used of each limit."""
        found = obj.get("status", {})
        used, hard = found.get("used") or {}, amounts(found.get("hard"))
        rows = tuple({"resource": n, "used": used.get(n, "?"), "limit": str(hard[n])} for n in hard)
        return [Reason(COMPONENT, f"bounds {len(rows)} resources", table=rows)]


def _resources(names: Iterable[str]) -> list[str]:
    """The resources that have to be looked at for the names in a quota."""
    listed = [name.removeprefix("count/") for name in names if name.startswith("count/")]
    return list(dict.fromkeys((*COUNTED, "resourcequotas", *listed)))


def _replaced(old: Object | None, new: Object) -> Object:
    """A merge patch from one map to another."""
    return {**dict.fromkeys(old or (), None), **new}
