"""The program pilot-agent beside a proxy: `pilot-agent request GET stats/prometheus`.

Source: istio `pilot/cmd/pilot-agent/app/request.go`, 1.27.

Unlike the real one: of Envoy's own administration it gives Istio's standard metrics only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kubelearn.api.objects import Object
from kubelearn.mesh.telemetry.labels import Labels
from kubelearn.mesh.telemetry.series import Tally, exposition
from kubelearn.world.explain import as_it_was
from kubelearn.world.shell import Process
from kubelearn.world.shell.effects import Err, Out, Run

if TYPE_CHECKING:
    from kubelearn.world.world import World

METRICS = ("stats/prometheus", "/stats/prometheus")


def pilot_agent(world: World, pod: Object, process: Process) -> Run:
    """What the proxy of a pod answers to its agent."""
    words = process.words
    if words[:1] != ("request",):
        yield Err("Error: only `pilot-agent request GET stats/prometheus` is modelled\n")
        return 1
    if words[1:2] != ("GET",) or words[2:3] not in [(path,) for path in METRICS]:
        yield Err(f"Error: {' '.join(words[1:])} is not modelled: ask GET stats/prometheus\n")
        return 1
    yield Out("".join(f"{line}\n" for line in exposition(_own(world, pod))))
    return 0


def _own(world: World, pod: Object) -> Iterator[tuple[Labels, Tally]]:
    """The series that the proxy of a pod counts."""
    metadata = pod["metadata"]
    for labels, tally in as_it_was(world).parts["telemetry"].series.totals.items():
        end = labels.source if labels.reporter == "source" else labels.destination
        if (labels.pod, end.namespace) == (metadata["name"], metadata["namespace"]):
            yield labels, tally
