"""What an administrator does to nodes and pods: cordon, drain, uncordon, evict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kubelearn.sim.arguments import checked, shown, texts_by_name, within
from kubelearn.sim.duration import format_duration
from kubelearn.world.answer import Answer
from kubelearn.world.timeline import Timeline, patience

MOST_SECONDS = 2**31 - 1
"""Of a grace period: 68 years."""


class Maintenance(Timeline):
    """The commands of a world that take nodes and pods away in good order."""

    @checked
    def add_node(
        self,
        name: str,
        *,
        labels: Mapping[str, str] | None = None,
        taints: Sequence[Mapping[str, Any]] = (),
        cpu: str | float = "4",
        memory: str | float = "16Gi",
        pods: int = 110,
        zone: str = "",
    ) -> Answer:
        """Another machine joins the cluster as a node; AlreadyExists for a name that is taken."""
        machine: dict[str, Any] = {
            "labels": texts_by_name("labels", labels, {"disk": "ssd"}),
            "taints": _taints_of(taints),
        }
        machine |= {"cpu": cpu, "memory": memory, "pods": pods, "zone": zone}
        return Answer(self.command("node.add", name, **machine))

    @checked
    def cordon(self, node: str) -> Answer:
        """No new pods for a node, as `kubectl cordon` does it."""
        return Answer(self.command("cordon", node))

    @checked
    def uncordon(self, node: str) -> Answer:
        """New pods for a node again; a drain of it that still waits is given up."""
        return Answer(self.command("uncordon", node))

    @checked
    def drain(
        self,
        node: str,
        *,
        ignore_daemonsets: bool = False,
        delete_emptydir_data: bool = False,
        force: bool = False,
        grace_period: int = -1,
        timeout: str | float = 0,
        disable_eviction: bool = False,
        pod_selector: str = "",
        wait: str | float = "5m",
    ) -> Answer:
        """Cordon a node and evict its pods, as `kubectl drain` with these flags does; its text.

        Time passes until it has ended, for `wait` at most; what is refused by a disruption budget
        is asked for again every 5 s, also later (`timeout` 0 = for ever, `uncordon` ends it).
        """
        flags: dict[str, Any] = {"ignore_daemonsets": ignore_daemonsets, "force": force}
        flags |= {"grace": within("grace_period", grace_period, -1, MOST_SECONDS)}
        flags |= {"delete_emptydir_data": delete_emptydir_data, "pod_selector": pod_selector}
        flags |= {"disable_eviction": disable_eviction, "timeout": patience(timeout)}
        limit = patience(wait)
        with self.lock:
            number = self.command("drain", node, **flags)
            late = ""
            try:
                self._run_until(lambda _: self.parts["drains"].finished(number), limit)
            except TimeoutError:
                late = f"(still draining after {format_duration(limit)})"
            lines = [*self.parts["drains"].lines(number), *filter(None, [late])]
        return Answer("\n".join(lines))

    @checked
    def evict(
        self, reference: str, namespace: str = "default", *, grace: int | None = None
    ) -> Answer:
        """Ask for the eviction of a pod; TooManyRequests when its disruption budget refuses."""
        grace_of(grace)
        return Answer(self.command("evict", reference, namespace=namespace, grace=grace))


def grace_of(grace: int | None) -> int | None:
    """The seconds that somebody gives a pod to end, if any; ValueError for too many."""
    return None if grace is None else within("grace", grace, -1, MOST_SECONDS)


def _taints_of(given: Any) -> tuple[Mapping[str, Any], ...]:
    if not isinstance(given, list | tuple) or not all(isinstance(one, Mapping) for one in given):
        example = [{"key": "gpu", "value": "yes", "effect": "NoSchedule"}]
        raise TypeError(f"taints={shown(given)}: give a list of dicts, such as {example}")
    return tuple(given)
