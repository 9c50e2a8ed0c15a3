"""Rules for profiles and arguments."""

from typing import Any

import pytest

from kubelearn.scheduler.configuration import configure
from tests.scheduler.configuration.documents import problem, problems, profile

ARGS = "profiles[0].pluginConfig[0].args."
ZONE = "topology.kubernetes.io/zone"
SPREAD = {"maxSkew": 1, "topologyKey": ZONE, "whenUnsatisfiable": "ScheduleAnyway"}


def test_each_profile_needs_a_name_of_its_own() -> None:
    """Only a single profile gets the default one."""
    assert problem({"profiles": [{"schedulerName": "a"}, {}]}) == (
        "profiles[1].schedulerName: Required value"
    )
    twice = {"profiles": [{"schedulerName": "a"}, {"schedulerName": "a"}]}
    assert problem(twice) == (
        "profiles[1].schedulerName: Duplicate value: profiles[0].schedulerName"
    )


def test_percentages_lie_between_0_and_100() -> None:
    """The global one and each profile's."""
    assert problem({"percentageOfNodesToScore": 101}) == (
        "percentageOfNodesToScore: Invalid value: 101: not in valid range [0-100]"
    )
    assert problem({"profiles": [{"percentageOfNodesToScore": -1}]}) == (
        "profiles[0].percentageOfNodesToScore: Invalid value: -1: not in valid range [0-100]"
    )


def test_profiles_sort_alike() -> None:
    """They share one queue."""
    sets = {"queueSort": {"enabled": [{"name": "PrioritySort"}]}}
    document = {"profiles": [{"schedulerName": "a"}, {"schedulerName": "b", "plugins": sets}]}
    assert problem(document).startswith("profiles[1].plugins.queueSort: Invalid value: ")
    assert problem(document).endswith(": must be the same for all profiles")


def test_a_sorter_has_the_same_arguments_everywhere() -> None:
    """Where it stands under queueSort, and only there."""
    sets = {"queueSort": {"enabled": [{"name": "PrioritySort"}]}}
    one, other = (
        {"plugins": sets, "pluginConfig": [{"name": "PrioritySort", "args": {"a": number}}]}
        for number in (1, 2)
    )
    document = {"profiles": [{"schedulerName": "a", **one}, {"schedulerName": "b", **other}]}
    assert problem(document) == (
        'profiles[1].pluginConfig.args: Invalid value: {"a":2}: queueSort must be the same for all '
        "profiles"
    )


@pytest.mark.parametrize(
    ("lock", "expected"),
    [
        (
            {"leaseDuration": "10s"},
            ["leaseDuration: Invalid value: 10s: must be greater than `RenewDeadline`"],
        ),
        (
            {"renewDeadline": "0s", "retryPeriod": "-1500ms"},
            [
                "renewDeadline: Invalid value: 0s: must be greater than zero",
                "retryPeriod: Invalid value: -1.5s: must be greater than zero",
            ],
        ),
        ({"leaderElect": False, "leaseDuration": "-1s", "resourceLock": "x"}, []),
    ],
)
def test_times_of_the_leader(lock: dict[str, Any], expected: list[str]) -> None:
    """Only who stands for election needs them."""
    document = {"leaderElection": lock}
    told = problems(document) if expected else []
    assert told == [f"leaderElection.{one}" for one in expected]
    assert expected or configure(document)


def test_a_burst_is_not_negative() -> None:
    """It has no effect here, and must be right all the same."""
    assert problem({"clientConnection": {"burst": -1}}) == (
        "clientConnection.burst: Invalid value: -1: must be non-negative"
    )


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({"filterTimeout": "-1s"}, "filterTimeout: Invalid value: -1s: must be zero or positive"),
        (
            {"bindingTimeout": "10ms"},
            "bindingTimeout: Invalid value: 10ms: must be at least 1 second",
        ),
    ],
)
def test_times_of_dynamic_resources(args: dict[str, Any], expected: str) -> None:
    """Both may be left out."""
    assert problem(profile(DynamicResources=args)) == ARGS + expected
    assert configure(profile(DynamicResources={"filterTimeout": "0s", "bindingTimeout": "10m"}))


def test_removed_plugins_are_refused() -> None:
    """The limits of single clouds went with 1.32."""
    sets = {"filter": {"enabled": [{"name": "EBSLimits"}]}}
    assert problem(profile(sets)).startswith(
        'profiles[0].plugins.filter.enabled[0]: Invalid value: "EBSLimits": was invalid in version'
    )


