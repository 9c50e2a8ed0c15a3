"""Answers the vectors of `controllers/node_lifecycle.json` with the controllers of nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.api.objects import Object
from kubelearn.controllers.taint_eviction import tolerated_seconds
from kubelearn.controllers.zones import EXCLUDE, Standing, zone_states

Given = dict[str, Any]


def _seconds(given: Given) -> Given:
    """Each toleration is used for a taint of its own; without any there is a taint all the same."""
    tolerations = [
        {"key": str(i), "operator": "Exists", **one} for i, one in enumerate(given["tolerations"])
    ]
    keys = [one["key"] for one in tolerations] or ["untolerated"]
    taints = [{"key": key, "effect": "NoExecute"} for key in keys]
    found = tolerated_seconds(tolerations, taints)
    return {"seconds": -1 if found is None else found}


def _tainted(given: Given) -> Given:
    pod = given["pod"]
    taints = given["nodeTaints"].get(pod["spec"].get("nodeName"), ())
    evicting = [taint for taint in taints if taint["effect"] == "NoExecute"]
    return {"deleteNow": tolerated_seconds(pod["spec"].get("tolerations", ()), evicting) == 0}


def _zones(given: Given) -> Given:
    states = zone_states(Standing.of(_node(one), {}) for one in given["nodes"])
    return {"zones": {zone.replace(":\0:", "/"): state.value for zone, state in states.items()}}


def _node(given: Given) -> Object:
    labels = {
        "topology.kubernetes.io/region": given["region"],
        "topology.kubernetes.io/zone": given["zone"],
    }
    if given["excluded"]:
        labels[EXCLUDE] = ""
    ready = given["ready"]
    conditions = [] if ready is None else [{"type": "Ready", "status": ready}]
    return {"metadata": {"name": "n", "labels": labels}, "status": {"conditions": conditions}}


OPERATIONS: dict[str, Callable[[Given], Given]] = {
    "minTolerationSeconds": _seconds,
    "podOnTaintedNode": _tainted,
    "zoneStates": _zones,
}
