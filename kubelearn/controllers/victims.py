"""Which pods a ReplicaSet gives up first.

Source: `pkg/controller/controller_utils.go` (ActivePodsWithRanks, ActivePods), Kubernetes 1.36.

Unlike the real one: where upstream's rules contradict themselves (three pods, each to go before
the next) the outcome follows from the order of the pods' names; upstream's is random there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cmp_to_key

from kubelearn.api.objects import Object, get_path
from kubelearn.api.times import parse_timestamp
from kubelearn.controllers.pods import is_ready, ready_since

DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
PHASE_ORDER = {"Pending": 0, "Unknown": 1, "Running": 2}
_COST = re.compile(r"-?[1-9][0-9]*")


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
    ranked = [Candidate(pod, crowd[pod["spec"].get("nodeName")], now) for pod in pods]
    ranked.sort(key=cmp_to_key(compare))
    return [candidate.pod for candidate in ranked[:count]]


class Candidate:
    """A pod with what decides about it, read once; `now` None compares exact times.

    `co_located` is the number of sibling pods on its node.
    """

    __slots__ = ("created", "now", "pod", "rank", "ready", "restarts", "uid")

    def __init__(self, pod: Object, co_located: int = 0, now: int | None = None) -> None:
        self.pod, self.now = pod, now
        self.uid: str = pod["metadata"].get("uid", "")
        self.rank = (
            bool(pod["spec"].get("nodeName")),
            PHASE_ORDER.get(pod["status"].get("phase", "Pending"), 0),
            is_ready(pod),
            deletion_cost(pod) if now is not None else 0,
            -co_located,
        )
        self.ready = ready_since(pod)
        self.restarts = (-restarts(pod), -sidecar_restarts(pod))
        created = pod["metadata"].get("creationTimestamp")
        self.created = parse_timestamp(created) if created else None


def compare(one: Candidate, other: Candidate) -> int:
    """Below zero when `one` goes first; each step decides only ties of all before."""
    for step in STEPS:
        found = step(one, other)
        if found is not None:
            return found
    return 0


def _by_rank(one: Candidate, other: Candidate) -> int | None:
    """Unassigned, pending, not ready, cheap, crowded: first."""
    return (one.rank > other.rank) - (one.rank < other.rank) or None


def _by_ready_time(one: Candidate, other: Candidate) -> int | None:
    """Who became ready later goes first."""
    if not (is_ready(one.pod) and is_ready(other.pod)):
        return None
    return _by_age(one, one.ready, other, other.ready)


def _by_restarts(one: Candidate, other: Candidate) -> int | None:
    """Who has restarted more often goes first."""
    return (one.restarts > other.restarts) - (one.restarts < other.restarts) or None


def _by_creation(one: Candidate, other: Candidate) -> int | None:
    """Who was created later goes first."""
    return _by_age(one, one.created, other, other.created)


STEPS: tuple[Callable[[Candidate, Candidate], int | None], ...] = (
    _by_rank,
    _by_ready_time,
    _by_restarts,
    _by_creation,
)
"""The questions in their order; one that decides nothing answers None."""


def _by_age(
    one: Candidate, time: int | None, other: Candidate, other_time: int | None
) -> int | None:
    """The younger goes first; ages are compared in powers of two, so that it is not always it.

    In one power of two the UID decides, and nothing after it. A time that is missing counts as the
    youngest.
    """
    if time == other_time:
        return None
    if time is None or other_time is None:
        return -1 if time is None else 1
    if one.now is None or other.now is None:
        return -1 if time > other_time else 1
    difference = bucket(one.now - time) - bucket(other.now - other_time)
    return difference or (one.uid > other.uid) - (one.uid < other.uid)


def bucket(age: int) -> int:
    """The whole part of the binary logarithm of an age in nanoseconds; -1 when there is none."""
    return age.bit_length() - 1 if age > 0 else -1


def deletion_cost(pod: Object) -> int:
    """The int32 of the annotation; 0 when it is missing or not a plain number."""
    text = (pod["metadata"].get("annotations") or {}).get(DELETION_COST, "")
    cost = int(text) if _COST.fullmatch(text) else 0
    return cost if -(2**31) <= cost < 2**31 else 0


def restarts(pod: Object) -> int:
    """The highest restart count among the regular containers."""
    statuses = get_path(pod, "status", "containerStatuses", default=()) or ()
    return max((status.get("restartCount", 0) for status in statuses), default=0)


def sidecar_restarts(pod: Object) -> int:
    """The highest restart count among the init containers that go on running."""
    inits = pod["spec"].get("initContainers") or ()
    names = {one["name"] for one in inits if one.get("restartPolicy") == "Always"}
    statuses = get_path(pod, "status", "initContainerStatuses", default=()) or ()
    counts = (one.get("restartCount", 0) for one in statuses if one["name"] in names)
    return max(counts, default=0)
