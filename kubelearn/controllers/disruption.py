"""PodDisruptionBudget: how many pods may be evicted now.

Source: `pkg/controller/disruption/disruption.go`, Kubernetes 1.36.

Unlike the real one: pods of a custom controller with a scale subresource are not counted by it;
a DisruptionTarget condition of a pod that then stayed is not taken back after two minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, NamedTuple

from kubelearn.api import selectors
from kubelearn.api.errors import APIError
from kubelearn.api.objects import Key, Object, controller_of, is_terminating, labels_of
from kubelearn.api.store import Record
from kubelearn.api.times import parse_timestamp, timestamp
from kubelearn.controllers.deployment.budget import scaled
from kubelearn.controllers.pods import is_ready
from kubelearn.runtime.controller import Mapped, Own, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import MINUTE

BUDGETS = "poddisruptionbudgets.policy"
COMPONENT = "controllermanager"
DELETION_TIMEOUT = 2 * MINUTE
"""How long an evicted pod counts as gone although nobody has deleted it yet."""
SCALES = {
    "ReplicaSet": "replicasets.apps",
    "StatefulSet": "statefulsets.apps",
    "ReplicationController": "replicationcontrollers",
}
SIZED = frozenset({*SCALES.values(), "deployments.apps"})
"""Resources with a scale subresource."""


def _budgets_of(reconciler: Any, record: Record) -> Iterable[Key]:
    """The budgets that select a pod, before or after the write."""
    api, namespace = reconciler.context.api, record.key[0]
    if not api.store.items(BUDGETS):
        return ()
    pods = [pod for pod in (record.old, record.new) if pod is not None]
    return [
        (namespace, one["metadata"]["name"])
        for one in api.list(BUDGETS, namespace)
        if any(selects(one, pod) for pod in pods)
    ]


def selects(budget: Object, pod: Object) -> bool:
    """Whether a budget is about a pod; one without a selector is about none."""
    selector = budget["spec"].get("selector")
    return selector is not None and selectors.of(selector).matches(labels_of(pod))


class Expected(NamedTuple):
    """How many pods there should be, and how many of them have to be healthy."""

    pods: int
    healthy: int


class CannotCount(APIError):
    """The pods of a budget have a controller whose size nobody knows."""

    code, reason = 500, "InternalError"


class DisruptionController:
    """Counts healthy pods for each budget and says how many more may go."""

    name: ClassVar[str] = "disruption"
    watches: ClassVar[tuple[Watch, ...]] = (
        Own(BUDGETS),
        Mapped("pods", _budgets_of, needs=BUDGETS),
    )
    explains: ClassVar[tuple[str, ...]] = (BUDGETS,)

    def __init__(self, context: Context) -> None:
        self.context = context

    def reconcile(self, key: Key) -> int | None:
        """Write the status of a budget; without a count it allows nothing."""
        budget = self.context.api.find(BUDGETS, *key)
        if budget is None:
            return None
        pods = [pod for pod in self.context.api.list("pods", key[0]) if selects(budget, pod)]
        if not pods:
            self._tell(budget, "Normal", "NoPods", "No matching pods found")
        try:
            expected = self._expected(budget, pods)
        except CannotCount as error:
            text = f"Failed to calculate the number of expected pods: {error}"
            self._tell(budget, "Warning", "CalculateExpectedPodCountFailed", text)
            self._fail_safe(budget, str(error))
            return None  # the next look comes with the next write to a pod or to the budget
        disrupted, again = self._disrupted(budget, pods)
        healthy = sum(_is_healthy(pod, disrupted) for pod in pods)
        self._write(budget, expected, healthy, disrupted)
        return again

    def _tell(self, budget: Object, kind: str, reason: str, text: str) -> None:
        self.context.recorder.event(budget, kind, reason, text, COMPONENT)

    # Counting

    def _expected(self, budget: Object, pods: Sequence[Object]) -> Expected:
        spec = budget["spec"]
        if spec.get("maxUnavailable") is not None:
            total = self._scale(budget, pods)
            gone = scaled(spec["maxUnavailable"], total, up=True)
            return Expected(total, max(0, total - gone))
        least = spec.get("minAvailable", 1)
        if isinstance(least, int):
            return Expected(len(pods), least)
        total = self._scale(budget, pods)
        return Expected(total, scaled(least, total, up=True))

    def _scale(self, budget: Object, pods: Sequence[Object]) -> int:
        """The sum of the sizes of all controllers that have a pod of the budget."""
        sizes: dict[str, int] = {}
        unmanaged = False
        for pod in pods:
            reference = controller_of(pod)
            if reference is None:
                unmanaged = True
            elif reference["uid"] not in sizes:
                sizes |= self._size(pod, reference)
        if unmanaged:
            self._tell(budget, "Warning", "UnmanagedPods", _unmanaged(budget))
        return sum(sizes.values())

    def _size(self, pod: Object, reference: Object) -> dict[str, int]:
        """UID → size of the controller of a pod; of a ReplicaSet's Deployment, if it has one."""
        metadata = pod["metadata"]
        owner = self._owner(metadata["namespace"], reference, SCALES)
        if owner is None:
            raise CannotCount(self._why_unknown(reference, metadata["name"]))
        upper = controller_of(owner)
        if reference["kind"] == "ReplicaSet" and upper is not None:
            found = self._owner(metadata["namespace"], upper, {"Deployment": "deployments.apps"})
            owner = found if found is not None else owner
        return {owner["metadata"]["uid"]: owner["spec"]["replicas"]}

    def _why_unknown(self, reference: Object, pod: str) -> str:
        """Why nobody can tell the size of a pod's controller."""
        version, name = reference["apiVersion"], reference["kind"]
        kind = self.context.api.kinds.by_type(version, name)
        if kind is None:
            return f'no matches for kind "{name}" in version "{version}"'
        if kind.resource in SIZED:
            return f'found no controllers for pod "{pod}"'
        return f"{kind.resource} does not implement the scale subresource"

    def _owner(self, namespace: str, reference: Object, kinds: dict[str, str]) -> Object | None:
        resource = kinds.get(reference["kind"])
        found = self.context.api.find(resource, namespace, reference["name"]) if resource else None
        return found if found and found["metadata"]["uid"] == reference["uid"] else None

    def _disrupted(
        self, budget: Object, pods: Sequence[Object]
    ) -> tuple[dict[str, str], int | None]:
        """Evicted pods that nobody has deleted yet, and when the next of them is forgotten."""
        known = budget.get("status", {}).get("disruptedPods") or {}
        kept, waits = {}, []
        metadata = budget["metadata"]
        for pod in pods:
            name = pod["metadata"]["name"]
            if is_terminating(pod) or name not in known:
                continue
            left = parse_timestamp(known[name]) + DELETION_TIMEOUT - self.context.clock.now
            if left < 0:
                # Upstream names the namespace twice.
                place = f"{metadata['namespace']}/{metadata['namespace']}"
                text = f"Pod was expected by PDB {place} to be deleted but it wasn't"
                self._tell(pod, "Warning", "NotDeleted", text)
            else:
                kept[name] = known[name]
                waits.append(left + 1)
        return kept, min(waits, default=None)

    # Status

    def _write(
        self, budget: Object, expected: Expected, healthy: int, disrupted: dict[str, str]
    ) -> None:
        allowed = max(0, healthy - expected.healthy) if expected.pods > 0 else 0
        reason = "SufficientPods" if allowed else "InsufficientPods"
        gone = dict.fromkeys(set(budget.get("status", {}).get("disruptedPods") or ()), None)
        status = {
            "currentHealthy": healthy,
            "desiredHealthy": expected.healthy,
            "expectedPods": expected.pods,
            "disruptionsAllowed": allowed,
            "disruptedPods": {**gone, **disrupted} if disrupted else None,
        }
        status["observedGeneration"] = budget["metadata"].get("generation", 0)
        self._patch(budget, status, allowed > 0, reason, "")

    def _fail_safe(self, budget: Object, message: str) -> None:
        """Allow nothing; the rest of the status stays that of the last count."""
        seen = budget.get("status", {}).get("observedGeneration")
        status = {"disruptionsAllowed": 0, "observedGeneration": seen}
        self._patch(budget, status, False, "SyncFailed", message)

    def _patch(
        self, budget: Object, status: dict[str, Any], allowed: bool, reason: str, message: str
    ) -> None:
        metadata, generation = budget["metadata"], status["observedGeneration"]
        old = budget.get("status", {}).get("conditions") or []
        known = next((one for one in old if one["type"] == "DisruptionAllowed"), None)
        same = known is not None and known["status"] == str(allowed)
        told = {
            "type": "DisruptionAllowed",
            "status": str(allowed),
            **({"observedGeneration": generation} if generation else {}),
            "lastTransitionTime": known["lastTransitionTime"]
            if known and same
            else timestamp(self.context.clock.now),
            "reason": reason,
            "message": message,
        }
        others = [one for one in old if one["type"] != "DisruptionAllowed"]
        status |= {"conditions": [*others, told]}
        place = (BUDGETS, metadata["namespace"], metadata["name"])
        self.context.api.patch_status(*place, status)

    def explain(self, resource: str, obj: Object) -> list[Reason]:  # noqa: ARG002
        """The arithmetic behind the number of allowed disruptions."""
        found = obj.get("status", {})
        text = (
            f"{found.get('currentHealthy', 0)} of {found.get('expectedPods', 0)} pods are healthy, "
            f"{found.get('desiredHealthy', 0)} have to be: "
            f"{found.get('disruptionsAllowed', 0)} more may be evicted now"
        )
        return [Reason(COMPONENT, text)]


def _is_healthy(pod: Object, disrupted: dict[str, str]) -> bool:
    gone = is_terminating(pod) or pod["metadata"]["name"] in disrupted
    return not gone and is_ready(pod)


def _unmanaged(budget: Object) -> str:
    selector = budget["spec"]["selector"]
    pairs = sorted((selector.get("matchLabels") or {}).items())
    labels = "".join(f"{name}: {value}," for name, value in pairs)
    rules = "".join(_go_rule(one) for one in selector.get("matchExpressions") or ())
    return (
        "Pods selected by this PodDisruptionBudget (selector: &LabelSelector{MatchLabels:"
        f"map[string]string{{{labels}}},MatchExpressions:[]LabelSelectorRequirement{{{rules}}},}}) "
        "were found to be unmanaged. As a result, the status of the PDB cannot be calculated "
        "correctly, which may result in undefined behavior. To account for these pods please set "
        '".spec.minAvailable" field of the PDB to an integer value.'
    )


def _go_rule(rule: Object) -> str:
    values = " ".join(rule.get("values") or ())
    return (
        f"LabelSelectorRequirement{{Key:{rule['key']},Operator:{rule['operator']},"
        f"Values:[{values}],}},"
    )
