"""Documents with anything anywhere: refused in words, or taken."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kubelearn.scheduler.configuration import ConfigurationError, configure

SPREAD = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}
TERM = {"matchExpressions": [{"key": "a", "operator": "In", "values": ["b"]}]}
REQUIRED = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [TERM]}}
STRATEGY = {
    "type": "RequestedToCapacityRatio",
    "resources": [{"name": "cpu", "weight": 2}],
    "requestedToCapacityRatio": {"shape": [{"utilization": 0, "score": 1}]},
}
ARGS: dict[str, Any] = {
    "NodeResourcesFit": {"scoringStrategy": STRATEGY, "ignoredResources": ["example.com/a"]},
    "PodTopologySpread": {"defaultingType": "List", "defaultConstraints": [SPREAD]},
    "NodeAffinity": {"addedAffinity": REQUIRED},
    "NodeResourcesBalancedAllocation": {"resources": [{"name": "cpu"}]},
    "InterPodAffinity": {"hardPodAffinityWeight": 5},
}
DOCUMENT: dict[str, Any] = {
    "parallelism": 4,
    "leaderElection": {"leaderElect": False},
    "profiles": [
        {
            "schedulerName": "a",
            "plugins": {
                "multiPoint": {"disabled": [{"name": "ImageLocality"}]},
                "score": {"enabled": [{"name": "NodeResourcesFit", "weight": 3}]},
            },
            "pluginConfig": [{"name": name, "args": args} for name, args in ARGS.items()],
        }
    ],
}
ANYTHING = st.sampled_from([None, -1, 101, 1.5, "x", "", [], {}, [None], [{}], {"x": 1}, True])


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all values inside a document."""
    inner: list[Any] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    found = [path] if path else []
    for key, below in inner:
        found += places(below, (*path, key))
    return found


def test_the_document_is_a_good_one() -> None:
    """As long as nobody changes it."""
    assert configure(DOCUMENT).profiles[0].scheduler_name == "a"


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(places(DOCUMENT)), ANYTHING)
def test_one_wrong_value_is_refused_in_words(path: tuple[Any, ...], value: Any) -> None:
    """Or it is a good one after all; never any other error."""
    document = copy.deepcopy(DOCUMENT)
    place: Any = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    told: tuple[str, ...] = ("nothing to tell",)
    try:
        assert configure(document).profiles
    except ConfigurationError as error:
        told = tuple(error.problems)
    assert all(len(problem) > 10 for problem in told)
