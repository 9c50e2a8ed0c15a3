"""Which stages can come for the pods of a template: the others are not asked about again.

Most rows of the table are about something that few pods have, such as probes, limits or claims.
What a stage's `only` says depends on spec and annotations alone, which pods of one template share
as Python objects; the answer keeps these objects, so that their identities stay taken.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from kubelearn.api.objects import Object
from kubelearn.kubelet.rows import PodRow
from kubelearn.kubelet.situation import POD, Situation, Stage, always, at_once
from kubelearn.kubelet.statuses import containers_of

if TYPE_CHECKING:
    from kubelearn.kubelet.kubelets import Kubelets

Choice: TypeAlias = tuple[
    Stage, Callable[[Situation], bool] | None, Callable[[Situation], int | None] | None
]
"""A stage with its `when` and `after`, as far as they have to be asked."""
Possible: TypeAlias = tuple[dict[str, tuple[Choice, ...]], ...]
"""For each container, and last (index -1) for the pod itself: state → stages in their order."""


def possible_stages(kubelet: Kubelets, pod: Object, row: PodRow) -> Possible:
    """The stages that can come for a pod and for each of its containers."""
    spec, annotations = pod["spec"], pod["metadata"].get("annotations")
    parts = (spec["containers"], spec.get("initContainers"), spec.get("volumes"), annotations)
    key = (
        "possible",
        *map(id, parts),
        spec.get("restartPolicy"),
        spec.get("activeDeadlineSeconds"),
    )
    found: tuple[Any, Possible] | None = kubelet.shared.get(key)
    if found is None:
        found = kubelet.shared.put(key, (parts, _possible(kubelet, pod, row)))
    return found[1]


def _possible(kubelet: Kubelets, pod: Object, row: PodRow) -> Possible:
    count = len(containers_of(pod["spec"]))
    return tuple(_of(Situation(kubelet, pod, row, index, 0)) for index in (*range(count), POD))


def _of(situation: Situation) -> dict[str, tuple[Choice, ...]]:
    found = {}
    for state, stages in situation.kubelet.stages.items():
        kept = tuple(
            (
                one,
                None if one.when is always else one.when,
                None if one.after is at_once else one.after,
            )
            for one in stages
            if one.only is always or one.only(situation)
        )
        if kept:
            found[state] = kept
    return found
