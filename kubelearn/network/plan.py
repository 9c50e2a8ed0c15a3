"""A path compiled: what all requests of a load meet until some table on their way changes.

A path compiles when nothing on it can go wrong or depends on what happened before: the name
resolves, its Service has endpoints, all of them listen and ask nobody else. Otherwise there is no
plan, and each request goes through the hops by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from kubelearn.api.app import Distribution
from kubelearn.api.errors import NotFound
from kubelearn.api.objects import Key, Object
from kubelearn.network.endpoints import Backend
from kubelearn.network.hops import PROXY_DELAY
from kubelearn.network.programs import Program, program_of
from kubelearn.network.proxied import captured
from kubelearn.network.resolver import candidates
from kubelearn.network.resolving import DNS_QUERY, is_address, patience_of
from kubelearn.network.service_ports import Rule
from kubelearn.traffic.call import Target

if TYPE_CHECKING:
    from kubelearn.network.requests import Requests


class Query(NamedTuple):
    """One question to the cluster's DNS: how long each CoreDNS pod that may get it takes."""

    trips: tuple[int, ...]


class Goal(NamedTuple):
    """One endpoint, and all that a request to it needs to know."""

    pod: Key
    program: Program
    node: str
    address: str
    port: int
    there: int
    """Nanoseconds from the rule to the pod."""
    back: int
    container: int
    """Which regular container works."""
    law: Distribution
    fails: float
    known: bool
    """Whether it knows the path."""


class Plan(NamedTuple):
    """The whole path of a load."""

    origin: tuple[tuple[str, Any], ...]
    queries: tuple[Query, ...]
    names: tuple[str, ...]
    dns: tuple[int, int]
    """Timeout and attempts of the resolver."""
    address: str
    goals: tuple[Goal, ...]


class Watched(NamedTuple):
    """The very objects that a plan was made from; while they are the same, so is the plan."""

    node: str
    """Where the client is."""
    table: Any
    cut: tuple[Any, ...]
    pods: tuple[tuple[Key, Any, Any], ...]
    """Key, object, row in the kubelets' memory."""
    nodes: tuple[str, ...]
    services: tuple[int, Key, Any]
    policies: bool
    """Whether there are NetworkPolicies."""


def compile_path(requests: Requests, url: str, client: str, namespace: str) -> tuple[
    Plan | None, Watched
]:  # fmt: skip
    """The plan, if there is one now, and what to watch for the next change."""
    target = Target.of(url)
    pods: dict[Key, None] = {}
    nodes: dict[str, None] = {}
    plan: Plan | None = None
    origin: dict[str, Any] = {}
    rule: Rule | None = None
    try:
        origin = requests.clients.origin(client, namespace)
    except (NotFound, ValueError):
        pass
    else:
        if origin["origin"] == "pod":
            pods[namespace, origin["source"]] = None
        nodes[origin["node"]] = None
        plan, rule = _path(requests, target, origin, pods, nodes)
    return plan, watched(requests, origin.get("node", ""), pods, nodes, rule)


def watched(
    requests: Requests, node: str, pods: dict[Key, None], nodes: dict[str, None], rule: Rule | None
) -> Watched:
    """The present objects behind a path."""
    store = requests.context.api.store
    service = rule.service if rule is not None else ("", "")
    rows = tuple((key, store.get("pods", key), row_of(requests, key)) for key in pods)
    services = (len(store.items("services")), service, store.get("services", service))
    table = requests.proxies.tables.get(node)
    alive = tuple(one for one in nodes if requests.machines.alive(one))
    cuts = requests.links.cuts()
    return Watched(node, table, cuts, rows, alive, services, requests.policies.any)


def row_of(requests: Requests, key: Key) -> Any:
    """What the kubelets remember of a pod."""
    machines: Any = requests.machines
    found = machines.rows.get(key)
    return machines.settled.get(key) if found is None else found


