"""What every scheduler plugin must keep to, over each row of `PLUGINS`."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import Any

import pytest

from kubelearn.scheduler.algorithm import Evaluation, find_feasible, prioritize
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.extension_points import EXTENSION_POINTS
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import pod_info
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.profile import Profile
from kubelearn.scheduler.status import Status
from tests.scheduler.clusters import cluster, make_node, make_pod

ZONE = "topology.kubernetes.io/zone"
TERM = {"labelSelector": {"matchLabels": {"app": "x"}}, "topologyKey": ZONE}
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
DEMANDING: dict[str, Any] = {
    "nodeSelector": {"disk": "ssd"},
    "affinity": {
        "podAffinity": {PREFERRED: [{"weight": 5, "podAffinityTerm": TERM}]},
        "podAntiAffinity": {REQUIRED: [{**TERM, "topologyKey": "kubernetes.io/hostname"}]},
        "nodeAffinity": {
            PREFERRED: [
                {
                    "weight": 3,
                    "preference": {
                        "matchExpressions": [{"key": ZONE, "operator": "In", "values": ["z1"]}]
                    },
                }
            ]
        },
    },
    "topologySpreadConstraints": [
        {
            "maxSkew": 1,
            "topologyKey": ZONE,
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": {"app": "x"}},
        },
        {
            "maxSkew": 1,
            "topologyKey": ZONE,
            "whenUnsatisfiable": "DoNotSchedule",
            "labelSelector": {"matchLabels": {"app": "x"}},
        },
    ],
}
NAMES = sorted(PLUGINS)


def framework(name: str) -> Framework:
    """A profile with one plugin, and what every profile needs."""
    names = dict.fromkeys(["PrioritySort", name], 1)
    return Framework(PLUGINS, Profile(plugins=names))


def evaluated(name: str) -> Evaluation:
    """What the plugin makes of a demanding pod on six different nodes."""
    taint = {"key": "a", "value": "b", "effect": "PreferNoSchedule"}
    nodes = [
        make_node(f"n{i}", {ZONE: f"z{i % 3}", "disk": "ssd" if i else "hdd"}) for i in range(6)
    ]
    nodes[1]["spec"] = {"taints": [taint]}
    nodes[2]["spec"] = {"unschedulable": True, "taints": [{**taint, "effect": "NoSchedule"}]}
    pods = [make_pod(f"e{i}", labels={"app": "x"}, nodeName=f"n{i}") for i in range(3)]
    snapshot = cluster(nodes, pods).snapshot
    found = Evaluation(len(nodes), CycleState(snapshot))
    pod = pod_info(make_pod("p", "3900m", labels={"app": "x"}, **DEMANDING))
    find_feasible(framework(name), found, pod, 0)
    if found.feasible:
        prioritize(framework(name), found, pod)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_is(name: str) -> None:
    """Its row's name, a docstring, and at least one extension point."""
    plugin = PLUGINS[name]
    assert name == plugin.name
    assert len((inspect.getdoc(plugin) or "").splitlines()[0]) > 10
    assert any(hasattr(plugin, point) for point in EXTENSION_POINTS)


@pytest.mark.parametrize("name", NAMES)
def test_its_methods_are_documented(name: str) -> None:
    """Each extension point says what it does here."""
    for point in EXTENSION_POINTS:
        method = getattr(PLUGINS[name], point, None)
        assert method is None or inspect.getdoc(method), f"{name}.{point}"


@pytest.mark.parametrize("name", NAMES)
def test_its_repr_rebuilds_it(name: str) -> None:
    """Parameters only, all of them shown."""
    made = PLUGINS[name]()
    again = eval(repr(made), dict(PLUGINS))
    assert repr(made) == repr(again)
    assert vars(made).keys() == vars(again).keys()


@pytest.mark.parametrize("name", NAMES)
def test_it_survives_pickle_and_copy(name: str) -> None:
    """As part of a world that is saved."""
    made = PLUGINS[name]()
    assert repr(made) == repr(pickle.loads(pickle.dumps(made))) == repr(copy.deepcopy(made))


@pytest.mark.parametrize("name", NAMES)
def test_it_is_pure(name: str) -> None:
    """The same cluster and pod give the same answers."""
    one, other = evaluated(name), evaluated(name)
    assert one.statuses.statuses == other.statuses.statuses
    assert one.scores == other.scores


@pytest.mark.parametrize("name", NAMES)
def test_it_leaves_the_cluster_alone(name: str) -> None:
    """No row and no object is changed in place."""
    found = evaluated(name)
    fresh = evaluated(name).state.snapshot
    assert fresh.rows == found.state.snapshot.rows


@pytest.mark.parametrize("name", NAMES)
def test_its_refusals_are_statuses_with_reasons(name: str) -> None:
    """And they name the plugin."""
    for status in evaluated(name).statuses.statuses.values():
        assert isinstance(status, Status)
        assert status.reasons
        assert name == status.plugin


@pytest.mark.parametrize("name", NAMES)
def test_its_scores_lie_between_0_and_100(name: str) -> None:
    """After normalising, for each feasible node."""
    found = evaluated(name)
    for scores in found.scores.values():
        assert [node.name for node in found.feasible] == list(scores)
        assert all(0 <= score <= 100 for score in scores.values())


@pytest.mark.parametrize("name", [n for n in NAMES if hasattr(PLUGINS[n], "filter")])
def test_a_filter_can_say_what_would_have_to_change(name: str) -> None:
    """Every filter that refused a node has advice about it, in words."""
    found = evaluated(name)
    pod = pod_info(make_pod("p", "3900m", labels={"app": "x"}, **DEMANDING))
    advice = getattr(framework(name).plugins[name], "advice", None)
    for node in found.statuses.statuses:
        assert advice is not None
        assert len(advice(found.state, pod, found.state.snapshot.by_name[node])) > 10