def test_a_plugin_is_configured_once() -> None:
    """A second entry is a duplicate."""
    entry = {"name": "NodeAffinity"}
    document = {"profiles": [{"pluginConfig": [entry, entry]}]}
    assert problem(document) == 'profiles[0].pluginConfig[1]: Duplicate value: "NodeAffinity"'


def test_extenders_are_refused_in_words() -> None:
    """They are not modelled."""
    told = problem({"extenders": [{"urlPrefix": "http://x"}]})
    assert told.startswith("extenders: Forbidden: extenders are not modelled")


@pytest.mark.parametrize(
    ("plugin", "args", "expected"),
    [
        (
            "InterPodAffinity",
            {"hardPodAffinityWeight": 101},
            "hardPodAffinityWeight: Invalid value: 101: not in valid range [0, 100]",
        ),
        (
            "DefaultPreemption",
            {"minCandidateNodesPercentage": 101},
            "minCandidateNodesPercentage: Invalid value: 101: not in valid range [0, 100]",
        ),
        (
            "NodeResourcesBalancedAllocation",
            {"resources": [{"name": "cpu", "weight": 2}]},
            "resources[0].weight: Invalid value: 2: must be 1",
        ),
        (
            "PodTopologySpread",
            {"defaultConstraints": [SPREAD]},
            'defaultingType: Invalid value: "System": when .defaultConstraints are not empty',
        ),
        (
            "PodTopologySpread",
            {"defaultingType": "List", "defaultConstraints": [{**SPREAD, "maxSkew": 0}]},
            "defaultConstraints[0].maxSkew: Invalid value: 0: not in valid range (0, inf)",
        ),
        (
            "PodTopologySpread",
            {"defaultingType": "List", "defaultConstraints": [{**SPREAD, "labelSelector": {}}]},
            (
                "defaultConstraints[0].labelSelector: Forbidden: constraint must not define a "
                "selector, as they deduced for each pod"
            ),
        ),
        (
            "PodTopologySpread",
            {"defaultingType": "List", "defaultConstraints": [SPREAD, SPREAD]},
            f'defaultConstraints[1]: Duplicate value: "{{{ZONE}, ScheduleAnyway}}"',
        ),
    ],
)
def test_arguments_have_their_ranges(plugin: str, args: dict[str, Any], expected: str) -> None:
    """Upstream's words with the whole path."""
    assert problem(profile(**{plugin: args})) == ARGS + expected


def test_preemption_needs_candidates() -> None:
    """Both numbers at zero would mean none."""
    args = {"minCandidateNodesPercentage": 0, "minCandidateNodesAbsolute": 0}
    assert len(problems(profile(DefaultPreemption=args))) == 2


def test_added_affinity_has_valid_terms() -> None:
    """Operators and numbers of values."""
    terms = [
        {"matchExpressions": [{"key": "a", "operator": "In"}]},
        {"matchExpressions": [{"key": "a", "operator": "Has"}]},
    ]
    required = "requiredDuringSchedulingIgnoredDuringExecution"
    where = f"{ARGS}addedAffinity.{required}.nodeSelectorTerms"
    told = problems(
        profile(NodeAffinity={"addedAffinity": {required: {"nodeSelectorTerms": terms}}})
    )
    assert told[0] == (
        f"{where}[0].matchExpressions[0].values: Invalid value: []: for 'in', 'notin' operators, "
        "values set can't be empty"
    )
    assert told[1].startswith(f'{where}[1].matchExpressions[0].operator: Unsupported value: "Has"')


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ([], "shape: Required value: at least one point must be specified"),
        (
            [{"utilization": 9, "score": 1}, {"utilization": 9, "score": 2}],
            "shape[1].utilization: Invalid value: 9: values must be sorted in increasing order",
        ),
        (
            [{"utilization": 0, "score": 11}],
            "shape[0].score: Invalid value: 11: not in valid range [0, 10]",
        ),
    ],
)
def test_shapes_rise(shape: list[Any], expected: str) -> None:
    """Of RequestedToCapacityRatio."""
    strategy = {"type": "RequestedToCapacityRatio", "requestedToCapacityRatio": {"shape": shape}}
    told = problem(profile(NodeResourcesFit={"scoringStrategy": strategy}))
    assert told.endswith(f"scoringStrategy.requestedToCapacityRatio.{expected}")
