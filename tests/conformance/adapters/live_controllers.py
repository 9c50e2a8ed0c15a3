"""Golden transcripts of the real controllers, each replayed with the controllers of kubelearn."""

from __future__ import annotations

from typing import Any

from tests.conformance.live.compare import COMPARISONS
from tests.conformance.live.milestones import Milestones
from tests.conformance.live.script import Script
from tests.conformance.live.world import live_world


def check(case: dict[str, Any]) -> None:
    """The milestones are those of the real control plane."""
    assert differences(case, replayed(case), "core") == []


def replayed(case: dict[str, Any]) -> Milestones:
    """The history of a case."""
    live = live_world(case)
    script = Script(live, case)
    script.run()
    return Milestones(live.api.store, script.answers)


def differences(case: dict[str, Any], found: Milestones, level: str) -> list[Any]:
    """[id, compare, wanted, found] of each milestone of a level that is not met."""
    different = []
    for milestone in case["milestones"]:
        name, compare, wanted = (milestone[word] for word in ("id", "compare", "value"))
        if milestone["level"] != level:
            continue
        if name == "answers":
            # What kubectl prints is not the controllers' doing.
            wanted = [one for one in wanted if not one["to"].startswith("kubectl ")]
        values = found.of(name, wanted)
        if not COMPARISONS[compare](wanted, values):
            different.append([name, compare, wanted, values])
    return different
