"""How the cases of controllers/proxy_endpoints.json are put to `kubelearn.network.endpoints`."""

from __future__ import annotations

from typing import Any

from kubelearn.network.endpoints import Backend, Endpoint, Policy, categorize

ZONE = "topology.kubernetes.io/zone"


def check(case: dict[str, Any]) -> None:
    """Compare which endpoints the node uses, as sets."""
    expected = case["expect"]
    found = run(case["input"])
    assert {name: _set(value) for name, value in expected.items()} == found


def _set(value: Any) -> Any:
    return set(value) if isinstance(value, list) else value


def run(given: dict[str, Any]) -> dict[str, Any]:
    """The categories of the endpoints."""
    node = given["nodeName"]
    choice = categorize(
        [_endpoint(each, node) for each in given["endpoints"]],
        _policy(given["service"]),
        node,
        given["nodeLabels"].get(ZONE, ""),
        node_hints=given["preferSameTrafficDistribution"],
    )
    return {
        "clusterEndpoints": _names(choice.cluster),
        "localEndpoints": _names(choice.local),
        "allReachableEndpoints": _names((*choice.cluster, *choice.local)),
        "hasAnyEndpoints": choice.any_endpoints,
    }


def _policy(service: dict[str, Any]) -> Policy:
    return Policy(
        service["internalTrafficPolicy"] == "Local",
        service["externalTrafficPolicy"] == "Local",
        bool(service["nodePort"] or service["loadBalancerVIPs"] or service["externalIPs"]),
    )


def _endpoint(each: dict[str, Any], node: str) -> Endpoint:
    address, _, port = each["endpoint"].rpartition(":")
    place = node if each["isLocal"] else f"another than {node}"
    return Endpoint(
        Backend(address, int(port), place, ("", "")),
        each["ready"],
        each["serving"],
        each["terminating"],
        tuple(each["nodeHints"]),
        tuple(each["zoneHints"]),
    )


def _names(endpoints: tuple[Endpoint, ...]) -> set[str]:
    return {f"{each.backend.address}:{each.backend.port}" for each in endpoints}
