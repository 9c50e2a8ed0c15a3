"""Pods in which nothing more happens by itself, in their shortest form.

A settled pod is what all pods like it are: what only it has (its UID, node, address) is read from
its object when something happens to it again.
"""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.times import parse_timestamp
from kubelearn.kubelet import rows
from kubelearn.kubelet.rows import ContainerRow, PodRow, Settled, container_row
from kubelearn.sim.clock import SECOND


def settled(row: PodRow) -> Settled | None:
    """The short form of a pod that waits for nothing; None when it cannot be shortened."""
    running = row.state == rows.SANDBOXED and not row.reason
    if not running and row.state != rows.STOPPED:
        return None
    return Settled(row.state, row.sandbox, tuple(map(_short, row.containers)))


def _short(own: ContainerRow) -> ContainerRow:
    """A container's row without what is finer than a second and matters no more."""
    started = own.started_at // SECOND * SECOND
    short = own.entering(own.state, started)
    return container_row((*short[:5], started, *short[6:-1], (None, None, None)))


def unsettled(pod: Object, found: Settled) -> PodRow:
    """The row of a settled pod in which something happens again."""
    status = pod["status"]
    begun = parse_timestamp(status["startTime"])
    return PodRow(
        pod["metadata"]["uid"],
        pod["spec"]["nodeName"],
        found.state,
        begun,
        begun,
        found.containers,
        ip=status.get("podIP", ""),
        sandbox=found.sandbox,
        initialized=True,
    )
