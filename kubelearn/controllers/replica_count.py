"""How many pods a ReplicaSet has, and how many of them are labelled, ready and available.

Source: `pkg/controller/replicaset/replica_set_utils.go` (calculateStatus), Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from kubelearn.api import selectors
from kubelearn.api.families import Census
from kubelearn.api.objects import Object, is_terminating, labels_of
from kubelearn.controllers.pods import is_active, is_available, is_going, is_ready
from kubelearn.runtime.part import Context


class Count(NamedTuple):
    """The counters of a ReplicaSet."""

    active: int
    labelled: int
    """Those with all labels of the template."""
    ready: int
    available: int
    going: int

    def status(self) -> dict[str, Any]:
        """The counters as `status` has them; None where the wire leaves a zero out."""
        return {
            "replicas": self.active,
            "fullyLabeledReplicas": self.labelled or None,
            "readyReplicas": self.ready or None,
            "availableReplicas": self.available or None,
            "terminatingReplicas": self.going,
        }


def count_pods(replicaset: Object, pods: Sequence[Object], now: int) -> Count:
    """The count of these pods, one by one."""
    wanted = _template_labels(replicaset).items()
    min_ready = replicaset["spec"].get("minReadySeconds", 0)
    active = [pod for pod in pods if is_active(pod)]
    return Count(
        active=len(active),
        labelled=sum(wanted <= labels_of(pod).items() for pod in active),
        ready=sum(map(is_ready, active)),
        available=sum(is_available(pod, min_ready, now) for pod in active),
        going=sum(map(is_going, pods)),
    )


def counted(context: Context, replicaset: Object) -> Count | None:
    """The count as the store keeps it; None when the pods must be looked at one by one.

    They must when one is to be adopted or released, and when being available takes time.
    """
    spec, metadata = replicaset["spec"], replicaset["metadata"]
    if spec.get("minReadySeconds") or is_terminating(replicaset):
        return None
    matches = selectors.of(spec["selector"]).matches
    orphans = context.api.store.select("pods", "orphan", metadata["namespace"])
    if any(matches(labels_of(pod)) for pod in orphans):
        return None
    census = context.api.store.census(metadata["uid"])
    if not all(matches(dict(sort.labels)) for sort in census):
        return None
    return _summed(census, _template_labels(replicaset))


def _summed(census: Census, template: dict[str, str]) -> Count:
    active = {sort: n for sort, n in census.items() if not (sort.ended or sort.terminating)}
    ready = sum(n for sort, n in active.items() if sort.ready)
    wanted = template.items()
    return Count(
        active=sum(active.values()),
        labelled=sum(n for sort, n in active.items() if wanted <= dict(sort.labels).items()),
        ready=ready,
        available=ready,
        going=sum(n for sort, n in census.items() if sort.terminating and not sort.ended),
    )


def _template_labels(replicaset: Object) -> dict[str, str]:
    return (replicaset["spec"]["template"].get("metadata") or {}).get("labels") or {}
