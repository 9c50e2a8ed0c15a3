"""Answers the vectors of `controllers/cron_schedule.json` with the schedules of CronJobs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Any

from kubelearn.api.times import parse_timestamp
from kubelearn.controllers.cronjob.schedule import parse
from kubelearn.controllers.cronjob.zones import zone
from kubelearn.sim.clock import SECOND

Given = dict[str, Any]


def _zone(given: Given) -> tzinfo:
    if given["timeZone"] == "offset of after":
        found = datetime.fromisoformat(given["after"]).tzinfo
        assert found is not None
        return found
    return zone(given["timeZone"])


def _next(given: Given) -> Given:
    found = parse(given["schedule"], _zone(given)).next(parse_timestamp(given["after"]))
    return {"next": found}


def _fires(given: Given) -> Given:
    time = parse_timestamp(given["time"])
    schedule = parse(given["schedule"], _zone(given))
    return {"fires": schedule.next(time - SECOND) == time}


def _parse(given: Given) -> Given:
    try:
        parse(given["schedule"])
    except ValueError:
        return {"error": True}
    return {"error": False}


OPERATIONS: dict[str, Callable[[Given], Given]] = {
    "next": _next,
    "firesAt": _fires,
    "parse": _parse,
}


def check(case: dict[str, Any]) -> None:
    """The answer is the expected one; moments are compared, not their texts."""
    given, expect = case["input"], dict(case["expect"])
    if expect.get("next"):
        expect["next"] = parse_timestamp(expect["next"])
    assert expect == OPERATIONS[given["op"]](given)
