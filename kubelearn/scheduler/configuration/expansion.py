"""Which plugins run at which extension point: multiPoint taken apart.

Source: `pkg/scheduler/framework/runtime/framework.go` (NewFramework, updatePluginList,
expandMultiPointPlugins, getScoreWeights), Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kubelearn.scheduler.configuration.merging import ALL
from kubelearn.scheduler.extension_points import POINTS

Plugins = Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]


class ExpansionError(ValueError):
    """A plugin is missing, or enabled where it has nothing to do."""


def needed(plugins: Plugins) -> list[str]:
    """The names of all enabled plugins: those of multiPoint in their order, then the others."""
    sets = (plugins.get("multiPoint", {}), *(plugins.get(point, {}) for point in POINTS))
    return list(dict.fromkeys(one["name"] for found in sets for one in found.get("enabled", ())))


def expanded(plugins: Plugins, made: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Extension point -> its plugins in their order; `made` has the plugins by name."""
    own = {point: _specific(point, plugins.get(point, {}), made) for point in POINTS}
    multi = _names(plugins.get("multiPoint", {}), "enabled")
    if not multi:
        return {point: tuple(names) for point, names in own.items()}
    return {
        point: _with_multi_point(
            point, names, _names(plugins.get(point, {}), "disabled"), multi, made
        )
        for point, names in own.items()
    }


def score_weights(plugins: Plugins, scorers: Sequence[str], every: Sequence[str]) -> dict[str, int]:
    """Plugin -> weight; an entry under `score` goes before one under multiPoint, none means 1."""
    entries = [*plugins.get("multiPoint", {}).get("enabled", ())]
    entries += plugins.get("score", {}).get("enabled", ())
    given = {one["name"]: one.get("weight") or 1 for one in entries}
    return {name: given.get(name, 1) if name in scorers else 0 for name in every}


def _specific(point: str, found: Mapping[str, Any], made: Mapping[str, Any]) -> list[str]:
    names: list[str] = []
    for name in _names(found, "enabled"):
        if name not in made:
            raise ExpansionError(f'{_go(point)} "{name}" does not exist')
        if not _offers(made[name], point):
            raise ExpansionError(f'plugin "{name}" does not extend {_go(point)} plugin')
        if name in names:
            raise ExpansionError(f'plugin "{name}" already registered as "{_go(point)}"')
        names.append(name)
    return names


def _with_multi_point(
    point: str,
    own: list[str],
    disabled: Sequence[str],
    multi: Sequence[str],
    made: Mapping[str, Any],
) -> tuple[str, ...]:
    """First the own entries that override one of multiPoint, then multiPoint's, then the rest."""
    if ALL in disabled:
        return tuple(own)
    overriding, others = set(), []
    for name in multi:
        if name not in made:
            raise ExpansionError(f'{_go(point)} "{name}" does not exist')
        if not _offers(made[name], point) or name in disabled:
            continue
        if name in own:
            overriding.add(name)
        elif name in others:
            raise ExpansionError(f'plugin "{name}" already registered as "{_go(point)}"')
        else:
            others.append(name)
    first = [name for name in own if name in overriding]
    return (*first, *others, *(name for name in own if name not in overriding))


def _names(found: Mapping[str, Any], which: str) -> list[str]:
    return [one.get("name", "") for one in found.get(which, ())]


def _offers(plugin: object, point: str) -> bool:
    return getattr(plugin, POINTS[point][0], None) is not None


def _go(point: str) -> str:
    """The Go interface of an extension point: "preFilter" is PreFilterPlugin."""
    return f"{point[0].upper()}{point[1:]}Plugin"
