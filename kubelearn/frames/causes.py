"""What was done to a cluster that requests can be lost by: faults, rollouts, scaling, deletions.

Faults and commands on single pods are read from the journal, all else from the write log: so it
does not matter whether kubectl, a cell, or an autoscaler has written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from kubelearn.api.objects import Object, controller_of, get_path
from kubelearn.frames.lanes import mark, merged
from kubelearn.frames.source import Row
from kubelearn.frames.writes import Write, writes

FAULTS = {
    "fail.node": "dies",
    "fail.pod": "crashes",
    "fail.link": "loses a link",
    "heal.node": "is repaired",
    "heal.link": "has its link again",
}
"""Command → what it does to what it names first."""
POD_PATH = re.compile(r"/pods/([^/]+)(/eviction)?$")


class Cause(NamedTuple):
    """Something that was done; `is_fault` = something broke."""

    time: int
    text: str
    is_fault: bool = False


def causes(world: Any, start: int) -> list[Cause]:
    """All that was done since a moment (ns), in order of time."""
    found = [*_broken(world), *_commanded(world), *_written(world)]
    return sorted(one for one in found if start <= one.time <= world.clock.now)


def cause_marks(found: list[Cause]) -> list[Row]:
    """The causes as marks; faults stand out."""
    return merged(mark(one.time, one.text, "Warning" if one.is_fault else "Normal")
                  for one in found)  # fmt: skip


# From the journal


def faults(world: Any) -> Iterator[tuple[int, str, str]]:
    """What was broken and repaired: when (ns), the command, the first thing that it names."""
    for command in world.journal.commands:
        if command.name in FAULTS and command.time <= world.clock.now:
            yield command.time, command.name, str(command.args[0])


def _broken(world: Any) -> Iterator[Cause]:
    for time, name, what in faults(world):
        yield Cause(time, f"{what} {FAULTS[name]}", name.startswith("fail."))


def _commanded(world: Any) -> Iterator[Cause]:
    for command in world.journal.commands:
        tell = COMMANDS.get(command.name)
        words = "" if tell is None else tell(*command.args)
        if words:
            yield Cause(command.time, words)


def _drained(node: str, *_: Any) -> str:
    return f"{node} is drained"


def _deleted(reference: Any, *_: Any) -> str:
    """Of pods only: what else is deleted stands in the write log."""
    if not isinstance(reference, str):
        kind, name = reference.get("kind", ""), reference["metadata"]["name"]
    else:
        kind, name = reference.partition("/")[::2]
    return f"pod/{name} deleted" if kind.lower() in ("pod", "pods", "po") else ""


def _evicted(reference: str, *_: Any) -> str:
    return f"pod/{reference.rpartition('/')[2]} evicted"


def _responded(_: Any, request: Any) -> str:
    """What came over HTTP, as from kubectl."""
    found = POD_PATH.search(request.path)
    if found is None or (request.method, bool(found[2])) not in (("DELETE", False), ("POST", True)):
        return ""
    return f"pod/{found[1]} {'evicted' if found[2] else 'deleted'}"


COMMANDS: dict[str, Callable[..., str]] = {
    "drain": _drained,
    "delete": _deleted,
    "evict": _evicted,
    "respond": _responded,
}
"""Command → what it has done to pods; "" for nothing."""


# From the write log


def _written(world: Any) -> Iterator[Cause]:
    for resource, tell in WRITTEN.items():
        for write in writes(world.api, resource):
            told = tell(write)
            if told:
                yield Cause(write.time, told)


def _workload(write: Write) -> str:
    """A workload of somebody's own: created, deleted, scaled, or with other pods from now on."""
    obj = write.new or write.old
    if obj is None or controller_of(obj):
        return ""
    if write.old is None or write.new is None:
        return _named(obj, "created" if write.old is None else "deleted")
    before, after = (get_path(each, "spec", default={}) for each in (write.old, write.new))
    if before.get("template") != after.get("template"):
        return _named(obj, "rolled out anew")
    sizes = [spec.get("replicas") for spec in (before, after)]
    return _named(obj, f"scaled {sizes[0]} → {sizes[1]}") if sizes[0] != sizes[1] else ""


def _rule(write: Write) -> str:
    """A rule for requests: created, changed or deleted."""
    obj = write.new or write.old
    if obj is None:
        return ""
    if write.old is None or write.new is None:
        return _named(obj, "created" if write.old is None else "deleted")
    return "" if write.old.get("spec") == write.new.get("spec") else _named(obj, "changed")


def _named(obj: Object, what: str) -> str:
    return f"{obj['kind'].lower()}/{obj['metadata']['name']} {what}"


WRITTEN: dict[str, Callable[[Write], str]] = {
    **dict.fromkeys(("deployments.apps", "statefulsets.apps", "daemonsets.apps"), _workload),
    **dict.fromkeys(
        ("services", "ingresses.networking.k8s.io", "httproutes.gateway.networking.k8s.io",
         "virtualservices.networking.istio.io", "destinationrules.networking.istio.io"),
        _rule,
    ),
}  # fmt: skip
"""Resource → what a write to it has done; "" for nothing."""
