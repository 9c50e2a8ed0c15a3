"""The requests on their way: each hop at its own time on the clock."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import ClassVar, NamedTuple

from kubelearn.api.app import AppBehaviour
from kubelearn.api.objects import Object, get_path
from kubelearn.network.clients import CLUSTER_DNS, Clients, Machines, node_address
from kubelearn.network.dns import Dns
from kubelearn.network.hops import HOPS
from kubelearn.network.kube_proxy import KubeProxies
from kubelearn.network.links import Links
from kubelearn.network.serving import program_of
from kubelearn.network.verdict import NO_ANSWER, Verdict
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND
from kubelearn.traffic.call import Call, Target

DNS_PORT = 53
METHODS = {"grpc": "POST", "tcp": ""}
"""How a program calls another by scheme; GET for the others."""


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
    state: ClassVar[tuple[str, ...]] = ("calls",)
    wires: ClassVar[dict[str, str]] = {
        "machines": "kubelets",
        "proxies": "kube-proxy",
        "dns": "dns",
        "links": "links",
    }
    dns_address = CLUSTER_DNS
    machines: Machines
    proxies: KubeProxies
    dns: Dns
    links: Links

    def __init__(self, context: Context) -> None:
        self.context = context
        self.calls = Calls()
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
    ) -> int:
        """Start a call; returns its number."""
        origin = self.clients.origin(client, namespace)
        target = Target.of(url)
        self._count += 1
        call = Call(
            self._count,
            url,
            method,
            client,
            self.context.clock.now,
            target,
            dict(headers or {}),
            timeout,
            parent=parent,
            state=origin,
        )
        self.calls[call.number] = call
        self.context.clock.after(0, self.enter, call.number, "resolver")
        return call.number

    def enter(self, number: int, hop: str) -> None:
        """Let a hop act on a call."""
        call = self.calls.get(number)
        if call is None or call.finished is not None:
            return
        verdict = HOPS[hop](self, call)
        if self.context.clock.now + verdict.delay > call.deadline:
            # The client does not wait for it, whatever it would be.
            verdict = Verdict(self.left(call), error=verdict.error or NO_ANSWER)
        if verdict.ends:
            self.context.clock.after(
                verdict.delay, self.leave, number, verdict.status, verdict.error
            )
        elif verdict.onward in HOPS:
            self.context.clock.after(verdict.delay, self.enter, number, verdict.onward)

    def leave(self, number: int, status: int, error: str) -> None:
        """The answer, or the failure, is back at the client."""
        call = self.calls[number]
        now = self.context.clock.now
        if not self.clients.waits(call.state):
            status, error = 0, f"{call.client} itself is gone"
        call.status, call.error, call.finished = status, error, now
        call.saw(now, "client", call.client, f"got {status}" if status else error)
        if call.parent is not None:
            self._back_at_parent(self.calls.pop(number), call.parent)

    def _back_at_parent(self, child: Call, number: int) -> None:
        parent = self.calls[number]
        parent.include(child)
        if not child.ok:
            parent.found(calls=(), answer=503 if child.error else 500)
        self.enter(number, "calls")

    def ask(self, call: Call) -> bool:
        """Send the next call of a program; False when there is none left."""
        if not call.state["calls"]:
            return False
        url, *rest = call.state["calls"]
        call.found(calls=tuple(rest))
        namespace, name = call.state["pod"]
        try:
            scheme = Target.of(url).scheme
        except ValueError as error:
            call.saw(self.context.clock.now, "pod", name, f"cannot call: {error}")
            call.found(calls=(), answer=503)
            return False
        call.saw(self.context.clock.now, "pod", name, f"asks {url}")
        self.send(
            url,
            client=f"pod/{name}",
            method=METHODS.get(scheme, "GET"),
            namespace=namespace,
            timeout=self.left(call),
            parent=call.number,
        )
        return True

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

    def left(self, call: Call) -> int:
        """Nanoseconds until the client gives up."""
        return max(0, call.deadline - self.context.clock.now)

    def draw(self, call: Call, count: int, purpose: str) -> int:
        """One of `count` outcomes for this call."""
        return self.context.draws.below(count, purpose, "call", call.number)

    def uniform(self, call: Call, purpose: str) -> float:
        """A number in [0, 1) for this call."""
        return self.context.draws.uniform(purpose, "call", call.number)

    def normal(self, call: Call, purpose: str) -> float:
        """A standard normal number for this call."""
        return self.context.draws.normal(purpose, "call", call.number)

    def dns_server(self, call: Call) -> DnsServer:
        """Where the present query of a call goes; each is a connection of its own."""
        node = call.state["node"]
        rule = self.proxies.rule(node, self.dns_address, DNS_PORT, "UDP")
        if rule is None:
            return DnsServer("", f"no answer from {self.dns_address}: there is no rule for it")
        if not rule.backends:
            return DnsServer("", f"refused by {self.dns_address}: no CoreDNS pod is ready")
        purpose = f"dns-server {call.state['query']} {call.state['attempt']}"
        backend = rule.backends[self.draw(call, len(rule.backends), purpose)]
        pod = self.context.api.find("pods", *backend.pod)
        place = f"{backend.pod[1]} on {backend.node}"
        silence = "dead" if pod is None else self.machines.silence(pod, DNS_PORT)
        if silence == "dead" or not self.links.passes(node, backend.node):
            return DnsServer("", f"no answer from {place}")
        return DnsServer("", f"refused by {place}") if silence else DnsServer(backend.node)

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
