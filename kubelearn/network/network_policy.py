"""Whether NetworkPolicies let a new connection through.

A pod is isolated in a direction as soon as one policy of its namespace selects it for that
direction; then only what some rule of such a policy allows comes through. A connection needs both
the sender's leave to go out and the receiver's to come in. Source: `networking.k8s.io/v1`
NetworkPolicy, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import ip_address, ip_network
from typing import NamedTuple

from kubelearn.api import selectors
from kubelearn.api.objects import Object

Labels = Mapping[str, str]


class End(NamedTuple):
    """One end of a connection; `namespace` "" for an address outside the cluster."""

    namespace: str
    labels: Labels
    address: str
    ports: tuple[Object, ...] = ()
    """The named container ports, for policies that speak of names."""


class Flow(NamedTuple):
    """A new connection to a port of the pod (after the Service's address was replaced)."""

    source: End
    target: End
    port: int
    protocol: str = "TCP"


def allows(policies: Iterable[Object], namespaces: Mapping[str, Labels], flow: Flow) -> bool:
    """Whether a connection is let through; `namespaces` gives each one's labels."""
    every = tuple(policies)
    if flow.source == flow.target:
        return True
    return all(passes(every, namespaces, flow, way) for way in ("Egress", "Ingress"))


def passes(
    policies: Sequence[Object], namespaces: Mapping[str, Labels], flow: Flow, direction: str
) -> bool:
    """Whether one end lets a connection through: the sender "Egress", the receiver "Ingress"."""
    ends = (flow.source, flow.target)
    pod, peer = ends if direction == "Egress" else ends[::-1]
    return _passes(policies, namespaces, flow, direction, pod, peer)


def isolating(policies: Iterable[Object], pod: End, direction: str) -> list[Object]:
    """The policies that select a pod for "Ingress" or "Egress"."""
    return [
        policy
        for policy in policies
        if policy["metadata"].get("namespace", "default") == pod.namespace
        and direction in _types(policy["spec"])
        and _selects(policy["spec"].get("podSelector") or {}, pod.labels)
    ]


def _types(spec: Object) -> list[str]:
    given: list[str] | None = spec.get("policyTypes")
    return given or (["Ingress", "Egress"] if spec.get("egress") else ["Ingress"])


def _selects(selector: Object, labels: Labels) -> bool:
    return selectors.of(selector).matches(dict(labels))


def _passes(
    policies: Iterable[Object],
    namespaces: Mapping[str, Labels],
    flow: Flow,
    direction: str,
    pod: End,
    peer: End,
) -> bool:
    found = isolating(policies, pod, direction) if pod.namespace else []
    return not found or any(
        _allows_peer(rule, direction, pod.namespace, namespaces, peer) and _allows_port(rule, flow)
        for policy in found
        for rule in policy["spec"].get(direction.lower()) or ()
    )


def _allows_peer(
    rule: Object, direction: str, home: str, namespaces: Mapping[str, Labels], peer: End
) -> bool:
    given = rule.get("from" if direction == "Ingress" else "to")
    return not given or any(_is_peer(one, home, namespaces, peer) for one in given)


def _is_peer(one: Object, home: str, namespaces: Mapping[str, Labels], peer: End) -> bool:
    if one.get("ipBlock") is not None:
        return _in_block(one["ipBlock"], peer.address)
    if not peer.namespace:
        return False
    where = one.get("namespaceSelector")
    if where is None:
        if peer.namespace != home:
            return False
    elif not _selects(where, namespaces.get(peer.namespace, {})):
        return False
    pods = one.get("podSelector")
    return pods is None or _selects(pods, peer.labels)


def _in_block(block: Object, address: str) -> bool:
    found = ip_address(address)
    inside = found in ip_network(block["cidr"], strict=False)
    left_out = (ip_network(one, strict=False) for one in block.get("except") or ())
    return inside and not any(found in one for one in left_out)


def _allows_port(rule: Object, flow: Flow) -> bool:
    given = rule.get("ports")
    return not given or any(_is_port(one, flow) for one in given)


def _is_port(one: Object, flow: Flow) -> bool:
    if one.get("protocol", "TCP") != flow.protocol:
        return False
    port = one.get("port")
    if port is None:
        return True
    if isinstance(port, str):
        return any(
            each.get("name") == port
            and each.get("protocol", "TCP") == flow.protocol
            and each["containerPort"] == flow.port
            for each in flow.target.ports
        )
    return bool(port <= flow.port <= (one.get("endPort") or port))
