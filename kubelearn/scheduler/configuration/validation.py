"""Rules for a configuration with its defaults.

Source: `pkg/scheduler/apis/config/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kubelearn.api.validation.field import (
    FieldError,
    Verbatim,
    child,
    duplicate,
    forbidden,
    index,
    invalid,
    required,
)
from kubelearn.scheduler.configuration.arguments import VALIDATORS

Object = Mapping[str, Any]
REMOVED = ("AzureDiskLimits", "CinderLimits", "EBSLimits", "GCEPDLimits")
"""Plugins that v1 no longer has."""
REMOVED_TEXT = (
    'was invalid in version "v1" (KubeSchedulerConfiguration is version '
    '"kubescheduler.config.k8s.io/v1")'
)
NO_EXTENDERS = (
    "extenders are not modelled: write a plugin in Python and give it as scheduler_plugins="
)


def validate(document: Object) -> Iterator[FieldError]:
    """All that is wrong, in the order in which upstream finds it."""
    lock = document["leaderElection"]
    if lock["leaderElect"] and lock["resourceLock"] != "leases":
        path = "leaderElection.resourceLock"
        yield invalid(path, lock["resourceLock"], 'resourceLock value must be "leases"')
    if document["parallelism"] <= 0:
        text = "should be an integer value greater than zero"
        yield invalid("parallelism", document["parallelism"], text)
    yield from _profiles(document["profiles"])
    yield from _percentage(document, "")
    yield from _backoff(document)
    if document.get("extenders"):
        yield forbidden("extenders", NO_EXTENDERS)


def _backoff(document: Object) -> Iterator[FieldError]:
    first, longest = document["podInitialBackoffSeconds"], document["podMaxBackoffSeconds"]
    if first <= 0:
        yield invalid("podInitialBackoffSeconds", first, "must be greater than 0")
    if longest < first:
        text = "must be greater than or equal to PodInitialBackoffSeconds"
        yield invalid("podMaxBackoffSeconds", longest, text)


def _percentage(fields: Object, path: str) -> Iterator[FieldError]:
    value = fields.get("percentageOfNodesToScore")
    if value is not None and not 0 <= value <= 100:
        yield invalid(child(path, "percentageOfNodesToScore"), value, "not in valid range [0-100]")


def _profiles(profiles: Sequence[Object]) -> Iterator[FieldError]:
    seen: dict[str, int] = {}
    for number, profile in enumerate(profiles):
        path, name = index("profiles", number), profile.get("schedulerName", "")
        where = child(path, "schedulerName")
        if not name:
            yield required(where)
        yield from _percentage(profile, path)
        yield from _plugin_sets(profile["plugins"], child(path, "plugins"))
        yield from _plugin_config(profile["pluginConfig"], child(path, "pluginConfig"))
        if name in seen:
            yield duplicate(where, Verbatim(f"profiles[{seen[name]}].schedulerName"))
        seen[name] = number
    yield from _common_queue_sort(profiles)


def _plugin_sets(sets: Object, path: str) -> Iterator[FieldError]:
    for point, found in sets.items():
        if point == "multiPoint":
            continue
        for place, one in enumerate(found.get("enabled", ())):
            if one.get("name") in REMOVED:
                where = index(child(path, point, "enabled"), place)
                yield invalid(where, one["name"], REMOVED_TEXT)


def _plugin_config(configs: Sequence[Object], path: str) -> Iterator[FieldError]:
    seen: set[str] = set()
    for place, config in enumerate(configs):
        where, name = index(path, place), config["name"]
        if name in seen:
            yield duplicate(where, name)
        seen.add(name)
        if name in REMOVED:
            yield invalid(where, name, REMOVED_TEXT)
        elif name in VALIDATORS:
            yield from VALIDATORS[name](config["args"], child(where, "args"))


def _common_queue_sort(profiles: Sequence[Object]) -> Iterator[FieldError]:
    """All profiles share one active queue, so they must sort alike."""
    sets = [profile["plugins"].get("queueSort", {}) for profile in profiles]
    count = len(sets[0].get("enabled", ()))
    if count > 1:
        path = "profiles[0].plugins.queueSort.Enabled"
        yield invalid(path, count, "only one queue sort plugin can be enabled")
    for number, found in enumerate(sets):
        if found != sets[0]:
            path = f"profiles[{number}].plugins.queueSort"
            yield invalid(path, found, "must be the same for all profiles")
