"""World: a whole cluster, and what one can do with it and ask about it.

It wires the parts; how it goes through time is told in `timeline.py`.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kubelearn.api.bootstrap import bootstrap
from kubelearn.api.errors import APIError
from kubelearn.api.manifest import load
from kubelearn.api.objects import Object
from kubelearn.network.rule_tables import rules_text
from kubelearn.runtime.explain import Explanation
from kubelearn.scheduler import configure
from kubelearn.sim.clock import SECOND
from kubelearn.sim.duration import format_duration, parse_duration
from kubelearn.traffic.call import Call, headers_of
from kubelearn.world import redirects
from kubelearn.world.answer import Answer
from kubelearn.world.boot import BOOT_TIME, boot
from kubelearn.world.call_reasons import explain_call
from kubelearn.world.explain import as_it_was, explain
from kubelearn.world.export import exported
from kubelearn.world.faults import Faults, Repairs
from kubelearn.world.load import Load
from kubelearn.world.maintenance import Maintenance
from kubelearn.world.mistakes import place_of
from kubelearn.world.parts import Settings, build_parts
from kubelearn.world.references import Reference, parse_reference


class World(Maintenance):
    """A whole cluster: a control plane, its nodes, and time."""

    def __init__(
        self,
        nodes: int = 3,
        zones: int = 3,
        seed: int = 0,
        *,
        node: Mapping[str, Any] | None = None,
        history: str = "all",
        scheduler: str | Path | Mapping[str, Any] | None = None,
        scheduler_plugins: Mapping[str, Any] | None = None,
    ) -> None:
        configuration = configure(scheduler, scheduler_plugins)
        settings = Settings(nodes, zones, seed, dict(node or {}), history, configuration)
        super().__init__(settings, -BOOT_TIME)
        self.parts = build_parts(self.context, self.settings)
        bootstrap(self.api)
        boot(self)
        self._checkpoint()

    def __repr__(self) -> str:
        pods = self.api.list("pods")
        running = sum(pod["status"].get("phase") == "Running" for pod in pods)
        nodes = len(self.api.list("nodes"))
        return (
            f"<{type(self).__name__} at {format_duration(self.clock.now)}: {nodes} nodes, "
            f"{len(pods)} pods, {running} of them Running>"
        )

    # Commands

    def apply(self, source: Any, namespace: str = "default") -> Answer:
        """Create or change objects from a path, YAML text, a dict or a list; answers like kubectl.

        All objects are taken or none.
        """
        manifests = load(source)
        try:
            objects = [manifest.object for manifest in manifests]
            return Answer(self.command("apply", objects, namespace=namespace))
        except APIError as error:
            place = place_of(error, manifests)
            if place:
                error.add_note(place)
            raise

    def delete(self, reference: str | Object, namespace: str = "default", **options: Any) -> Answer:
        """Delete an object: `delete("pod/web-0")`; options `grace` (seconds), `propagation`."""
        return Answer(self.command("delete", reference, namespace=namespace, **options))

    def scale(self, reference: str, replicas: int, namespace: str = "default") -> Answer:
        """Ask for another number of replicas: `scale("deployment/web", 5)`."""
        return Answer(self.command("scale", reference, replicas, namespace=namespace))

    def patch(
        self,
        reference: str,
        patch: Any,
        namespace: str = "default",
        style: str = "strategic",
        *,
        subresource: str = "",
    ) -> Answer:
        """Change an object by a "strategic", "merge" or "json" patch.

        `subresource="resize"` changes the resources of a running pod's containers.
        """
        options = {"namespace": namespace, "style": style, "subresource": subresource}
        return Answer(self.command("patch", reference, patch, **options))

    def rollout(
        self, verb: str, reference: str, namespace: str = "default", revision: int = 0
    ) -> Answer:
        """`kubectl rollout VERB`: "undo" (to a `revision`), "pause", "resume" or "restart"."""
        options = {"namespace": namespace, "revision": revision}
        return Answer(self.command("rollout", verb, reference, **options))

    def install(self, name: str) -> Answer:
        """Add something that a cluster does not come with, such as "gateway-api"."""
        return Answer(self.command("install", name))

    def request(
        self, url: str, *, client: str = "internet", method: str = "GET",
        headers: Mapping[str, str] | None = None, namespace: str = "default",
        follow: bool = False, resolve: Mapping[str, str] | None = None, **tls: Any,
    ) -> Any:  # fmt: skip
        """Send one request and let time pass until it is answered; returns the finished Call.

        `client` is "internet", "node/NAME" or "pod/NAME"; `follow` goes where redirects lead;
        `resolve` has an address or a node for a "host:port". Over https `cacert` (PEM) are the
        trusted authorities, the public one without; or `insecure`.
        """
        options = {"client": client, "method": method, "namespace": namespace, **tls,
                   "headers": headers_of(headers), "resolve": copy.copy(resolve or {})}  # fmt: skip
        return redirects.follow(self.ask, url, options) if follow else self.ask(url, **options)

    def ask(self, url: str, *, timeout: int = 10 * SECOND, **options: Any) -> Call:
        """`request()` of a client that waits for so many nanoseconds at most."""
        with self.lock:
            number = self.command("request", url, timeout=timeout, **options)
            limit = timeout + 50 * SECOND
            self._run_until(lambda world: world.parts["requests"].finished(number), limit)
            finished: Call = self.parts["requests"].take(number)
            return finished

    def load(
        self,
        url: str,
        *,
        rate: float | Sequence[tuple[str | float, float]] = 0.0,
        users: int = 0,
        think: str | float = "1s",
        duration: str | float = "60s",
        client: str = "internet",
        namespace: str = "default",
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        timeout: str | float = "10s",
        engine: str = "auto",
        keep_alive: bool = False,
    ) -> Load:
        """Send many requests from now on: `rate` per second, or `users` who wait and think.

        `rate` is a number or steps over time: `[("0s", 50), ("10m", 200), ("20m", 80)]`.

        Nothing happens until time passes: `load = c.load(url, rate=200)`, `c.run("60s")`,
        `load.report()`. `headers` are those of each request. `engine="stepped"` sends every
        request through the hops by itself; `keep_alive=True` lets each user keep its connection.
        """
        options: dict[str, Any] = {"client": client, "namespace": namespace, "method": method}
        options |= {"headers": headers_of(headers)} if headers else {}
        options |= {"engine": engine, "keep_alive": keep_alive}
        times = {"think": think, "duration": duration, "timeout": timeout}
        options |= {name: parse_duration(given) for name, given in times.items()}
        if not isinstance(rate, (int, float)):
            rate = [(parse_duration(after), each) for after, each in rate]
        return Load(self, self.command("load", url, rate=rate, users=users, **options))

    @property
    def fail(self) -> Faults:
        """What can break: `fail.node("worker-2")`, `fail.zone(...)`, `fail.pod(...)`."""
        return Faults(self)

    @property
    def heal(self) -> Repairs:
        """What can be repaired: `heal.node("worker-2")`, `heal.zone(...)`, `heal.link(...)`."""
        return Repairs(self)

    # Reading

    def reference(self, reference: str | Object, namespace: str = "default") -> Reference:
        """The object that "kind/name" means."""
        return parse_reference(self.api.kinds, reference, namespace)

    def object(self, reference: str | Object, namespace: str = "default") -> Object:
        """The object as the API returns it; NotFound when there is none."""
        kind, place, name = self.reference(reference, namespace)
        return self.api.get(kind.resource, place, name)

    def export(self, namespace: str | None = None) -> Answer:
        """What people wrote into the cluster (or a namespace), as YAML that a real cluster takes.

        What the cluster added is left out, and so is what controllers have made.
        """
        return Answer(exported(self, namespace))

    def why(self, reference: str | Object | Call, namespace: str = "default") -> Explanation:
        """Why an object is as it is, from what the parts that decided have recorded.

        Of a finished call (`c.why(c.request(...))`): what became of it at which hop.
        """
        if isinstance(reference, Call):
            return explain_call(reference)
        return explain(self, self.reference(reference, namespace))

    def rules(self, reference: str, node: str, namespace: str = "default") -> str:
        """The rules of a node's kube-proxy for a Service: iptables-save, ipvsadm or nft.

        `rules("service/web", "worker-1")`; NotFound for no such Service or node.
        """
        _, place, name = self.reference(reference, namespace)
        parts = as_it_was(self).parts
        requests, proxies = parts["requests"], parts["kube-proxy"]
        return rules_text(
            proxies, node, place, name, lambda backend: requests.open_to(node, backend)
        )

    @property
    def scheduler_configuration(self) -> Object:
        """The scheduler's KubeSchedulerConfiguration with all defaults; a copy."""
        return copy.deepcopy(self.parts["scheduler"].configuration.document)

    def fingerprint(self) -> str:
        """SHA-256 of the whole write log: equal runs, equal hash."""
        return self.api.store.fingerprint()
