"""From a configuration as it is written to the profiles of a scheduler.

Unlike the real one: HTTP extenders are refused. parallelism, leaderElection, clientConnection,
profiling, delayCacheUntilActive and the time limits of VolumeBinding and DynamicResources are
checked and shown, and have no effect.
"""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kubelearn.api.manifest import ManifestError, load
from kubelearn.scheduler.backoff import Backoff
from kubelearn.scheduler.configuration.arguments import AT_START
from kubelearn.scheduler.configuration.decoding import API_VERSION, KIND, decode
from kubelearn.scheduler.configuration.defaults import defaulted
from kubelearn.scheduler.configuration.error import ConfigurationError
from kubelearn.scheduler.configuration.expansion import (
    ExpansionError,
    expanded,
    needed,
    score_weights,
)
from kubelearn.scheduler.configuration.merging import ALL
from kubelearn.scheduler.configuration.validation import validate
from kubelearn.scheduler.plugin_error import raised, shown, text_of
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.profile import DEFAULT_PLUGINS, Profile
from kubelearn.scheduler.soundness import problem_of
from kubelearn.sim.clock import SECOND

Object = dict[str, Any]
Source = str | Path | Mapping[str, Any]
ESSENTIAL = {"queue_sort": "PrioritySort", "bind": "DefaultBinder"}
"""What a table of plugins need not have: the default is taken unless another one is there."""


@dataclass(frozen=True)
class Configuration:
    """A scheduler's configuration, checked and complete."""

    document: Object
    """The KubeSchedulerConfiguration with all defaults."""
    profiles: tuple[Profile, ...]
    plugins: Mapping[str, Any]
    """Name -> plugin class: the registry from which the profiles take theirs."""
    backoff: Backoff


def configure(
    source: Source | None = None, plugins: Mapping[str, Any] | None = None
) -> Configuration:
    """The configuration of a path, YAML text or dict; None is the default one.

    Plugins of the table that no profile names run in each profile, at its end with weight 1;
    default plugins that are not in the table do not run. ConfigurationError says what is wrong.
    """
    table = _registry(PLUGINS if plugins is None else plugins)
    given = decode(_read(source))
    document = defaulted(_with_table(given, table))
    if problems := list(validate(document)):
        raise ConfigurationError(*(str(problem) for problem in problems))
    percentage = document["percentageOfNodesToScore"]
    profiles = tuple(_profile(one, table, percentage) for one in document["profiles"])
    first, longest = document["podInitialBackoffSeconds"], document["podMaxBackoffSeconds"]
    backoff = Backoff(first * SECOND, longest * SECOND)
    return Configuration(document, profiles, table, backoff)


def _read(source: Source | None) -> Object:
    if source is None:
        return {"apiVersion": API_VERSION, "kind": KIND}
    if isinstance(source, Mapping):
        # In Python the head may be left out: there is only one kind of thing that it can be.
        return {"apiVersion": API_VERSION, "kind": KIND, **copy.deepcopy(dict(source))}
    try:
        manifests = load(source)
    except ManifestError as error:
        told = str(error).partition(": an object begins")[0]
        raise ConfigurationError(
            f"{told}: give a path, a dict, or YAML with apiVersion: {API_VERSION}, kind: {KIND}"
        ) from error
    if len(manifests) != 1:
        raise ConfigurationError(
            f"one {KIND} is wanted, this has {len(manifests)} objects: give a path, YAML text or "
            "a dict"
        )
    return manifests[0].object


