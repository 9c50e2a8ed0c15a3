"""Scale-up: how many nodes of which group would take the pods that find no place.

Source: `cluster-autoscaler/FAQ.md` (How does scale-up work?).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kubelearn.api.objects import Object, condition, is_terminating
from kubelearn.controllers.clusterautoscaler.expander import Option, waste_of
from kubelearn.controllers.clusterautoscaler.settings import NodeGroup, Settings
from kubelearn.controllers.clusterautoscaler.simulation import Place, largest_first, put


def unschedulable(pods: Sequence[Object], settings: Settings) -> list[Object]:
    """The pods that the scheduler has found no node for, as far as they matter."""
    return [pod for pod in pods if _waits(pod, settings)]


def _waits(pod: Object, settings: Settings) -> bool:
    if pod["spec"].get("nodeName") or is_terminating(pod):
        return False
    if pod["spec"].get("priority", 0) < settings.expendable_pods_priority_cutoff:
        return False
    found = condition(pod, "PodScheduled")
    return found is not None and (found["status"], found.get("reason")) == (
        "False", "Unschedulable",
    )  # fmt: skip


def option_of(group: NodeGroup, room: int, pods: Sequence[Object]) -> Option | None:
    """What growing a group by at most `room` nodes would bring; None when it helps nobody."""
    template = group.template(f"{group.name}-template")
    left = largest_first(pods, template)
    places: list[Place] = []
    while left and len(places) < room:
        place = Place(group.template(f"{group.name}-template-{len(places)}"))
        rest = put(left, [place])
        if len(rest) == len(left):
            break
        places.append(place)
        left = rest
    if not places:
        return None
    names = {id(pod) for pod in left}
    helped = tuple(pod for pod in pods if id(pod) not in names)
    return Option(group, len(places), helped, waste_of(places))


def refusals(
    pod: Object, groups: Sequence[NodeGroup], rooms: dict[str, int], waiting: set[str]
) -> str | None:
    """Why no group can help a pod: how many groups say what; None when one of them can."""
    said: Counter[str] = Counter()
    for group in groups:
        if group.name in waiting:
            said["in backoff after failed scale-up"] += 1
        elif rooms[group.name] <= 0:
            said["max node group size reached"] += 1
        else:
            refusal = Place(group.template("template")).refuses(pod)
            if not refusal:
                return None
            said[refusal] += 1
    return ", ".join(f"{said[text]} {text}" for text in sorted(said))
