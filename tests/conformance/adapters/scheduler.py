"""The vectors of upstream's plugin tests: one plugin against one small cluster."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from kubelearn.scheduler.algorithm import Evaluation, find_feasible
from kubelearn.scheduler.cycle_state import CycleState
from kubelearn.scheduler.diagnosis import NodeStatuses
from kubelearn.scheduler.framework import Framework
from kubelearn.scheduler.info import NodeInfo, PodInfo, pod_info
from kubelearn.scheduler.plugin_error import PluginError
from kubelearn.scheduler.plugins import PLUGINS
from kubelearn.scheduler.plugins.image_locality import normalized_image_name
from kubelearn.scheduler.plugins.resource_args import PluginArgsError
from kubelearn.scheduler.preemption import Victims, best_candidates, ineligible
from kubelearn.scheduler.profile import Profile
from kubelearn.scheduler.snapshot import Snapshot
from kubelearn.scheduler.status import Code, Status, code_of, unresolvable
from tests.scheduler.clusters import RecordingHandle, cluster

Case = dict[str, Any]
HARNESS = {"filter_plugins", "filtered_node_codes", "offset", "parallelism", "nominated_node_code"}
"""Arguments of a case that are not the plugin's own."""


def check(case: Case) -> None:
    """The plugin says what upstream's says."""
    kind = f"{case['plugin']}/{case['kind']}"
    if case["plugin"] not in PLUGINS:
        pytest.xfail(f"the plugin {case['plugin']} arrives with a later issue")
    CHECKS[kind.partition("/")[2]](case)


def _framework(case: Case) -> Framework:
    args = {k: v for k, v in (case.get("args") or {}).items() if k not in HARNESS}
    if case.get("applies_to", "").startswith("<="):
        args["before_1_36"] = True
    if (case.get("features") or {}).get("SidecarContainers") is False:
        args["sidecar_containers"] = False
    names = ["PrioritySort", *(case.get("args") or {}).get("filter_plugins", ()), case["plugin"]]
    return Framework(PLUGINS, Profile(plugins=dict.fromkeys(names, 1), args={case["plugin"]: args}))


def _world(case: Case) -> Snapshot:
    objects = {
        "namespaces": case.get("namespaces", ()),
        "services": case.get("services", ()),
        "poddisruptionbudgets.policy": case.get("pdbs", ()),
    }
    return cluster(case["nodes"], case["existing_pods"], objects).snapshot


def _check_filter(case: Case) -> None:
    framework, snapshot, expect = _framework(case), _world(case), case["expect"]
    state, pod = CycleState(snapshot), pod_info(case["pod"])
    names, refusal, _ = framework.pre_filter(state, pod)
    plugin, wanted = case["plugin"], expect.get("pre_filter")
    if wanted == "Skip":
        assert plugin in state.skip_filter
    elif wanted is not None:
        assert (wanted["code"], (wanted["reason"],)) == (refusal.code, refusal.reasons)
    if "pre_filter_node_names" in expect:
        assert set(expect["pre_filter_node_names"]) == names
    if refusal is not None:
        state.filters = framework.filters
    for name, reasons in expect["filter"].items():
        status = _filtered(framework, state, pod, snapshot, name, refusal)
        assert set(reasons or ()) == set(status.reasons if status else ()), name
        if name in expect.get("codes", {}):
            assert expect["codes"][name] == code_of(status).value
    _check_shortfalls(framework, snapshot, pod, expect.get("insufficient", {}))


def _filtered(
    framework: Framework,
    state: CycleState,
    pod: PodInfo,
    snapshot: Snapshot,
    name: str,
    refusal: Status | None,
) -> Status | None:
    node = snapshot.node(name)
    assert node is not None
    try:
        status = framework.filter(state, pod, node)
    except PluginError:
        if refusal is None:
            raise
        return refusal  # in a real cycle no Filter runs after it
    return refusal if status is None else status


def _check_shortfalls(
    framework: Framework, snapshot: Snapshot, pod: PodInfo, expect: dict[str, list[Case]]
) -> None:
    for name, rows in expect.items():
        found = framework.plugins["NodeResourcesFit"].shortfalls(pod, snapshot.node(name))
        given = [{**short._asdict(), "unresolvable": short.unresolvable} for short in found]
        assert rows == given


