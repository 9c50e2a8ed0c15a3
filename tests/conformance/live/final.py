"""The last state of each object, by the paths of `final`, under normal names."""

from __future__ import annotations

from typing import Any

from kubelearn.api.objects import Object, condition, get_path
from tests.conformance.live.milestones import Milestones

CONDITIONS = "status.conditions."


def final_differences(case: dict[str, Any], found: Milestones) -> list[Any]:
    """[object, path, wanted, found] of every path that has another value in the end."""
    different = []
    for subject, paths in case.get("final", {}).items():
        obj = _last(found, subject)
        if obj is None and subject.startswith("Endpoints/"):
            continue  # nobody writes the Endpoints of a Service with a selector here
        if obj is None:
            different.append([subject, "", "there", "gone"])
            continue
        for path, wanted in paths.items():
            value = _value(found, obj, path)
            if value is not UNKNOWN and value != wanted:
                different.append([subject, path, wanted, value])
    return different


UNKNOWN = object()
"""A path that this comparison does not read."""


def _last(found: Milestones, subject: str) -> Object | None:
    """The object "Kind/name" as it is in the end."""
    kind, _, name = subject.partition("/")
    for known in found.store.resources():
        for (_, real), obj in found.store.items(known).items():
            if obj.get("kind") == kind and found.names.of(kind, real) == name:
                return obj
    return None


def _value(found: Milestones, obj: Object, path: str) -> Any:
    head, _, rest = path.partition(".")
    if path.startswith(CONDITIONS):
        one = condition(obj, path.removeprefix(CONDITIONS)) or {}
        return [one.get("status"), one.get("reason"), found._message(one)]
    if head in ("labels", "annotations"):
        value = get_path(obj, "metadata", head, rest)
        return _named(found, value)
    if head in ("spec", "status"):
        value = get_path(obj, *path.split("."))
        return value if isinstance(value, int) else UNKNOWN
    if path == "phase":
        return get_path(obj, "status", "phase")
    if path == "ownerReferences":
        owners = obj["metadata"].get("ownerReferences") or ()
        return [f"{o['kind']}/{found.names.of(o['kind'], o['name'])}" for o in owners]
    if path == "generation":
        return obj["metadata"].get("generation")
    return UNKNOWN


def _named(found: Milestones, value: Any) -> Any:
    """A label's or annotation's value with normal names; a template hash is its letter."""
    if not isinstance(value, str) or not value:
        return value
    text = found.names.of("ControllerRevision", value)
    if text != value:
        return text
    text = found.names.of("Job", found.names.uid(value))
    return found.names.letters.get(text, text)
