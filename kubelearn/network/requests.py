"""The requests on their way: each hop at its own time on the clock."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import ClassVar, NamedTuple

from kubelearn.api.app import AppBehaviour, out_call
from kubelearn.api.objects import Object, get_path
from kubelearn.network import probing, proxied
from kubelearn.network.access_log import AccessLog
from kubelearn.network.addresses import node_address
from kubelearn.network.authorising import authorised
from kubelearn.network.clients import CLUSTER_DNS, Clients, Disks, Machines
from kubelearn.network.conntrack import tracked
from kubelearn.network.deciders import Mesh
from kubelearn.network.dns import Dns
from kubelearn.network.edge.proxies import EdgeProxies
from kubelearn.network.endpoints import Backend
from kubelearn.network.hanging_up import is_open, let_go
from kubelearn.network.hops import HOPS
from kubelearn.network.kube_proxy import KubeProxies
from kubelearn.network.links import Links
from kubelearn.network.listeners import Fetches, Loads
from kubelearn.network.load_balancers import (
    Balancers,
    NoBalancers,
    cut_off,
    gives_up,
    on_the_way_back,
    under_way,
    within_patience,
)
from kubelearn.network.policies import NetworkPolicies
from kubelearn.network.programs import Programs, program_of
from kubelearn.network.relaying import Relays, replied
from kubelearn.network.resolving import brought_along
from kubelearn.network.serving import passed_on, without
from kubelearn.network.tls.client import trusting
from kubelearn.network.tries import Tries
from kubelearn.network.verdict import NO_ANSWER, Verdict
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND
from kubelearn.traffic.balancers import Ask, Probe
from kubelearn.traffic.call import Call, Target

DNS_PORT = 53
CLIENT = "client"
"""Where a request fails whose client goes away; no hop of its own."""


class Calls(dict[int, Call]):
    """Calls by number; a fork copies each."""

    def fork(self) -> Calls:
        """A copy whose calls go their own way."""
        return Calls({number: call.fork() for number, call in self.items()})


class DnsServer(NamedTuple):
    """The node of the CoreDNS pod that a query reaches, or what became of the query."""

    node: str
    said: str = ""


class Requests:
    """Sends calls through the hops."""

    name = "requests"
    state: ClassVar[tuple[str, ...]] = ("calls", "known_names", "learnt_names")
    wires: ClassVar[dict[str, str]] = {
        "machines": "kubelets",
        "proxies": "kube-proxy",
        "dns": "dns",
        "access_log": "access-log",
        "links": "links",
        "programs": "programs",
        "disks": "disks",
        "loads": "loads",
        "policies": "network-policies",
        "balancers": "elb",
        "mesh": "proxies",
        "edges": "edge-proxies",
        "relays": "spring-gateways",
        "tries": "tries",
        "jwks": "jwks",
    }
    dns_address = CLUSTER_DNS
    machines: Machines
    disks: Disks
    proxies: KubeProxies
    dns: Dns
    access_log: AccessLog
    links: Links
    programs: Programs
    loads: Loads
    policies: NetworkPolicies
    balancers: Balancers = NoBalancers()
    mesh: Mesh
    edges: EdgeProxies
    relays: Relays
    tries: Tries
    jwks: Fetches

    def __init__(self, context: Context) -> None:
        self.context = context
        self.calls = Calls()
        self.known_names: dict[tuple[str, str], tuple[tuple[str, ...], int]] = {}
        """(client, public name) → addresses and until when the client keeps them."""
        self.learnt_names: list[tuple[int, str, str, tuple[str, ...]]] = []
        """(when, client, public name, addresses) for each answer that was not known before."""
        # The number of a call addresses its draws, so it is part of the state, as any integer is.
        self._count = 0

    @property
    def clients(self) -> Clients:
        """Where calls come from."""
        return Clients(self.context, self.machines)

    def send(
        self,
        url: str,
        *,
        client: str,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        namespace: str = "default",
        timeout: int = 10 * SECOND,
        parent: int | None = None,
        cacert: str = "",
        insecure: bool = False,
        resolve: Mapping[str, str] | None = None,
        connect_timeout: int = 0,
        fetches: bool = False,
    ) -> int:
        """Start a call; returns its number. `fetches`: istiod wants to hear of its end."""
        origin = self.clients.origin(client, namespace)
        target = Target.of(url)
        call = Call(
            self.number(),
            url,
            target.method(method),
            client,
            self.context.clock.now,
            target,
            dict(headers or {}),
            timeout,
            parent=parent,
            state={
                **origin,
                "trust": trusting(cacert, insecure=insecure),
                "resolve": brought_along(self, origin, resolve or {}),
                **({"fetches": True} if fetches else {}),
            },
        )
        if connect_timeout:
            call.found(until=call.sent + connect_timeout)
        self.take_up(call, self.context.clock.now, "resolver")
        return call.number

    def number(self) -> int:
        """The number of the next call."""
        self._count += 1
        return self._count

    def take_up(self, call: Call, time: int, hop: str) -> None:
        """Let a call enter a hop at a time."""
        self.calls[call.number] = call
        self.context.clock.at(time, self.enter, call.number, hop)

    def enter(self, number: int, hop: str) -> None:
        """Let a hop act on a call."""
        call = self.calls.get(number)
        if call is None or call.finished is not None or call.state.get("cut"):
            return
        hop = proxied.hop_for(self, call, hop)
        verdict = proxied.onward(self, call, hop, HOPS[hop](self, call))
        verdict = on_the_way_back(self, call, within_patience(self, call, verdict))
        if self.context.clock.now + verdict.delay > proxied.limit(call):
            # The client does not wait for it, whatever it would be.
            verdict = Verdict(self.left(call), error=verdict.error or NO_ANSWER)
        if verdict.ends:
            call.hop = hop
            self.context.clock.after(
                verdict.delay, self.leave, number, verdict.status, verdict.error
            )
        elif verdict.onward in HOPS:
            self.context.clock.after(verdict.delay, self.enter, number, verdict.onward)

    def leave(self, number: int, status: int, error: str) -> None:
        """The answer, or the failure, is back at the client."""
        call = self.calls.get(number)
        if call is None or call.finished is not None or call.state.get("cut"):
            return  # a balancer has cut it off before
        self._leave(call, status, error)

    def leave_cut(self, number: int, status: int, error: str) -> None:
        """The client hears that a balancer has cut its call off, if it has heard nothing before."""
        call = self.calls.get(number)
        if call is not None and call.finished is None:
            self._leave(call, status, error)

    def _leave(self, call: Call, status: int, error: str) -> None:
        status, error = proxied.guarded(self, call, status, error)
        if proxied.back(self, call, status, error):
            return
        now = self.context.clock.now
        if not self.clients.waits(call.state):
            status, error, call.hop = 0, f"{call.client} itself is gone", CLIENT
        call.status, call.error, call.finished = status, error, now
        call.saw(now, "client", call.client, f"got {status}" if status else error)
        if call.load and call.parent is None:
            self.loads.took(call)  # which asks what its balancer waits for, this call among it
            del self.calls[call.number]
        elif call.parent is not None:
            self._back_at_parent(self.calls.pop(call.number), call.parent)
        elif call.state.get("fetches"):
            self.jwks.answered(self.calls.pop(call.number))

    def _back_at_parent(self, child: Call, number: int) -> None:
        parent = self.calls.get(number)
        if parent is None or parent.state.get("cut"):
            return
        parent.include(child)
        if parent.state.get("authorising"):
            authorised(self, parent, child)
            return
        if "asks" in parent.state:
            replied(parent, child)
            self.enter(number, "relay")
            return
        if not child.ok:
            without(parent, child)
        self.enter(number, "calls")

    def ask(self, call: Call) -> bool:
        """Send the next call of a program; False when there is none left."""
        if not call.state["calls"]:
            return False
        found, *rest = call.state["calls"]
        one = out_call(found) if isinstance(found, str) else found
        call.found(calls=tuple(rest), asking=one)
        url = one.url
        namespace, name = call.state["pod"]
        try:
            Target.of(url)
        except ValueError as error:
            call.saw(self.context.clock.now, "pod", name, f"cannot call: {error}")
            call.found(calls=(), answer=503)
            return False
        call.saw(self.context.clock.now, "pod", name, f"asks {url}")
        self.send(
            url,
            client=f"pod/{name}",
            headers=passed_on(call),
            namespace=namespace,
            timeout=self.left(call) if one.timeout is None else min(one.timeout, self.left(call)),
            parent=call.number,
        )
        return True

    # What load balancers ask

    def probe(self, place: str, address: str, port: int, ask: Ask) -> Probe:
        """How a health check from a place ends now."""
        return probing.probe(self, place, address, port, ask)

    def reset(self, balancer: str, target: str, says: str = "") -> None:
        """End what a balancer has open to a target: flows by a reset, requests by 502."""
        for call in list(self.calls.values()):
            if is_open(self, call, (balancer, target)):
                proxied.guarded(self, call, 0, NO_ANSWER)
                let_go(self, call, (balancer, target))
                delay, _, *ending = cut_off(self, call, says)
                self.context.clock.after(delay, self.leave_cut, call.number, *ending)

    def under_way(self, balancer: str) -> Mapping[tuple[str, str], int]:
        """(group, target) → requests for whose answers a balancer of layer 7 waits."""
        return under_way(self, balancer)

    def pass_by(self, group: str, target: str, status: int) -> None:
        """Show the balancer of a target group the answer that comes by."""
        self.balancers.answered(group, target, status)

    def finished(self, number: int) -> bool:
        """Whether a call has come to its end."""
        return self.calls[number].finished is not None

    def take(self, number: int) -> Call:
        """A finished call, which is forgotten here."""
        return self.calls.pop(number)

    def tidy(self) -> None:
        """Forget finished calls that nobody has taken, as after a replay."""
        for number in [number for number in self.calls if self.finished(number)]:
            del self.calls[number]

    # What hops ask

    def place(self, call: Call) -> str:
        """Where the packets of a call are: a node, the internet, or a balancer's zone."""
        return str(call.state.get("at") or call.state["node"])

    def balancers_place(self, call: Call) -> str:
        """Where the balancer stands that a call has passed."""
        return str(call.state["via"][0])

    def source(self, call: Call) -> str:
        """The sender's address that the packets of a call bear now."""
        return str(call.state.get("seen") or self.clients.address(call.state))

    def address_of(self, node: str) -> str:
        """The address of a node; "" for what is none."""
        return node_address(self.context.api.find("nodes", None, node))

    def is_dead(self, place: str) -> bool:
        """Whether a place on the way is a node whose machine does not run."""
        return bool(self.address_of(place)) and not self.machines.alive(place)

    def open_to(self, node: str, backend: Backend) -> int:
        """How many connections a node's proxy has open to an endpoint."""
        return sum((one.node, one.backend) == (node, backend) for one in tracked(self.calls))

    def root(self, call: Call) -> Call:
        """The call for which a call was made, through all programs in between."""
        while call.parent is not None and call.parent in self.calls:
            call = self.calls[call.parent]
        return call

    def left(self, call: Call) -> int:
        """Nanoseconds until the client gives up, or a balancer or proxy for it."""
        last = min(proxied.limit(call), gives_up(call.state))
        return max(0, last - self.context.clock.now)

    def draw(self, call: Call, count: int, purpose: str) -> int:
        """One of `count` outcomes for this call."""
        return self.context.draws.below(count, purpose, *call.subject)

    def uniform(self, call: Call, purpose: str) -> float:
        """A number in [0, 1) for this call."""
        return self.context.draws.uniform(purpose, *call.subject)

    def normal(self, call: Call, purpose: str) -> float:
        """A standard normal number for this call."""
        return self.context.draws.normal(purpose, *call.subject)

    def dns_server(self, call: Call) -> DnsServer:
        """Where the present query of a call goes; each is a connection of its own."""
        node = call.state["node"]
        rule = self.proxies.rule(node, self.dns_address, DNS_PORT, "UDP")
        if rule is None:
            return DnsServer("", f"no answer from {self.dns_address}: there is no rule for it")
        if not rule.backends:
            return DnsServer("", f"refused by {self.dns_address}: no CoreDNS pod is ready")
        purpose = f"dns-server {call.state['query']} {call.state['attempt']}"
        source = self.source(call)
        backend = self.proxies.pick(
            node, rule, self.dns_address, source,
            lambda count: self.draw(call, count, purpose), lambda _: 0,
        )  # fmt: skip
        pod = self.context.api.find("pods", *backend.pod)
        stopped = pod is not None and self._is_stopped(source, backend)
        if stopped:
            return DnsServer("", f"no answer from {backend.pod[1]}: a NetworkPolicy stops it")
        place = f"{backend.pod[1]} on {backend.node}"
        silence = "dead" if pod is None else self.machines.silence(pod, DNS_PORT)
        if silence == "dead" or not self.links.passes(node, backend.node):
            return DnsServer("", f"no answer from {place}")
        return DnsServer("", f"refused by {place}") if silence else DnsServer(backend.node)

    def _is_stopped(self, source: str, server: Backend) -> bool:
        """Whether a NetworkPolicy stops a DNS query."""
        flow = (source, server.address, server.port)
        return any(self.policies.refusal(*flow, way, "UDP") for way in ("Egress", "Ingress"))

    def pod_at(self, address: str, port: int | None = None) -> Object | None:
        """The pod that has an address and has not ended.

        Pods in the host's network share an address: the one that listens on `port` is meant.
        """
        found = self.context.api.store.select("pods", "address", address)
        pods = [pod for pod in found if not _ended(pod)]
        if len(pods) > 1 or (pods and pods[0]["spec"].get("hostNetwork")):
            pods = [pod for pod in pods if self._declares(pod, port)]
        return next(iter(pods), None)

    def _declares(self, pod: Object, port: int | None) -> bool:
        """Whether a program of a pod in the host's network is known to listen on a port."""
        apps = self._apps(pod)
        return any(app.listens is not None and port in app.listens for app in apps)

    def node_of(self, address: str) -> str:
        """The node that has an address or whose range holds it; "" when none does."""
        found = ipaddress.ip_address(address)
        for node in self.context.api.list("nodes"):
            cidr = get_path(node, "spec", "podCIDR")
            if node_address(node) == address or (cidr and found in ipaddress.ip_network(cidr)):
                return str(node["metadata"]["name"])
        return ""

    def is_node_address(self, node: str, address: str) -> bool:
        """Whether an address is that of the node itself."""
        return node_address(self.context.api.find("nodes", None, node)) == address

    def lost_program(self, call: Call) -> str:
        """Why the program that works on a call cannot answer: "dead", "ended", or ""."""
        if not self.machines.alive(call.state["server"]):
            return "dead"
        pod = self.context.api.find("pods", *call.state["pod"])
        if pod is None or program_of(pod) != call.state["program"]:
            return "ended"
        return "ended" if self.machines.silence(pod, call.state["port"]) else ""

    def app_of(self, pod: Object, port: int) -> AppBehaviour:
        """The behaviour of the program that listens on a port of a pod."""
        apps = self._apps(pod)
        heard = (app for app in apps if app.listens is not None and port in app.listens)
        return next(heard, apps[0])

    def _apps(self, pod: Object) -> list[AppBehaviour]:
        inits = len(pod["spec"].get("initContainers") or ())
        count = len(pod["spec"]["containers"])
        return [self.machines.behaviour(pod, inits + index) for index in range(count)]


def _ended(pod: Object) -> bool:
    return pod["status"].get("phase") in ("Succeeded", "Failed")
