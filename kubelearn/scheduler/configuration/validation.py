"""Rules for a configuration with its defaults.

Source: `pkg/scheduler/apis/config/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kubelearn.api.istio.names import duration_text
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
from kubelearn.scheduler.configuration.durations import nanoseconds

Object = Mapping[str, Any]
REMOVED = ("AzureDiskLimits", "CinderLimits", "EBSLimits", "GCEPDLimits")
"""Plugins that v1 no longer has."""
REMOVED_TEXT = (
    'was invalid in version "v1" (KubeSchedulerConfiguration is version '
    '"kubescheduler.config.k8s.io/v1")'
)
LEADER_TIMES = ("leaseDuration", "renewDeadline", "retryPeriod")
NO_EXTENDERS = (
    "extenders are not modelled: write a plugin in Python and give it as scheduler_plugins="
)


def validate(document: Object) -> Iterator[FieldError]:
    """All that is wrong, in the order in which upstream finds it."""
    burst = document["clientConnection"]["burst"]
    if burst < 0:
        yield invalid("clientConnection.burst", burst, "must be non-negative")
    if document["leaderElection"]["leaderElect"]:
        yield from _leader_election(document["leaderElection"])
    if document["parallelism"] <= 0:
        text = "should be an integer value greater than zero"
        yield invalid("parallelism", document["parallelism"], text)
    yield from _profiles(document["profiles"])
    yield from _percentage(document, "")
    yield from _backoff(document)
    if document.get("extenders"):
        yield forbidden("extenders", NO_EXTENDERS)


def _leader_election(lock: Object) -> Iterator[FieldError]:
    times = {name: nanoseconds(lock[name]) for name in LEADER_TIMES}
    for name, time in times.items():
        if time <= 0:
            shown = Verbatim(duration_text(time))
            yield invalid(child("leaderElection", name), shown, "must be greater than zero")
    if times["leaseDuration"] <= times["renewDeadline"]:
        # As upstream: the path is that of the one, the value that of the other.
        shown = Verbatim(duration_text(times["renewDeadline"]))
        yield invalid("leaderElection.leaseDuration", shown, "must be greater than `RenewDeadline`")
    if lock["resourceLock"] != "leases":
        path = "leaderElection.resourceLock"
        yield invalid(path, lock["resourceLock"], 'resourceLock value must be "leases"')


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
        yield from _other_arguments(profiles[0], profiles[number], index("profiles", number))


def _other_arguments(first: Object, profile: Object, path: str) -> Iterator[FieldError]:
    """The arguments of the QueueSort plugin must be alike too."""
    enabled = first["plugins"].get("queueSort", {}).get("enabled", ())
    name = enabled[0]["name"] if enabled else None
    wanted = next((one["args"] for one in first["pluginConfig"] if one["name"] == name), None)
    for one in profile["pluginConfig"]:
        if name and one["name"] == name and one["args"] != wanted:
            where = child(path, "pluginConfig", "args")
            yield invalid(where, one["args"], "queueSort must be the same for all profiles")
