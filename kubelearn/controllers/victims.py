"""Which pods a ReplicaSet gives up first.

Source: `pkg/controller/controller_utils.go` (ActivePodsWithRanks), Kubernetes 1.36.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from kubelearn.api.objects import Object
from kubelearn.api.times import parse_timestamp
from kubelearn.controllers.pods import is_ready, ready_since, restarts

DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
PHASE_ORDER = {"Pending": 0, "Unknown": 1, "Running": 2}
_COST = re.compile(r"-?(0|[1-9][0-9]*)")


def choose_victims(
    pods: Sequence[Object], count: int, siblings: Sequence[Object], now: int
) -> list[Object]:
    """`count` of `pods`, the least wanted first.

    `siblings` are the active pods of all ReplicaSets with the same owner: who shares a node with
    more of them goes earlier.
    """
    if count >= len(pods):
        return list(pods)
    crowd = Counter(pod["spec"].get("nodeName") for pod in siblings)
    ranked = sorted(pods, key=lambda pod: _rank(pod, crowd[pod["spec"].get("nodeName")], now))
    return ranked[:count]


def _rank(pod: Object, co_located: int, now: int) -> tuple[object, ...]:
    """Sorts the pod to delete first to the front; each step decides only ties of all before."""
    created = parse_timestamp(pod["metadata"]["creationTimestamp"])
    since = ready_since(pod)
    return (
        bool(pod["spec"].get("nodeName")),
        PHASE_ORDER.get(pod["status"].get("phase", "Pending"), 0),
        is_ready(pod),
        deletion_cost(pod),
        -co_located,
        -1 if since is None else _bucket(now - since),
        -restarts(pod),
        _bucket(now - created),
        pod["metadata"]["uid"],
    )


def _bucket(age: int) -> int:
    """Ages are compared in powers of two, so that deletion does not always hit the youngest."""
    return age.bit_length() if age > 0 else 0


def deletion_cost(pod: Object) -> int:
    """The int32 of the annotation; 0 when it is missing or not a plain number."""
    text = (pod["metadata"].get("annotations") or {}).get(DELETION_COST, "")
    if not _COST.fullmatch(text) or text == "-0":
        return 0
    cost = int(text)
    return cost if -(2**31) <= cost < 2**31 else 0
