"""NodeAffinity beyond upstream's own cases."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.scheduler.algorithm import evaluate
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import pod_info
from kubelearn.scheduler.plugin_error import PluginError
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.profile import Profile
from tests.scheduler.clusters import cluster, make_node, make_pod

PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
INTEGER = "for 'Gt', 'Lt' operators, the value must be an integer"


def preferring(*expressions: tuple[str, str, list[str]], weight: int = 1) -> dict[str, Any]:
    """A pod that prefers nodes for each expression, a term each."""
    parts = [{"key": key, "operator": op, "values": values} for key, op, values in expressions]
    terms = [{"weight": weight, "preference": {"matchExpressions": [part]}} for part in parts]
    return make_pod("p", affinity={"nodeAffinity": {PREFERRED: terms}})


def best(pod: dict[str, Any], nodes: int) -> list[str]:
    """The best of so many nodes, numbered from 0 on in the label `gen`."""
    rows = [make_node(f"n{n}", {"gen": str(n)}) for n in range(nodes)]
    found = evaluate(Framework(PLUGINS, Profile()), cluster(rows).snapshot, pod_info(pod), 0)
    return [node.name for node in found.best]


@pytest.mark.parametrize("nodes", [2, 120])
def test_a_preference_that_means_nothing_fails_the_pod(nodes: int) -> None:
    """The API server stores it, and PreScore cannot read it; on large clusters too."""
    text = f'running PreScore plugin "NodeAffinity": [0].matchExpressions[0].values[0]: Invalid value: "x": {INTEGER}'  # noqa: E501
    with pytest.raises(PluginError) as error:
        best(preferring(("gen", "Gt", ["x"])), nodes)
    assert str(error.value) == text


def test_several_problems_are_listed() -> None:
    """Each with its place."""
    with pytest.raises(PluginError) as error:
        best(preferring(("gen", "Gt", ["x"]), ("gen", "In", ["1"]), ("gen", "Lt", ["y"])), 2)
    told = str(error.value).partition('"NodeAffinity": ')[2]
    assert told == (
        f'[[0].matchExpressions[0].values[0]: Invalid value: "x": {INTEGER}, '
        f'[2].matchExpressions[0].values[0]: Invalid value: "y": {INTEGER}]'
    )


def test_one_feasible_node_is_not_scored() -> None:
    """So nobody reads the preference."""
    assert best(preferring(("gen", "Gt", ["x"])), 1) == ["n0"]


def test_a_preference_without_weight_is_not_read() -> None:
    """As upstream, which skips it."""
    assert best(preferring(("gen", "Gt", ["x"]), weight=0), 2) == ["n0", "n1"]


def test_an_empty_preference_matches_nothing() -> None:
    """It is no mistake."""
    pod = preferring(("gen", "Gt", ["0"]))
    pod["spec"]["affinity"]["nodeAffinity"][PREFERRED].append({"weight": 9, "preference": {}})
    assert best(pod, 2) == ["n1"]
