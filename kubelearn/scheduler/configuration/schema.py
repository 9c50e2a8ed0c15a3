"""The fields of KubeSchedulerConfiguration v1 and of the arguments of the built-in plugins.

Source: `staging/src/k8s.io/kube-scheduler/config/v1/types.go` and `types_pluginargs.go`, 1.36.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class ListOf(NamedTuple):
    """A list of one kind of item."""

    item: Any


class Struct(NamedTuple):
    """An object with known fields: name -> a kind, a list or a struct.

    The kinds are "string", "bool", "int32", "int64", "float32", "duration" and "any".
    """

    name: str
    fields: dict[str, Any]


HEAD = {"apiVersion": "string", "kind": "string"}

PLUGIN_SET = Struct(
    "PluginSet",
    {
        "enabled": ListOf(Struct("Plugin", {"name": "string", "weight": "int32"})),
        "disabled": ListOf(Struct("Plugin", {"name": "string", "weight": "int32"})),
    },
)
PLUGIN_SETS = (
    "preEnqueue",
    "queueSort",
    "preFilter",
    "filter",
    "postFilter",
    "preScore",
    "score",
    "reserve",
    "permit",
    "preBind",
    "bind",
    "postBind",
    "multiPoint",
)
PROFILE = Struct(
    "KubeSchedulerProfile",
    {
        "schedulerName": "string",
        "percentageOfNodesToScore": "int32",
        "plugins": Struct("Plugins", dict.fromkeys(PLUGIN_SETS, PLUGIN_SET)),
        "pluginConfig": ListOf(Struct("PluginConfig", {"name": "string", "args": "any"})),
    },
)
CONFIGURATION = Struct(
    "KubeSchedulerConfiguration",
    {
        **HEAD,
        "parallelism": "int32",
        "leaderElection": Struct(
            "LeaderElectionConfiguration",
            {
                "leaderElect": "bool",
                "leaseDuration": "duration",
                "renewDeadline": "duration",
                "retryPeriod": "duration",
                "resourceLock": "string",
                "resourceName": "string",
                "resourceNamespace": "string",
            },
        ),
        "clientConnection": Struct(
            "ClientConnectionConfiguration",
            {
                "kubeconfig": "string",
                "acceptContentTypes": "string",
                "contentType": "string",
                "qps": "float32",
                "burst": "int32",
            },
        ),
        "enableProfiling": "bool",
        "enableContentionProfiling": "bool",
        "percentageOfNodesToScore": "int32",
        "podInitialBackoffSeconds": "int64",
        "podMaxBackoffSeconds": "int64",
        "profiles": ListOf(PROFILE),
        "extenders": ListOf("any"),
        "delayCacheUntilActive": "bool",
    },
)

RESOURCES = ListOf(Struct("ResourceSpec", {"name": "string", "weight": "int64"}))
SHAPE = ListOf(Struct("UtilizationShapePoint", {"utilization": "int32", "score": "int32"}))
REQUIREMENTS = ListOf(
    Struct(
        "NodeSelectorRequirement",
        {"key": "string", "operator": "string", "values": ListOf("string")},
    )
)
TERM = Struct("NodeSelectorTerm", {"matchExpressions": REQUIREMENTS, "matchFields": REQUIREMENTS})
NODE_AFFINITY = Struct(
    "NodeAffinity",
    {
        "requiredDuringSchedulingIgnoredDuringExecution": Struct(
            "NodeSelector", {"nodeSelectorTerms": ListOf(TERM)}
        ),
        "preferredDuringSchedulingIgnoredDuringExecution": ListOf(
            Struct("PreferredSchedulingTerm", {"weight": "int32", "preference": TERM})
        ),
    },
)
SPREAD_CONSTRAINT = Struct(
    "TopologySpreadConstraint",
    {
        "maxSkew": "int32",
        "topologyKey": "string",
        "whenUnsatisfiable": "string",
        "labelSelector": "any",
        "minDomains": "int32",
        "nodeAffinityPolicy": "string",
        "nodeTaintsPolicy": "string",
        "matchLabelKeys": ListOf("string"),
    },
)
STRATEGY = Struct(
    "ScoringStrategy",
    {
        "type": "string",
        "resources": RESOURCES,
        "requestedToCapacityRatio": Struct("RequestedToCapacityRatioParam", {"shape": SHAPE}),
    },
)

ARGUMENTS: dict[str, dict[str, Any]] = {
    "DefaultPreemption": {
        "minCandidateNodesPercentage": "int32",
        "minCandidateNodesAbsolute": "int32",
    },
    "DynamicResources": {"filterTimeout": "duration", "bindingTimeout": "duration"},
    "InterPodAffinity": {
        "hardPodAffinityWeight": "int32",
        "ignorePreferredTermsOfExistingPods": "bool",
    },
    "NodeAffinity": {"addedAffinity": NODE_AFFINITY},
    "NodeResourcesBalancedAllocation": {"resources": RESOURCES},
    "NodeResourcesFit": {
        "ignoredResources": ListOf("string"),
        "ignoredResourceGroups": ListOf("string"),
        "scoringStrategy": STRATEGY,
    },
    "PodTopologySpread": {
        "defaultConstraints": ListOf(SPREAD_CONSTRAINT),
        "defaultingType": "string",
    },
    "VolumeBinding": {"bindTimeoutSeconds": "int64", "shape": SHAPE},
}
"""Plugin -> the fields of its arguments; plugins that are not here take any (or none)."""
