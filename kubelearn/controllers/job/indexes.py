"""Completion indexes of Indexed Jobs: which are done, which have failed, which come next.

Source: `pkg/controller/job/indexed_job_utils.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cmp_to_key

from kubelearn.api.objects import Object, get_path
from kubelearn.controllers.victims import Candidate, compare

INDEX = "batch.kubernetes.io/job-completion-index"
"""The annotation, and the label, with a pod's index."""

Interval = tuple[int, int]


def index_of(pod: Object) -> int | None:
    """The completion index of a pod; None when it has none, or none that is a number."""
    text = get_path(pod, "metadata", "annotations", INDEX, default="")
    return int(text) if text.isascii() and text.isdigit() else None


def in_range(pod: Object, completions: int) -> bool:
    """Whether a pod has an index below the number of completions."""
    index = index_of(pod)
    return index is not None and index < completions


def parse(text: str, completions: int) -> set[int]:
    """The indexes of a text such as "0,2-4", without those that are too high or unreadable."""
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first.isdigit() and (last or first).isdigit():
            found.update(range(int(first), min(int(last or first), completions - 1) + 1))
    return found


def intervals(indexes: Iterable[int]) -> list[Interval]:
    """The runs of consecutive indexes, in order, as (first, last)."""
    found: list[Interval] = []
    for index in sorted(indexes):
        if found and found[-1][1] == index - 1:
            found[-1] = (found[-1][0], index)
        else:
            found.append((index, index))
    return found


def text_of(indexes: Iterable[int]) -> str:
    """The indexes as the status writes them: "0,2-4"; two in a row are written "0,1"."""
    return ",".join(_written(*interval) for interval in intervals(indexes))


def _written(first: int, last: int) -> str:
    if first == last:
        return str(first)
    return f"{first}{',' if last == first + 1 else '-'}{last}"


def first_pending(
    count: int, completions: int, active: Iterable[Object], done: Collection[int]
) -> list[int]:
    """The lowest indexes that are neither done nor worked on, `count` at most."""
    taken = {*done, *(index_of(pod) for pod in active)}
    pending = (index for index in range(completions) if index not in taken)
    return [index for index, _ in zip(pending, range(max(count, 0)), strict=False)]


def split_duplicates(pods: Iterable[Object], completions: int) -> tuple[list[Object], list[Object]]:
    """(pods to remove, pods to keep): one stays per index, the one furthest on."""
    groups: dict[int, list[Object]] = {}
    for pod in pods:
        index = index_of(pod)
        groups.setdefault(-1 if index is None else index, []).append(pod)
    removed: list[Object] = []
    kept: list[Object] = []
    for index in sorted(groups):
        group = groups[index]
        if not 0 <= index < completions:
            removed += group
            continue
        ranked = by_rank(group)
        removed += ranked[:-1]
        kept.append(ranked[-1])
    return removed, kept


def by_rank(pods: Iterable[Object]) -> list[Object]:
    """Pods in the order in which they would be deleted."""
    ranked = sorted(map(Candidate, pods), key=cmp_to_key(compare))
    return [candidate.pod for candidate in ranked]
