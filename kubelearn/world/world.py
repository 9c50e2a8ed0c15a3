"""World: a whole cluster, and what one can do with it and ask about it.

It wires the parts; how it goes through time is told in `timeline.py`.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kubelearn.api.bootstrap import bootstrap
from kubelearn.api.deletion import PROPAGATION
from kubelearn.api.errors import APIError
from kubelearn.api.manifest import load
from kubelearn.api.objects import Object
from kubelearn.network.rule_tables import rules_text
from kubelearn.runtime.explain import Explanation, amount
from kubelearn.scheduler import configure
from kubelearn.sim.arguments import checked, no_such
from kubelearn.sim.clock import SECOND
from kubelearn.sim.duration import format_duration, parse_duration
from kubelearn.traffic.call import Call, headers_of, method_of
from kubelearn.world import redirects
from kubelearn.world.answer import Answer
from kubelearn.world.boot import BOOT_TIME, boot
from kubelearn.world.call_reasons import explain_call
from kubelearn.world.explain import as_it_was, explain
from kubelearn.world.export import exported
from kubelearn.world.faults import Faults, Repairs
from kubelearn.world.load import Load, rate_of
from kubelearn.world.maintenance import Maintenance, grace_of
from kubelearn.world.mistakes import place_of
from kubelearn.world.parts import Settings, build_parts
from kubelearn.world.references import Reference, parse_reference

Plugins = Mapping[str, Any]
"""Name of a scheduler plugin → its class; the scheduler says what is wrong with another."""


class World(Maintenance):
    """A whole cluster: a control plane, its nodes, and time."""

    @checked
    def __init__(
        self,
        nodes: int = 3,
        zones: int = 3,
        seed: int = 0,
        *,
        node: Mapping[str, Any] | None = None,
        history: str = "all",
        scheduler: str | Path | Mapping[str, Any] | None = None,
        scheduler_plugins: Plugins | None = None,
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
        nodes, moment = len(self.api.list("nodes")), format_duration(self.clock.now)
        return (
            f"<{type(self).__name__} at {moment}: {amount(nodes, 'node')}, "
            f"{amount(len(pods), 'pod')}, {running} of them Running>"
        )

    # Commands

    @checked
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

    @checked
    def delete(
        self, reference: str | Object, namespace: str = "default", *,
        grace: int | None = None, propagation: str | None = None,
    ) -> Answer:  # fmt: skip
        """Delete an object: `delete("pod/web-0")`; `grace` is in seconds.

        `propagation` is "Background", "Foreground" or "Orphan".
        """
        if propagation is not None and propagation not in PROPAGATION:
            raise ValueError(no_such("propagation", propagation, PROPAGATION))
        options: dict[str, Any] = {"grace": grace_of(grace), "propagation": propagation}
        given = {name: value for name, value in options.items() if value is not None}
        return Answer(self.command("delete", reference, namespace=namespace, **given))

    @checked
    def scale(self, reference: str, replicas: int, namespace: str = "default") -> Answer:
        """Ask for another number of replicas: `scale("deployment/web", 5)`."""
        return Answer(self.command("scale", reference, replicas, namespace=namespace))

    @checked
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

    @checked
    def rollout(
        self, verb: str, reference: str, namespace: str = "default", revision: int = 0
    ) -> Answer:
        """`kubectl rollout VERB`: "undo" (to a `revision`), "pause", "resume" or "restart"."""
        options = {"namespace": namespace, "revision": revision}
        return Answer(self.command("rollout", verb, reference, **options))

    @checked
    def install(self, name: str) -> Answer:
        """Add something that a cluster does not come with, such as "gateway-api"."""
        return Answer(self.command("install", name))

    @checked
    def request(
        self, url: str, *, client: str = "internet", method: str = "GET",
        headers: Mapping[str, str] | None = None, namespace: str = "default",
        follow: bool = False, resolve: Mapping[str, str] | None = None,
        cacert: str | None = None, insecure: bool = False,
    ) -> Any:  # fmt: skip
        """Send one request and let time pass until it is answered; returns the finished Call.

        `client` is "internet", "node/NAME" or "pod/NAME"; `follow` goes where redirects lead;
        `resolve` has an address or a node for a "host:port". Over https `cacert` (PEM) are the
        trusted authorities, the public one without; or `insecure`.
        """
        options: dict[str, Any] = {"client": client, "namespace": namespace}
        options |= {"method": method_of(method), "headers": headers_of(headers)}
        options |= {"resolve": {} if resolve is None else copy.copy(resolve)}
        options |= {"cacert": cacert} if cacert else {}
        options |= {"insecure": insecure} if insecure else {}
        return redirects.follow(self.ask, url, options) if follow else self.ask(url, **options)

    def ask(self, url: str, *, timeout: int = 10 * SECOND, **options: Any) -> Call:
        """`request()` of a client that waits for so many nanoseconds at most."""
        with self.lock:
            number = self.command("request", url, timeout=timeout, **options)
            limit = timeout + 50 * SECOND
            self._run_until(lambda world: world.parts["requests"].finished(number), limit)
            finished: Call = self.parts["requests"].take(number)
            return finished

    @checked
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
        options: dict[str, Any] = {"client": client, "namespace": namespace}
        options |= {"method": method_of(method)}
        options |= {"headers": headers_of(headers)} if headers else {}
        options |= {"engine": engine, "keep_alive": keep_alive}
        times = {"think": think, "duration": duration, "timeout": timeout}
        options |= {name: parse_duration(given) for name, given in times.items()}
        return Load(self, self.command("load", url, rate=rate_of(rate), users=users, **options))

    @property
    def fail(self) -> Faults:
        """What can break: `fail.node("worker-2")`, `fail.zone(...)`, `fail.pod(...)`."""
        return Faults(self)

    @property
    def heal(self) -> Repairs:
        """What can be repaired: `heal.node("worker-2")`, `heal.zone(...)`, `heal.link(...)`."""
        return Repairs(self)

    # Reading

    @checked
    def reference(self, reference: str | Object, namespace: str = "default") -> Reference:
        """The object that "kind/name" means."""
        return parse_reference(self.api.kinds, reference, namespace)

    @checked
    def object(self, reference: str | Object, namespace: str = "default") -> Object:
        """The object as the API returns it; NotFound when there is none."""
        kind, place, name = self.reference(reference, namespace)
        return self.api.get(kind.resource, place, name)

    @checked
    def export(self, namespace: str | None = None) -> Answer:
        """What people wrote into the cluster (or a namespace), as YAML that a real cluster takes.

        What the cluster added is left out, and so is what controllers have made.
        """
        return Answer(exported(self, namespace))

    @checked
    def why(self, reference: str | Object | Call, namespace: str = "default") -> Explanation:
        """Why an object is as it is, from what the parts that decided have recorded.

        Of a finished call (`c.why(c.request(...))`): what became of it at which hop.
        """
        if isinstance(reference, Call):
            return explain_call(reference)
        return explain(self, self.reference(reference, namespace))

    @checked
    def rules(self, reference: str, node: str, namespace: str = "default") -> Answer:
        """The rules of a node's kube-proxy for a Service: iptables-save, ipvsadm or nft.

        `rules("service/web", "worker-1")`; NotFound for no such Service or node.
        """
        kind, place, name = self.reference(reference, namespace)
        if kind.resource != "services":
            raise ValueError(f"a {kind.kind} has no rules: name a Service, as service/NAME")
        parts = as_it_was(self).parts
        requests, proxies = parts["requests"], parts["kube-proxy"]
        return Answer(
            rules_text(proxies, node, place, name, lambda found: requests.open_to(node, found))
        )

    @property
    def scheduler_configuration(self) -> Object:
        """The scheduler's KubeSchedulerConfiguration with all defaults; a copy."""
        return copy.deepcopy(self.parts["scheduler"].configuration.document)

    def fingerprint(self) -> str:
        """SHA-256 of the whole write log: equal runs, equal hash."""
        return self.api.store.fingerprint()
