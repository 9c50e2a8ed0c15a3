"""How a profile's own plugin sets change the default ones.

Source: `pkg/scheduler/apis/config/v1/default_plugins.go` (mergePluginSet), Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubelearn.scheduler.configuration.schema import PLUGIN_SETS
from kubelearn.scheduler.profile import DEFAULT_PLUGINS

Plugin = dict[str, Any]
PluginSet = dict[str, list[Plugin]]
ALL = "*"


def default_plugins() -> dict[str, PluginSet]:
    """The default profile: everything by way of multiPoint."""
    enabled = [
        {"name": name, "weight": weight} if weight else {"name": name}
        for name, weight in DEFAULT_PLUGINS.items()
    ]
    return {"multiPoint": {"enabled": enabled}}


def merged(custom: Mapping[str, Any]) -> dict[str, PluginSet]:
    """The default plugins with a profile's own sets merged in; empty sets are left out."""
    defaults = default_plugins()
    sets = {
        point: merged_set(defaults.get(point) or {}, custom.get(point) or {})
        for point in PLUGIN_SETS
    }
    return {point: found for point, found in sets.items() if found}


def merged_set(default: Mapping[str, Any], custom: Mapping[str, Any]) -> PluginSet:
    """One set: disabled defaults go, defaults named again are replaced in place, others follow."""
    disabled = [{"name": one["name"]} for one in _entries(custom, "disabled")]
    gone = {one["name"] for one in disabled}
    own = _entries(custom, "enabled")
    # As upstream: of a plugin that is named twice the last entry replaces the default.
    last = {one["name"]: place for place, one in enumerate(own)}
    enabled, used = [], set()
    for one in () if ALL in gone else default.get("enabled") or ():
        if one["name"] in gone:
            continue
        place = last.get(one["name"])
        if place is not None:
            used.add(place)
            one = own[place]
        enabled.append(dict(one))
    enabled += [dict(one) for place, one in enumerate(own) if place not in used]
    found: PluginSet = {"enabled": enabled, "disabled": disabled}
    return {name: plugins for name, plugins in found.items() if plugins}


def _entries(custom: Mapping[str, Any], which: str) -> list[Plugin]:
    """The entries of a set as Go would read them: what is not given is empty."""
    return [{"name": "", **_given(one)} for one in custom.get(which) or ()]


def _given(fields: Mapping[str, Any] | None) -> Plugin:
    return {name: value for name, value in (fields or {}).items() if value is not None}