def _registry(plugins: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(plugins, Mapping):
        raise TypeError(
            f"scheduler_plugins is {shown(plugins)}: give a table, such as "
            'kl.PLUGINS | {"PackTight": PackTight}'
        )
    for name, plugin in plugins.items():
        if not isinstance(name, str) or name in ("", ALL):
            raise TypeError(
                f"scheduler_plugins has the name {shown(name)}: give each plugin a name, such as "
                '"PackTight"'
            )
        if not callable(plugin):
            raise TypeError(
                f"scheduler_plugins[{name!r}] is {shown(plugin)}: give the class of the plugin"
            )
    essential = {
        name: PLUGINS[name]
        for point, name in ESSENTIAL.items()
        if not any(getattr(plugin, point, None) for plugin in plugins.values())
    }
    return {**essential, **plugins}


def _with_table(given: Object, table: Mapping[str, Any]) -> Object:
    """The document with what the table of plugins says about the default profile."""
    named = set(_named(given))
    added = [{"name": name, "weight": 1} for name in table if name not in {*PLUGINS, *named}]
    gone = [{"name": name} for name in DEFAULT_PLUGINS if name not in {*table, *named}]
    if not added and not gone:
        return given
    profiles = [_extended(one or {}, added, gone) for one in given.get("profiles") or [{}]]
    return {**given, "profiles": profiles}


def _extended(profile: Object, added: list[Object], gone: list[Object]) -> Object:
    plugins = profile.get("plugins") or {}
    multi = plugins.get("multiPoint") or {}
    more = {
        "enabled": [*(multi.get("enabled") or ()), *added],
        "disabled": [*(multi.get("disabled") or ()), *gone],
    }
    return {**profile, "plugins": {**plugins, "multiPoint": more}}


def _named(given: Object) -> Sequence[str]:
    return [
        (one or {}).get("name", "")
        for profile in given.get("profiles") or ()
        for found in ((profile or {}).get("plugins") or {}).values()
        for entries in (found or {}).values()
        for one in entries or ()
    ]


# Profiles


def _profile(document: Object, table: Mapping[str, Any], percentage: int) -> Profile:
    name, plugins = document["schedulerName"], document["plugins"]
    args = {one["name"]: one["args"] for one in document["pluginConfig"]}
    names = needed(plugins)
    try:
        made = {one: _made(one, table, args.get(one)) for one in names if one in table}
        points = expanded(plugins, made)
        _complete(name, points)
    except ExpansionError as error:
        where = f"initializing profiles: creating profile for scheduler name {name}"
        raise ConfigurationError(f"{where}: {error}") from error.__cause__
    return Profile(
        scheduler_name=name,
        plugins=score_weights(plugins, points["score"], names),
        args={one: keyword_arguments(table[one], args[one]) for one in names if args.get(one)},
        percentage_of_nodes_to_score=document.get("percentageOfNodesToScore", percentage),
        points=points,
    )


def _complete(name: str, points: Mapping[str, Sequence[str]]) -> None:
    sorters = len(points["queueSort"])
    if sorters != 1:
        raise ExpansionError(
            f'only one queue sort plugin required for profile with scheduler name "{name}", but '
            f"got {sorters}: {_one_of(points['queueSort'])}"
        )
    if not points["bind"]:
        raise ExpansionError(
            f'at least one bind plugin is needed for profile with scheduler name "{name}"'
        )


def _one_of(sorters: Sequence[str]) -> str:
    """What to do when there is not exactly one."""
    if sorters:
        return f"disable all but one of {', '.join(sorters)} under queueSort"
    return "enable PrioritySort or one of your own"


def _made(name: str, table: Mapping[str, Any], args: Mapping[str, Any] | None) -> Any:
    rules = AT_START.get(name)
    problems = rules(args, "") if rules and args else []
    if problems:
        shown = ", ".join(str(problem) for problem in problems)
        listed = f"[{shown}]" if len(problems) > 1 else shown
        raise ExpansionError(f'initializing plugin "{name}": {listed}')
    try:
        plugin = table[name](**keyword_arguments(table[name], args or {}))
        problem = "" if table[name] is PLUGINS.get(name) else problem_of(plugin)
    except KeyboardInterrupt:
        raise
    except BaseException as cause:
        told = (text_of(cause) if isinstance(cause, TypeError | ValueError) else "") or raised(
            cause
        )
        raise ExpansionError(f'initializing plugin "{name}": {told}') from cause
    if problem:
        raise ExpansionError(f'plugin "{name}": {problem}')
    return plugin


def keyword_arguments(plugin: Any, args: Mapping[str, Any]) -> dict[str, Any]:
    """A plugin's arguments as its constructor takes them: minCandidateNodes is min_candidate_nodes.

    A built-in plugin is not given arguments that it has no use for.
    """
    given = {_snake(key): value for key, value in args.items() if key not in ("apiVersion", "kind")}
    if plugin not in PLUGINS.values():
        return given
    known = inspect.signature(plugin).parameters
    return {name: value for name, value in given.items() if name in known}


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