def unchanged(requests: Requests, old: Watched) -> bool:
    """Whether all objects behind a path are still the same."""
    if requests.proxies.tables.get(old.node) is not old.table or requests.links.cuts() != old.cut:
        return False
    store = requests.context.api.store
    get = store.items("pods").get
    machines: Any = requests.machines
    rows, settled = machines.rows, machines.settled
    for key, pod, row in old.pods:
        if get(key) is not pod or (rows.get(key) or settled.get(key)) is not row:
            return False
    if requests.policies.any != old.policies:
        return False
    count, service, obj = old.services
    if len(store.items("services")) != count or store.get("services", service) is not obj:
        return False
    return all(machines.alive(node) for node in old.nodes)


def _path(
    requests: Requests,
    target: Target,
    origin: dict[str, Any],
    pods: dict[Key, None],
    nodes: dict[str, None],
) -> tuple[Plan | None, Rule | None]:
    found = _resolved(requests, target.host, origin, pods, nodes)
    if found is None or captured(requests.mesh, origin):
        return None, None
    queries, names, dns, address = found
    rule = requests.proxies.rule(origin["node"], address, target.port)
    if rule is None or not rule.backends or requests.proxies.remembers(rule):
        return None, rule
    if requests.policies.any:
        return None, rule
    goals = []
    for backend in rule.backends:
        pods[backend.pod] = None
        nodes[backend.node] = None
        goal = _goal(requests, target, origin["node"], backend)
        if goal is not None:
            goals.append(goal)
    if len(goals) < len(rule.backends):
        return None, rule
    plan = Plan(tuple(sorted(origin.items())), queries, names, dns, address, tuple(goals))
    return plan, rule


Resolved = tuple[tuple[Query, ...], tuple[str, ...], tuple[int, int], str]


def _resolved(
    requests: Requests,
    host: str,
    origin: dict[str, Any],
    pods: dict[Key, None],
    nodes: dict[str, None],
) -> Resolved | None:
    known = is_address(host) or requests.clients.hosts_file(origin).get(host, "")
    if known:
        return (), (), (0, 0), known
    conf = requests.clients.resolv_conf(origin)
    if conf is None or requests.dns_address not in conf.nameservers[:1]:
        return None
    trips = _trips(requests, origin["node"], pods, nodes)
    names, dns = tuple(candidates(host, conf)), patience_of(conf)
    for count, name in enumerate(names if trips else ()):
        answer = requests.dns.answer(name)
        if answer.addresses:
            if len(answer.addresses) > 1:
                return None
            return (Query(trips),) * (count + 1), names, dns, answer.addresses[0]
        if answer.alias:
            return None
    return None


def _trips(
    requests: Requests, node: str, pods: dict[Key, None], nodes: dict[str, None]
) -> tuple[int, ...]:
    """How long each CoreDNS pod takes; () when one of them gives no answer."""
    rule = requests.proxies.rule(node, requests.dns_address, 53, "UDP")
    trips = []
    for backend in rule.backends if rule is not None else ():
        pods[backend.pod] = None
        nodes[backend.node] = None
        pod = requests.context.api.find("pods", *backend.pod)
        if pod is None or requests.machines.silence(pod, 53):
            return ()
        if not requests.links.passes(node, backend.node):
            return ()
        trips.append(2 * requests.links.delay(node, backend.node) + DNS_QUERY)
    return tuple(trips)


def _goal(requests: Requests, target: Target, node: str, backend: Backend) -> Goal | None:
    """The endpoint of a rule, if a request to it cannot go wrong now."""
    pod: Object | None = requests.pod_at(backend.address, backend.port)
    if pod is None or (pod["metadata"]["namespace"], pod["metadata"]["name"]) != backend.pod:
        return None
    there = pod["spec"]["nodeName"]
    if not requests.links.passes(node, there) or not requests.links.passes(there, node):
        return None
    if requests.mesh.entry(pod, backend.port):
        return None  # a proxy decides about each request by itself
    if not requests.machines.alive(there) or requests.machines.silence(pod, backend.port):
        return None
    index = requests.programs.serving(pod, backend.port)
    app = requests.app_of(pod, backend.port)
    if app.calls or app.stores:
        return None
    delay = requests.links.delay(node, there)
    known = app.paths is None or target.path in app.paths
    return Goal(
        backend.pod,
        program_of(pod),
        there,
        backend.address,
        backend.port,
        PROXY_DELAY + delay,
        delay,
        index,
        app.service_time,
        app.fails,
        known,
    )
