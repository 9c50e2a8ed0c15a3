"""Checks on behaviour that exercises share; each says what was seen, and when."""

from __future__ import annotations

from kubelearn.api.objects import Object, is_terminating, is_true
from kubelearn.cluster import Cluster
from kubelearn.sim.duration import format_duration


def ready_pods(cluster: Cluster, namespace: str = "default") -> list[Object]:
    """The pods that are Ready and not on their way out."""
    pods = cluster.api.list("pods", namespace)
    return [pod for pod in pods if is_true(pod, "Ready") and not is_terminating(pod)]


def wait_for_ready(cluster: Cluster, count: int, limit: str) -> str | None:
    """Run until `count` pods are ready; the moment as text, None when it has not come in time."""
    try:
        cluster.run(limit, until=lambda c: len(ready_pods(c)) >= count)
    except TimeoutError:
        return None
    return format_duration(cluster.clock.now)


def troubles(cluster: Cluster) -> tuple[str, ...]:
    """What keeps pods from being ready: the last thing that each of them has to say."""
    pods = cluster.api.list("pods", "default")
    waiting = [pod for pod in pods if not is_true(pod, "Ready")]
    return tuple(f"{p['metadata']['name']}: {cluster.why(p).reasons[-1].text}" for p in waiting)
