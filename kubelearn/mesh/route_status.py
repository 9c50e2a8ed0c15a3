"""What istiod writes into the status of HTTPRoutes whose parents are Services.

Source: istio `pilot/pkg/config/kube/gateway/conditions.go` (createRouteStatus), `conversion.go`
(referenceAllowed), 1.27.

Unlike the real one: it is written with the push that brings the route to the proxies; nobody makes
Gateways of the class istio, so routes at them get no entry.
"""

from __future__ import annotations

from collections.abc import Container

from kubelearn.api.conditions import condition, timed
from kubelearn.api.objects import Object, get_path, key_of
from kubelearn.api.server import APIServer
from kubelearn.api.times import timestamp
from kubelearn.mesh.istio.http_routes import Problem, converted, parent_host, parents_of
from kubelearn.mesh.push import Push
from kubelearn.runtime.explain import Reason

ROUTES = "httproutes.gateway.networking.k8s.io"
CONTROLLER = "istio.io/gateway-controller"


def write_statuses(api: APIServer, push: Push) -> None:
    """Bring the status of all routes in line with a push."""
    for route in push.of("httproutes"):
        old = get_path(route, "status", "parents", default=[])
        own = [one for one in old if one["controllerName"] == CONTROLLER]
        made = entries(route, push.services, own, timestamp(push.time))
        if made != own:
            others = [one for one in old if one["controllerName"] != CONTROLLER]
            api.patch_status(ROUTES, *key_of(route), {"parents": [*others, *made]})


def entries(route: Object, hosts: Container[str], old: list[Object], now: str) -> list[Object]:
    """One for each parent that is a Service; `old` are those from before."""
    problem, made = converted(route, hosts).problem, []
    for parent in parents_of(route):
        known: Object = next((one for one in old if one["parentRef"] == parent), {})
        found = parent_host(parent, key_of(route)[0]) in hosts
        new = conditions(route, "" if found else parent["name"], problem)
        made.append({"parentRef": parent, "controllerName": CONTROLLER,
                     "conditions": timed(new, known.get("conditions") or (), now)})  # fmt: skip
    return made


def conditions(route: Object, lacking: str, problem: Problem | None) -> list[Object]:
    """Those at one parent; `lacking` is the name of a Service that is not there."""
    accepted = ("Accepted", "Route was valid")
    if lacking:
        accepted = ("NoMatchingParent", f'parent service: "{lacking}" not found')
    generation = int(route["metadata"].get("generation", 1))
    resolved = problem or ("ResolvedRefs", "All references resolved")
    return [
        condition("Accepted", *accepted, holds=not lacking, generation=generation),
        condition("ResolvedRefs", *resolved, holds=problem is None, generation=generation),
    ]


def explained(route: Object) -> list[Reason]:
    """The conditions in words; none for a route that is no business of the mesh."""
    return [
        Reason("istiod", f"at Service {one['parentRef']['name']}: {each['message']} "
                         f"({each['reason']})")
        for one in get_path(route, "status", "parents", default=[])
        if one["controllerName"] == CONTROLLER for each in one["conditions"]
    ]  # fmt: skip