def _check_score(case: Case) -> None:
    framework, snapshot, expect = _framework(case), _world(case), case["expect"]
    pod = pod_info(case["pod"])
    names = case.get("feasible_nodes")
    nodes = [row for row in snapshot.rows if names is None or row.name in names]
    if expect.get("score_error"):
        with pytest.raises(PluginError, match="resources not found"):
            framework.score(CycleState(snapshot), pod, nodes)
        return
    if expect.get("pre_score") == "Error":
        with pytest.raises(PluginError, match=re.escape(expect["message_contains"])):
            framework.score(CycleState(snapshot), pod, nodes)
        return
    _, scores = framework.score(CycleState(snapshot), pod, nodes)
    if expect.get("pre_score") == "Skip":
        assert scores == {}
        return
    assert expect["scores"] == (scores.get(case["plugin"]) or dict.fromkeys(_names(nodes), 0))


def _names(nodes: list[NodeInfo]) -> list[str]:
    return [node.name for node in nodes]


def _check_config(case: Case) -> None:
    with pytest.raises(PluginArgsError) as error:
        _framework(case)
    assert case["expect"]["config_error_field"] == error.value.field


def _check_image_name(case: Case) -> None:
    assert case["expect"]["normalized"] == normalized_image_name(case["args"]["image"])


def _candidates(case: Case) -> list[Victims]:
    framework, snapshot, pod = _framework(case), _world(case), pod_info(case["pod"])
    found = Evaluation(len(snapshot.rows), CycleState(snapshot))
    find_feasible(framework, found, pod, 0)
    # Upstream tries all nodes in these tests, whatever the filters said of them.
    everywhere = NodeStatuses(absent=Status(Code.UNSCHEDULABLE))
    plugin, handle = framework.plugins["DefaultPreemption"], RecordingHandle(framework)
    offset = case["args"].get("offset")
    candidates: list[Victims]
    candidates, _ = plugin.candidates(found.state, pod, everywhere, handle, offset)
    return candidates


def _check_candidates(case: Case) -> None:
    given = {
        one.node: {
            "victims": sorted(pod.name for pod in one.pods),
            "num_pdb_violations": one.violations,
        }
        for one in _candidates(case)
    }
    expect = case["expect"]["candidates"]
    assert {n: {**row, "victims": sorted(row["victims"])} for n, row in expect.items()} == given


def _check_best_node(case: Case) -> None:
    best = {one.node for one in best_candidates(_candidates(case))}
    assert best
    assert best <= set(case["expect"]["best_any_of"])


def _check_post_filter(case: Case) -> None:
    framework, snapshot, pod = _framework(case), _world(case), pod_info(case["pod"])
    state = CycleState(snapshot)
    framework.pre_filter(state, pod)
    codes = case["args"]["filtered_node_codes"]
    statuses = NodeStatuses({name: Status(Code(code)) for name, code in codes.items()})
    plugin = framework.plugins["DefaultPreemption"]
    result, status = plugin.post_filter(state, pod, statuses, RecordingHandle(framework))
    nominated = result.nominated_node if result else None
    assert case["expect"]["nominated_node"] == (nominated or None)
    assert case["expect"]["status"] == code_of(status).value


def _check_eligible(case: Case) -> None:
    snapshot, pod = _world(case), pod_info(case["pod"])
    refused = case["args"]["nominated_node_code"] == Code.UNRESOLVABLE
    status = unresolvable("") if refused else None
    problem = ineligible(pod, snapshot.node(pod.nominated_node), status)
    assert case["expect"]["eligible"] == (not problem)


CHECKS: dict[str, Callable[[Case], None]] = {
    "filter": _check_filter,
    "score": _check_score,
    "config-validation": _check_config,
    "image-name": _check_image_name,
    "preemption-candidates": _check_candidates,
    "preemption-best-node": _check_best_node,
    "preemption-postfilter": _check_post_filter,
    "preemption-eligible": _check_eligible,
}
"""Kind of case -> its check."""
BUILT: frozenset[str] = frozenset(f"{plugin}/{kind}" for plugin in PLUGINS for kind in CHECKS)
"""Pairs of plugin and kind that are built."""
