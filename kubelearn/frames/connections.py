"""Who may talk to whom: the Services of the learner, and the connections between each two."""

from __future__ import annotations

from itertools import combinations

from kubelearn.api.admission.istio_sidecar import has_sidecar
from kubelearn.api.objects import Object
from kubelearn.api.selectors import of_labels
from kubelearn.frames.source import Frame, Row, Source

OWN = ("kube-system", "istio-system")
"""Namespaces whose Services are not the learner's."""


def connections(world: Source) -> Frame:
    """Services with their pods, the n(n-1)/2 connections, and what has to be set for a rule.

    A connection is guarded when all pods at both ends have a sidecar: then one policy of the mesh
    is enough for it. Each other one is set in two programs, at both of its ends.
    """
    services = [_service(world, obj) for obj in world.api.list("services") if _is_own(obj)]
    pairs = [_pair(one, other) for one, other in combinations(services, 2)]
    guarded = sum(pair["guarded"] for pair in pairs)
    count = len(services)
    places = 2 * (len(pairs) - guarded) + bool(guarded)
    summary = (
        f"{count} Services, {len(pairs)} possible connections ({count} × {max(count - 1, 0)} / 2); "
        f"{guarded} of them between sidecars: one rule for all of them is set in {places} "
        f"place{'s' * (places != 1)}"
    )
    return {
        "kind": "connections",
        "services": services,
        "pairs": pairs,
        "places": places,
        "summary": summary,
    }


def _is_own(service: Object) -> bool:
    metadata, spec = service["metadata"], service["spec"]
    return metadata["namespace"] not in OWN and bool(spec.get("selector"))


def _service(world: Source, service: Object) -> Row:
    namespace, name = service["metadata"]["namespace"], service["metadata"]["name"]
    matches = of_labels(service["spec"]["selector"]).matches
    pods = [
        pod
        for pod in world.api.list("pods", namespace)
        if matches(pod["metadata"].get("labels") or {})
    ]
    with_sidecar = sum(map(has_sidecar, pods))
    shown = name if namespace == "default" else f"{name}.{namespace}"
    return {"name": shown, "pods": len(pods), "sidecars": with_sidecar}


def _pair(one: Row, other: Row) -> Row:
    guarded = all(each["pods"] and each["sidecars"] == each["pods"] for each in (one, other))
    return {"from": one["name"], "to": other["name"], "guarded": guarded}
