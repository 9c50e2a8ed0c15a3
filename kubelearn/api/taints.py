"""Which taints a pod tolerates.

Source: `staging/src/k8s.io/api/core/v1/toleration.go`,
`staging/src/k8s.io/component-helpers/scheduling/corev1/helpers.go`, Kubernetes 1.36.

Unlike the real one: the operators Gt and Lt (gate TaintTolerationComparisonOperators) tolerate
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Taint = Mapping[str, str]
Toleration = Mapping[str, str]

NO_SCHEDULE = frozenset({"NoSchedule", "NoExecute"})
"""Effects that keep pods off a node."""
PREFER_NO_SCHEDULE = frozenset({"PreferNoSchedule"})


def tolerates(toleration: Toleration, taint: Taint) -> bool:
    """Whether one toleration covers one taint."""
    effect, key = toleration.get("effect"), toleration.get("key")
    if effect and effect != taint.get("effect"):
        return False
    if key and key != taint.get("key"):
        return False
    operator = toleration.get("operator") or "Equal"
    if operator == "Exists":
        return True
    return operator == "Equal" and (toleration.get("value") or "") == (taint.get("value") or "")


def tolerated(taint: Taint, tolerations: Iterable[Toleration]) -> bool:
    """Whether any of the tolerations covers the taint."""
    return any(tolerates(toleration, taint) for toleration in tolerations)


def untolerated(
    taints: Iterable[Taint], tolerations: Iterable[Toleration], effects: frozenset[str]
) -> Taint | None:
    """The first taint with one of these effects that nothing tolerates, or None."""
    for taint in taints:
        if taint.get("effect") in effects and not tolerated(taint, tolerations):
            return taint
    return None
