"""The requests on their way: each hop at its own time on the clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Protocol

from kubelearn.api.app import AppBehaviour
from kubelearn.api.objects import Object
from kubelearn.network.dns import Dns
from kubelearn.network.hops import DNS_ADDRESS, HOPS, Verdict
from kubelearn.network.kube_proxy import KubeProxies
from kubelearn.network.links import Links
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND
from kubelearn.traffic.call import Call, Target


class Machines(Protocol):
    """What the machines and the programs on them do; the kubelets know."""

    def alive(self, node: str) -> bool:
        """Whether a node's machine runs."""

    def silence(self, pod: Object, port: int | None = None) -> str:
        """Why a pod does not answer on a port: "dead", "refused", or "" when it does."""

    def behaviour(self, pod: Object, index: int) -> AppBehaviour:
        """What the program of a container does."""


class Calls(dict[int, Call]):
    """Calls by number; a fork copies each."""

    def fork(self) -> Calls:
        """A copy whose calls go their own way."""
        return Calls({number: call.fork() for number, call in self.items()})


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
    machines: Machines
    proxies: KubeProxies
    dns: Dns
    links: Links

    def __init__(self, context: Context) -> None:
        self.context = context
        self.calls = Calls()
        self._count = 0

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
        origin = self._origin(client, namespace)
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

    def _origin(self, client: str, namespace: str) -> dict[str, str]:
        """Where a client stands; ValueError for no client, NotFound for one that is not there."""
        word, _, name = client.partition("/")
        if word == "pod":
            pod = self.context.api.get("pods", namespace, name)
            if self.machines.silence(pod) == "dead":
                raise ValueError(f"pod {name} does not run: nothing can be sent from it")
            return {"origin": "pod", "node": pod["spec"]["nodeName"], "namespace": namespace}
        if word == "node":
            self.context.api.get("nodes", None, name)
            if not self.machines.alive(name):
                raise ValueError(f"node {name} is dead: nothing can be sent from it")
            return {"origin": "node", "node": name, "namespace": ""}
        if client == "internet":
            raise ValueError(
                "nothing in this cluster is open to the internet yet (NodePort, LoadBalancer and "
                'Ingress are not modelled so far): send from client="pod/NAME" or "node/NAME"'
            )
        raise ValueError(f'{client!r} is no client: use "pod/NAME" or "node/NAME"')

    def enter(self, number: int, hop: str) -> None:
        """Let a hop act on a call."""
        call = self.calls.get(number)
        if call is None or call.finished is not None:
            return
        verdict = HOPS[hop](self, call)
        now = self.context.clock.now
        if now + verdict.delay > call.sent + call.timeout and not verdict.error:
            verdict = Verdict(self.left(call), error="timed out waiting for the answer")
        if verdict.status or verdict.error:
            self.context.clock.after(
                verdict.delay, self.leave, number, verdict.status, verdict.error
            )
        elif verdict.onward in HOPS:
            self.context.clock.after(verdict.delay, self.enter, number, verdict.onward)

    def leave(self, number: int, status: int, error: str) -> None:
        """The answer, or the failure, is back at the client."""
        call = self.calls[number]
        now = self.context.clock.now
        call.status, call.error, call.finished = status, error, now
        call.saw(now, "client", call.client, f"got {status}" if status else error)
        if call.parent is not None and call.parent in self.calls:
            self.enter(call.parent, "calls")

    def ask(self, call: Call) -> int | None:
        """Send the next call of a program, or say how its own ends; None = still asking."""
        child = self.calls.pop(call.state.get("child", 0), None)
        if child is not None:
            call.trace = (*call.trace, *child.trace)
            if not child.ok:
                return 503 if child.error else 500
        rest = call.state["calls"]
        if not rest:
            return int(call.state["answer"])
        namespace, name = call.state["pod"]
        client = f"pod/{name}"
        number = self.send(rest[0], client=client, namespace=namespace, parent=call.number)
        call.found(calls=rest[1:], child=number)
        return None

    def finished(self, number: int) -> bool:
        """Whether a call has come to its end."""
        return self.calls[number].finished is not None

    def take(self, number: int) -> Call:
        """A finished call, which is forgotten here."""
        return self.calls.pop(number)

    # What hops ask

    def left(self, call: Call) -> int:
        """Nanoseconds until the client gives up."""
        return max(0, call.sent + call.timeout - self.context.clock.now)

    def draw(self, call: Call, count: int, purpose: str) -> int:
        """One of `count` outcomes for this call."""
        return self.context.draws.below(count, purpose, "call", call.number)

    def uniform(self, call: Call, purpose: str) -> float:
        """A number in [0, 1) for this call."""
        return self.context.draws.uniform(purpose, "call", call.number)

    def normal(self, call: Call, purpose: str) -> float:
        """A standard normal number for this call."""
        return self.context.draws.normal(purpose, "call", call.number)

    def reachable_dns(self, call: Call) -> str | None:
        """The node of the CoreDNS pod that answers this client, None when none does."""
        node = call.state["node"]
        rule = self.proxies.rule(node, *DNS_ADDRESS)
        if rule is None or not rule.backends:
            return None
        first = self.draw(call, len(rule.backends), "dns-server")
        # The resolver asks again after a time-out: another endpoint may be drawn then.
        for step in range(len(rule.backends)):
            backend = rule.backends[(first + step) % len(rule.backends)]
            if self.machines.alive(backend.node) and self.links.passes(node, backend.node):
                return backend.node
        return None

    def pod_at(self, address: str) -> Object | None:
        """The pod that has an address and has not ended."""
        found = self.context.api.store.select("pods", "address", address)
        return next((pod for pod in found if not _ended(pod)), None)

    def app_of(self, pod: Object, port: int) -> AppBehaviour:
        """The behaviour of the program that listens on a port of a pod."""
        inits = len(pod["spec"].get("initContainers") or ())
        apps = [self.machines.behaviour(pod, inits + i) for i in range(_containers(pod))]
        for app in apps:
            if app.listens is not None and port in app.listens:
                return app
        return apps[0]


def _containers(pod: Object) -> int:
    return len(pod["spec"]["containers"])


def _ended(pod: Object) -> bool:
    return pod["status"].get("phase") in ("Succeeded", "Failed")
