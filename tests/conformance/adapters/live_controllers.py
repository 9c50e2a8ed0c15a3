"""Golden transcripts of the real controllers, each replayed with the controllers of kubelearn."""

from __future__ import annotations

from typing import Any

from tests.conformance.live.compare import COMPARISONS, alike
from tests.conformance.live.final import final_differences
from tests.conformance.live.fine import FINAL, FINE
from tests.conformance.live.milestones import Milestones
from tests.conformance.live.script import Script
from tests.conformance.live.world import live_world


def check(case: dict[str, Any]) -> None:
    """The milestones are those of the real control plane."""
    found = replayed(case)
    assert differences(case, found, "core") == []
    known = FINE.get(case["id"], {})
    fine = {one[0]: one for one in differences(case, found, "fine")}
    assert [one for name, one in fine.items() if name not in known] == []
    assert [name for name in known if name not in fine] == [], "these agree now"
    last = final_differences(case, found)
    assert [one for one in last if f"{one[0]} {one[1]}" not in FINAL.get(case["id"], {})] == []


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
        agree = COMPARISONS[compare](wanted, values)
        if not agree and level == "fine" and name.startswith("status"):
            agree = alike(wanted, values)
        if not agree:
            different.append([name, compare, wanted, values])
    return different
