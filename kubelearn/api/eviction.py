"""Eviction: a deletion that asks the pod's disruption budget first.

Source: `pkg/registry/core/pod/storage/eviction.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kubelearn.api.errors import APIError, TooManyRequests
from kubelearn.api.objects import Object, get_path, is_true, labels_of
from kubelearn.api.selectors import parse_selector
from kubelearn.api.times import timestamp

if TYPE_CHECKING:
    from kubelearn.api.server import APIServer

BUDGETS: Final = "poddisruptionbudgets.policy"
REFUSED: Final = "Cannot evict pod as it would violate the pod's disruption budget."
SEVERAL: Final = (
    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not "
    "support."
)
RETRY_SECONDS: Final = 10
MANY_DISRUPTED: Final = 2000


def evict(
    api: APIServer,
    namespace: str,
    name: str,
    *,
    grace: int | None = None,
    uid: str | None = None,
    version: str | None = None,
    dry_run: bool = False,
) -> None:
    """Delete the pod, or raise TooManyRequests when its budget does not allow it now."""
    pod = api.get("pods", namespace, name)
    budget = None if _free(pod) else _budget_of(api, pod)
    if budget is not None and not _unhealthy_may_go(pod, budget):
        _spend(api, pod, budget, dry_run=dry_run)
    if not dry_run:
        _mark(api, pod)
    api.delete("pods", namespace, name, grace=grace, uid=uid, version=version, dry_run=dry_run)


def _mark(api: APIServer, pod: Object) -> None:
    """Say in the pod why it goes."""
    condition = {
        "type": "DisruptionTarget",
        "status": "True",
        "lastProbeTime": None,
        "lastTransitionTime": timestamp(api.clock.now),
        "reason": "EvictionByEvictionAPI",
        "message": "Eviction API: evicting",
    }
    kept = get_path(pod, "status", "conditions", default=[]) or []
    others = [each for each in kept if each["type"] != "DisruptionTarget"]
    metadata = pod["metadata"]
    patch = {"conditions": [*others, condition]}
    api.patch_status("pods", metadata["namespace"], metadata["name"], patch)


def _free(pod: Object) -> bool:
    """Whether the pod counts in no budget: it has ended, is going, or has never started."""
    phase = get_path(pod, "status", "phase")
    return phase in ("Succeeded", "Failed", "Pending") or "deletionTimestamp" in pod["metadata"]


def _budget_of(api: APIServer, pod: Object) -> Object | None:
    budgets = [
        budget
        for budget in api.list(BUDGETS, pod["metadata"]["namespace"])
        if _selects(budget, pod)
    ]
    if len(budgets) > 1:
        raise APIError(SEVERAL)
    return budgets[0] if budgets else None


def _selects(budget: Object, pod: Object) -> bool:
    selector = get_path(budget, "spec", "selector")
    return selector is not None and parse_selector(selector).matches(labels_of(pod))


def _unhealthy_may_go(pod: Object, budget: Object) -> bool:
    """Whether a pod that is not Ready may be evicted without the budget being asked."""
    if is_true(pod, "Ready"):
        return False
    if get_path(budget, "spec", "unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    status = budget.get("status") or {}
    healthy, desired = status.get("currentHealthy", 0), status.get("desiredHealthy", 0)
    return bool(healthy >= desired > 0)


def _refuse(message: str, *, retry: bool = False) -> TooManyRequests:
    details: Object = {"causes": [{"reason": "DisruptionBudget", "message": message}]}
    if retry:
        details["retryAfterSeconds"] = RETRY_SECONDS
    return TooManyRequests(REFUSED, details=details)


def _spend(api: APIServer, pod: Object, budget: Object, *, dry_run: bool) -> None:
    """Take one disruption from the budget; TooManyRequests when there is none left."""
    name, status = budget["metadata"]["name"], budget.get("status") or {}
    if status.get("observedGeneration", 0) < budget["metadata"].get("generation", 0):
        message = f"The disruption budget {name} is still being processed by the server."
        raise _refuse(message, retry=True)
    allowed = status.get("disruptionsAllowed", 0)
    if allowed < 0:
        raise _refuse(f"The disruption budget {name} has a negative number of disruptions allowed.")
    if len(status.get("disruptedPods") or ()) > MANY_DISRUPTED:
        raise _refuse("too many evictions not confirmed by the PDB controller")
    if allowed == 0:
        raise _refuse(_why_none(name, status))
    if dry_run:
        return
    now = timestamp(api.clock.now)
    disrupted = {**(status.get("disruptedPods") or {}), pod["metadata"]["name"]: now}
    new: Object = {"disruptionsAllowed": allowed - 1, "disruptedPods": disrupted}
    if allowed == 1:
        new["conditions"] = _used_up(budget, now)
    api.patch_status(BUDGETS, budget["metadata"]["namespace"], name, new)


def _why_none(name: str, status: Object) -> str:
    """Why a budget allows no disruption."""
    found: Object = next(
        (each for each in status.get("conditions") or () if each["type"] == "DisruptionAllowed"), {}
    )
    text = f"The disruption budget {name} does not allow evicting pods currently"
    if found.get("status") == "False" and found.get("reason") == "SyncFailed":
        return f"{text} because it failed sync: {found.get('message', '')}"
    healthy, desired = status.get("currentHealthy", 0), status.get("desiredHealthy", 0)
    if healthy > desired:
        told = found.get("message") if found.get("status") == "False" else ""
        return f"{text} ({found.get('reason', '')}): {told}" if told else text
    return f"The disruption budget {name} needs {desired} healthy pods and has {healthy} currently"


def _used_up(budget: Object, now: str) -> list[Object]:
    """The conditions of a budget that allows no further disruption."""
    kept: list[Object] = get_path(budget, "status", "conditions", default=[]) or []
    old = next((each for each in kept if each["type"] == "DisruptionAllowed"), None)
    if old is not None and old["status"] == "False":
        return kept
    condition = {
        "type": "DisruptionAllowed",
        "status": "False",
        "observedGeneration": get_path(budget, "status", "observedGeneration"),
        "lastTransitionTime": now,
        "reason": "InsufficientPods",
        "message": "",
    }
    return [*(each for each in kept if each is not old), condition]
