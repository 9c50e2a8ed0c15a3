"""Rows of waiting and of just bound pods."""

from typing import Any

import pytest

from kubelearn.scheduler.info import bound, pod_info, renewed
from kubelearn.scheduler.pod_rows import PodRows
from tests.scheduler.clusters import make_pod

TERM = {"topologyKey": "zone", "labelSelector": {"matchLabels": {"app": "web"}}}
FAR = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [TERM]}}


def sibling(pod: dict[str, Any], name: str, **metadata: Any) -> dict[str, Any]:
    """Another pod of the same template."""
    return {**pod, "metadata": {**pod["metadata"], "name": name, **metadata}}


def test_pods_of_a_template_share_what_was_read() -> None:
    """The row of the second pod is as if it had been read alone."""
    rows, first = PodRows(), make_pod("a", affinity=FAR)
    second = sibling(first, "b", deletionTimestamp="2026-01-01T00:00:00Z")
    one, other = rows.row(first), rows.row(second)
    assert (pod_info(first), pod_info(second)) == (one, other)
    assert one.terms is other.terms


def test_other_labels_make_another_template() -> None:
    """Terms may speak of them."""
    rows, first = PodRows(), make_pod("a", labels={"app": "web"})
    second = sibling(first, "b", labels={"app": "db"})
    rows.row(first)
    assert rows.row(second).labels == {"app": "db"}


def test_a_fork_remembers_alone() -> None:
    """What one side reads is not seen by the other."""
    rows, pod = PodRows(), make_pod("a", affinity=FAR)
    twin = rows.fork()
    assert rows.row(pod).terms is not twin.row(pod).terms


def on_node(pod: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The pod as the API has it once it is bound."""
    labels = {**pod["metadata"]["labels"], "topology.kubernetes.io/zone": "z"}
    spec = {**pod["spec"], "nodeName": "n", **changes}
    return {**pod, "metadata": {**pod["metadata"], "labels": labels}, "spec": spec}


def test_a_bound_pod_keeps_what_was_read_of_it() -> None:
    """Only node and labels are new."""
    pod = make_pod("a", affinity=FAR)
    row, confirmed = pod_info(pod), on_node(pod)
    assert pod_info(confirmed) == bound(row.on("n"), confirmed)
    assert row.terms is bound(row.on("n"), confirmed).terms


def test_a_pod_that_changed_while_it_was_bound_is_read_anew() -> None:
    """Its requests are the new ones."""
    pod = make_pod("a", "100m")
    more = on_node(pod, containers=make_pod("a", "200m")["spec"]["containers"])
    assert bound(pod_info(pod).on("n"), more).requests["cpu"] == 200


@pytest.mark.parametrize("given", [None, "100m", "300m"])
def test_what_a_container_was_given_counts_when_it_is_more(given: str | None) -> None:
    """A kubelet that reports just what was asked for changes nothing."""
    pod = on_node(make_pod("a", "100m"))
    status: dict[str, Any] = {"name": "c"}
    if given:
        requests = {"cpu": given, "memory": "128Mi"}
        status |= {"resources": {"requests": requests}, "allocatedResources": requests}
    newer = {**pod, "status": {"phase": "Running", "containerStatuses": [status]}}
    assert pod_info(newer) == renewed(pod_info(pod), newer)
