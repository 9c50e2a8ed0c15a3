"""What a configuration leaves out.

Source: `pkg/scheduler/apis/config/v1/defaults.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kubelearn.scheduler.configuration.decoding import API_VERSION, KIND
from kubelearn.scheduler.configuration.merging import merged
from kubelearn.scheduler.configuration.schema import ARGUMENTS
from kubelearn.scheduler.profile import DEFAULT_SCHEDULER

Object = dict[str, Any]

CPU_AND_MEMORY = ("cpu", "memory")
LEADER_ELECTION = {
    "leaderElect": True,
    "leaseDuration": "15s",
    "renewDeadline": "10s",
    "resourceLock": "leases",
    "resourceName": "kube-scheduler",
    "resourceNamespace": "kube-system",
    "retryPeriod": "2s",
}
CLIENT_CONNECTION = {
    "acceptContentTypes": "",
    "burst": 100,
    "contentType": "application/vnd.kubernetes.protobuf",
    "kubeconfig": "",
    "qps": 50,
}


def defaulted(document: Mapping[str, Any]) -> Object:
    """The whole document, spelled out; the given one is left alone."""
    given = {name: value for name, value in document.items() if value is not None}
    profiles = given.get("profiles") or [{}]
    profiling = given.get("enableProfiling", True)
    return {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "parallelism": given.get("parallelism", 16),
        "leaderElection": {**LEADER_ELECTION, **_present(given.get("leaderElection"))},
        "clientConnection": {**CLIENT_CONNECTION, **_present(given.get("clientConnection"))},
        "enableProfiling": profiling,
        "enableContentionProfiling": given.get("enableContentionProfiling", profiling),
        "percentageOfNodesToScore": given.get("percentageOfNodesToScore", 0),
        "podInitialBackoffSeconds": given.get("podInitialBackoffSeconds", 1),
        "podMaxBackoffSeconds": given.get("podMaxBackoffSeconds", 10),
        "profiles": [_profile(profile, alone=len(profiles) == 1) for profile in profiles],
        "delayCacheUntilActive": given.get("delayCacheUntilActive", False),
        **({"extenders": given["extenders"]} if given.get("extenders") else {}),
    }


def _present(fields: Mapping[str, Any] | None) -> Object:
    return {name: value for name, value in (fields or {}).items() if value not in (None, "")}


def _profile(profile: Mapping[str, Any] | None, *, alone: bool) -> Object:
    given = {name: value for name, value in (profile or {}).items() if value is not None}
    # Only a single profile gets its name; among several each must have its own.
    if alone:
        given.setdefault("schedulerName", DEFAULT_SCHEDULER)
    plugins = merged(given.get("plugins") or {})
    own = [_plugin_config(one or {}) for one in given.get("pluginConfig") or ()]
    known = {one["name"] for one in own}
    more = [
        _plugin_config({"name": name})
        for name in _names(plugins)
        if name in ARGUMENTS and name not in known
    ]
    head = ("schedulerName", "percentageOfNodesToScore")
    return {
        **{name: given[name] for name in head if name in given},
        "plugins": plugins,
        "pluginConfig": own + more,
    }


def _names(plugins: Mapping[str, Mapping[str, Iterable[Object]]]) -> list[str]:
    return sorted({one["name"] for found in plugins.values() for one in found.get("enabled", ())})


def _plugin_config(config: Mapping[str, Any]) -> Object:
    name, args = config.get("name") or "", config.get("args") or {}
    if name not in ARGUMENTS:
        return {"name": name, "args": args}
    head = {"apiVersion": API_VERSION, "kind": f"{name}Args"}
    given = {field: value for field, value in args.items() if value is not None}
    return {"name": name, "args": {**head, **DEFAULTS[name](given)}}


# The arguments of the built-in plugins


def _weighted(resources: Any) -> list[Object]:
    if not resources:
        return [{"name": name, "weight": 1} for name in CPU_AND_MEMORY]
    return [{**one, "weight": one.get("weight") or 1} for one in resources]


def _balanced(args: Object) -> Object:
    return {**args, "resources": _weighted(args.get("resources"))}


def _fit(args: Object) -> Object:
    strategy = args.get("scoringStrategy")
    if strategy is None:
        strategy = {"type": "LeastAllocated"}
    resources = _weighted(strategy.get("resources"))
    return {**args, "scoringStrategy": {**strategy, "resources": resources}}


def _with(**defaults: Any) -> Callable[[Object], Object]:
    return lambda args: {**defaults, **args}


DEFAULTS: dict[str, Callable[[Object], Object]] = {
    "DefaultPreemption": _with(minCandidateNodesPercentage=10, minCandidateNodesAbsolute=100),
    "DynamicResources": _with(filterTimeout="10s"),
    "InterPodAffinity": _with(hardPodAffinityWeight=1, ignorePreferredTermsOfExistingPods=False),
    "NodeAffinity": _with(),
    "NodeResourcesBalancedAllocation": _balanced,
    "NodeResourcesFit": _fit,
    "PodTopologySpread": lambda args: {
        **args,
        "defaultingType": args.get("defaultingType") or "System",
    },
    "VolumeBinding": _with(bindTimeoutSeconds=600),
}
"""Plugin -> what its arguments become."""
