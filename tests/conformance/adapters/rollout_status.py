"""Answers the vectors of `controllers/rollout_status.json` with kubectl's sentences."""

from __future__ import annotations

from typing import Any

from kubelearn.kubectl.rollout_status import rollout_status


def check(case: dict[str, Any]) -> None:
    """All that the case names is the same; it leaves out what its source did not look at."""
    wanted = case["expect"]
    found = rollout_status(case["input"]["object"])
    given = {
        "message": found.message,
        "done": found.done,
        "error": bool(found.error),
        "errorText": found.error,
    }
    assert wanted == {name: given[name] for name in wanted}
