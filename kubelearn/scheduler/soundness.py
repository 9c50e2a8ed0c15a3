"""Whether a learner's plugin can be asked at all: looked at before the first pod comes."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from kubelearn.scheduler import events
from kubelearn.scheduler.extension_points import ARGUMENTS
from kubelearn.scheduler.plugin_error import shown
from kubelearn.scheduler.short_form import SHORT, is_short

MOST_USED = "filter(self, pod, node) or score(self, pod, node)"
EVENTS = tuple(
    value
    for name, value in vars(events).items()
    if name.isupper() and isinstance(value, str) and value not in events.WILDCARDS
)
"""The names of all events of a cluster that a plugin may listen to."""


def problem_of(plugin: object) -> str:
    """What keeps the scheduler from asking a plugin; "" when all is well."""
    return next(_problems(plugin), "")


def _problems(plugin: object) -> Iterator[str]:
    methods = {point: getattr(plugin, point, None) for point in ARGUMENTS}
    found = {point: method for point, method in methods.items() if method is not None}
    if not found:
        yield _never_asked(plugin)
    for point, method in found.items():
        if problem := _method_problem(point, method):
            yield problem
    if problem := _events_problem(getattr(plugin, "events", None)):
        yield problem


def _never_asked(plugin: object) -> str:
    text = "it has neither filter nor score nor another extension point: it would never be asked"
    for name in dir(plugin):
        meant = get_close_matches(name.lower(), ARGUMENTS, 1, 0.8)
        if meant and not name.startswith("__"):
            return f"{text} (is {name} to be {meant[0]}?)"
    return f"{text}; write {MOST_USED}"


def _method_problem(point: str, method: Any) -> str:
    if not callable(method):
        return f"its {point} is {shown(method)}: write a method {_wanted(point)}"
    if inspect.iscoroutinefunction(method):
        return f"its {point} is async def: write def"
    try:
        signature = inspect.signature(method)
    except (TypeError, ValueError):  # one of C, which has no signature
        return ""
    try:
        signature.bind(*ARGUMENTS[point])
    except TypeError as error:
        if point in SHORT and is_short(method):
            return ""
        bare = [one.replace(annotation=one.empty) for one in signature.parameters.values()]
        given = f"{point}{inspect.Signature(bare)}"
        return f"its {given} cannot be called ({error}): write {_wanted(point)}"
    return ""


def _wanted(point: str) -> str:
    long = f"{point}(self, {', '.join(ARGUMENTS[point])})"
    return f"{point}(self, pod, node) or {long}" if point in SHORT else long


def _events_problem(given: Any) -> str:
    if given is None:
        return ""
    if isinstance(given, str) or not isinstance(given, tuple | list | set | frozenset):
        return f"its events are {shown(given)}: give a tuple of names, such as ('NodeAdd',)"
    unknown = [shown(name) for name in given if name not in EVENTS]
    if not unknown:
        return ""
    return f"its events name {', '.join(sorted(unknown))}: there are {', '.join(EVENTS)}"
