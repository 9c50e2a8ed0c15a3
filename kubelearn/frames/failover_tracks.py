"""What stood between users and pods over time: DNS answers, nodes, targets and endpoints.

A *track* is one row of spans: what a name means to public DNS and to the client that has asked, a
worker, a target of a load balancer, an endpoint of a Service. A machine that is dead counts as
*lost* until the control plane marks its node NotReady.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from kubelearn.api.objects import Object, labels_of
from kubelearn.frames.causes import faults
from kubelearn.frames.disk_tracks import Spans
from kubelearn.frames.nodes import node_state
from kubelearn.frames.source import Row
from kubelearn.frames.writes import writes
from kubelearn.traffic.call import Target

SLICES = "endpointslices.discovery.k8s.io"
SERVICE_NAME = "kubernetes.io/service-name"
LOOKS: dict[str, tuple[str, str]] = {
    "answer": ("running", ""),
    "Ready": ("attached", "Ready"),
    "lost": ("detaching", "dead, still Ready"),
    "NotReady": ("silent", "NotReady"),
    "initial": ("attaching", "initial"),
    "healthy": ("attached", "healthy"),
    "unhealthy": ("silent", "unhealthy"),
    "unhealthy.draining": ("detaching", "unhealthy.draining"),
    "draining": ("detaching", "draining"),
    "ready": ("attached", "ready"),
    "not ready": ("silent", "not ready"),
    "serving": ("detaching", "terminating, serving"),
    "terminating": ("silent", "terminating"),
}
"""State → how its bar looks (as in `html.tracks`), and its words ("" = the span's own)."""


class Asked(NamedTuple):
    """What the loads of a time ask for."""

    names: tuple[str, ...]
    """DNS names of load balancers."""
    groups: tuple[str, ...]
    """Target groups behind them."""
    services: tuple[tuple[str, str], ...]
    clients: tuple[str, ...]
    hosts: tuple[str, ...]
    """What the URLs name."""


def asked(world: Any, loads: list[Any]) -> Asked:
    """The balancers, target groups and Services behind the URLs of loads, and who asks."""
    balancers, services = world.parts["elb"], dict[tuple[str, str], None]()
    names: dict[str, None] = {}
    groups: dict[str, None] = {}
    for load in loads:
        target = Target.of(load.url)
        found = [one for one in balancers.balancers.values()
                 if target.host == one.dns or target.host in one.names
                 or target.host.endswith(f".{one.dns}")]  # fmt: skip
        for balancer in found:
            names[balancer.dns] = None
            for group in balancers.groups.values():
                if group.balancer == balancer.name:
                    groups[group.name] = None
                    namespace, _, rest = group.service.partition("/")
                    services[namespace, rest.partition(":")[0]] = None
        if not found:
            services |= dict.fromkeys(_services(world, target, load.namespace))
    clients = dict.fromkeys(load.client for load in loads)
    hosts = dict.fromkeys(Target.of(load.url).host for load in loads)
    return Asked(tuple(names), tuple(groups), tuple(services), tuple(clients), tuple(hosts))


def _services(world: Any, target: Target, namespace: str) -> Iterator[tuple[str, str]]:
    """The Services that a host, as a namespace sees it, or a node's port means."""
    name, *rest = target.host.split(".")
    meant = rest[0] if rest else namespace, name
    for service in world.api.list("services"):
        metadata, spec = service["metadata"], service["spec"]
        key = metadata["namespace"], metadata["name"]
        ports = [port.get("nodePort") for port in spec.get("ports") or ()]
        if target.port in ports or key == meant or target.host == spec.get("clusterIP"):
            yield key


def tracks(world: Any, found: Asked, start: int, end: int) -> list[Row]:
    """The tracks of what the loads ask for, clipped to a time (ns)."""
    rows = [*_dns(world, found), *_nodes(world), *_targets(world, found),
            *_endpoints(world, found)]  # fmt: skip
    clipped = [
        {"group": group, "label": label,
         "spans": [_span(one) for one in spans.within(start, end)]}
        for group, label, spans in rows
    ]  # fmt: skip
    return [row for row in clipped if row["spans"]]


def _span(found: Row) -> Row:
    look, words = LOOKS[found["state"]]
    return {"start": found["start"], "end": found["end"], "look": look,
            "words": words or found["node"]}  # fmt: skip


# DNS


def _dns(world: Any, found: Asked) -> Iterator[tuple[str, str, Spans]]:
    """What public DNS answers for each name, and what clients know of it."""
    spans = {name: Spans() for name in found.names}
    for turn in world.parts["elb"].history:
        if not turn.subject[0] and turn.subject[1] in spans:
            answer = _answer(world, turn.state.split(",") if turn.state else [])
            spans[turn.subject[1]].set(turn.time, "answer", answer)
    yield from (("DNS", "public DNS answers", one) for one in spans.values())
    clients: dict[str, Spans] = {}
    for time, client, name, addresses in world.parts["requests"].learnt_names:
        if client in found.clients and name in found.hosts:
            known = clients.setdefault(client, Spans())
            known.set(time, "answer", _answer(world, list(addresses)))
    yield from (("DNS", f"{client} knows", one) for client, one in clients.items())


def _answer(world: Any, addresses: list[str]) -> str:
    """The zones whose addresses an answer holds."""
    zones = [zone.name.rpartition("-")[2] for balancer in world.parts["elb"].balancers.values()
             for zone in balancer.zones if zone.address in addresses]  # fmt: skip
    return f"{len(addresses)}: {', '.join(zones)}"


# Nodes


def _nodes(world: Any) -> Iterator[tuple[str, str, Spans]]:
    """The workers: what their object says, and when their machine was dead."""
    told: dict[str, list[tuple[int, int, str]]] = {}
    for number, write in enumerate(writes(world.api, "nodes")):
        if write.key[1] != "control-plane":
            state = "" if write.new is None else _said(write.new)
            told.setdefault(write.key[1], []).append((write.time, number, state))
    for number, (time, name, node) in enumerate(faults(world)):
        if name in ("fail.node", "heal.node") and node in told:
            told[node].append((time, -1 - number, name))
    for node, turns in sorted(told.items()):
        yield "nodes", node, _course(sorted(turns))


def _said(node: Object) -> str:
    return "Ready" if node_state(node) == "ready" else "NotReady"


def _course(turns: list[tuple[int, int, str]]) -> Spans:
    spans, said, dead = Spans(), "", False
    for time, _, what in turns:
        if what in ("fail.node", "heal.node"):
            dead = what == "fail.node"
        else:
            said = what
        spans.set(time, "lost" if dead and said == "Ready" else said)
    return spans


# Targets and endpoints


def _targets(world: Any, found: Asked) -> Iterator[tuple[str, str, Spans]]:
    spans: dict[tuple[str, str], Spans] = {}
    for turn in world.parts["elb"].history:
        if turn.subject[0] in found.groups:
            spans.setdefault(turn.subject, Spans()).set(turn.time, turn.state)
    yield from (("targets", name, one) for (_, name), one in sorted(spans.items()))


def _endpoints(world: Any, found: Asked) -> Iterator[tuple[str, str, Spans]]:
    """The endpoints of the Services, by the pods behind them."""
    spans: dict[str, Spans] = {}
    for write in writes(world.api, SLICES):
        known = write.new or write.old or {}
        service = write.key[0], labels_of(known).get(SERVICE_NAME, "")
        if service not in found.services:
            continue
        now = {_name(one): _condition(one) for one in (write.new or {}).get("endpoints") or ()}
        for name in (*now, *(_name(one) for one in (write.old or {}).get("endpoints") or ())):
            spans.setdefault(name, Spans()).set(write.time, now.get(name, ""))
    yield from (("endpoints", name, one) for name, one in sorted(spans.items()))


def _name(endpoint: Object) -> str:
    pod = (endpoint.get("targetRef") or {}).get("name") or endpoint["addresses"][0]
    return f"{pod} on {endpoint['nodeName']}" if endpoint.get("nodeName") else str(pod)


def _condition(endpoint: Object) -> str:
    said = endpoint.get("conditions") or {}
    if said.get("terminating"):
        return "serving" if said.get("serving") else "terminating"
    return "ready" if said.get("ready") is not False else "not ready"
