"""World: wires the parts, takes commands, forks, rewinds and looks back.

A command is what comes from outside. It is written into the journal with its exact place in the
history, so a world can be played again from any checkpoint; everything else follows from the
clock and the addressed draws.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from kubelearn.api.bootstrap import bootstrap
from kubelearn.api.errors import APIError
from kubelearn.api.manifest import load
from kubelearn.api.objects import Object
from kubelearn.api.server import APIServer
from kubelearn.network.rule_tables import rules_text
from kubelearn.runtime.decisions import Decisions
from kubelearn.runtime.explain import Explanation
from kubelearn.runtime.part import Context, fork_part, wire
from kubelearn.runtime.recorder import Recorder
from kubelearn.scheduler import configure
from kubelearn.sim.clock import SECOND, Clock, Event
from kubelearn.sim.draws import Draws
from kubelearn.sim.duration import format_duration, parse_duration
from kubelearn.sim.fair_lock import FairLock
from kubelearn.sim.interrupts import between_events
from kubelearn.sim.journal import Command, Journal
from kubelearn.traffic.call import Call
from kubelearn.world import redirects
from kubelearn.world.answer import Answer
from kubelearn.world.boot import BOOT_TIME, boot
from kubelearn.world.call_reasons import explain_call
from kubelearn.world.commands import COMMANDS
from kubelearn.world.explain import as_it_was, explain
from kubelearn.world.export import exported
from kubelearn.world.faults import Faults, Repairs
from kubelearn.world.load import Load
from kubelearn.world.maintenance import Maintenance
from kubelearn.world.mistakes import place_of
from kubelearn.world.parts import Settings, build_parts
from kubelearn.world.references import Reference, parse_reference

SLICE = 10 * SECOND
CHECKPOINT_EVENTS = 20_000
"""Events between two checkpoints: what a rewind replays at most, a fraction of a second."""


class ReadOnly(RuntimeError):
    """A command was given to a cluster of the past."""


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
        self.settings = Settings(nodes, zones, seed, dict(node or {}), history, configuration)
        self.lock = FairLock()
        self.read_only = False
        self.journal: Journal[World] = Journal()
        self._depth = 0
        clock, draws = Clock(-BOOT_TIME), Draws(seed)
        api = APIServer(clock, draws, history=history)
        self._adopt(Context(clock, draws, api, Recorder(), Decisions()))
        self.context.recorder.context = self.context
        self.parts = build_parts(self.context, self.settings)
        bootstrap(api)
        boot(self)
        self._checkpoint()

    def _adopt(self, context: Context) -> None:
        self.context = context
        self.clock, self.draws, self.api = context.clock, context.draws, context.api
        self.clock.gate = self.lock

    def __repr__(self) -> str:
        pods = self.api.list("pods")
        running = sum(pod["status"].get("phase") == "Running" for pod in pods)
        nodes = len(self.api.list("nodes"))
        return (
            f"<{type(self).__name__} at {format_duration(self.clock.now)}: {nodes} nodes, "
            f"{len(pods)} pods, {running} of them Running>"
        )

    # Time

    @property
    def time(self) -> float:
        """Seconds since the learner's time zero."""
        return self.clock.now / SECOND

    def run(
        self,
        duration: str | float | None = None,
        *,
        until: Callable[[Self], Any] | None = None,
        limit: str | float = "1h",
        progress: Callable[[int, int], object] | None = None,
    ) -> Self:
        """Let simulated time pass: `run("60s")`, or `run(until=lambda c: ...)`.

        With `until` the clock stops after the first event that makes it true; TimeoutError when
        that has not happened after `limit` (or `duration`). Ctrl-C stops it between two events, and
        it can go on. `progress` is told how many of how many ns of a duration have passed.
        """
        with self.lock, between_events(self.clock):
            self._writable()
            if until is None:
                self._run_to(self.clock.now + parse_duration(_given(duration)), progress)
            else:
                self._run_until(until, parse_duration(limit if duration is None else duration))
        return self

    def _run_to(self, end: int, progress: Callable[[int, int], object] | None = None) -> None:
        begin = self.clock.now
        if end < begin:
            raise ValueError("time only runs forward: use rewind() to go back")
        # In slices, so that a long run leaves checkpoints to rewind to and tells how far it is.
        while self.clock.now < end:
            self.clock.run(min(end, self.clock.now + SLICE))
            self._checkpoint_if_due()
            if progress is not None:
                progress(self.clock.now - begin, end - begin)
        self.clock.run(end)

    def _run_until(self, until: Callable[[Self], Any], limit: int) -> None:
        end = self.clock.now + limit
        while not until(self):
            following = self.clock.peek()
            if following is None or following.time > end:
                self.clock.run(end)
                raise TimeoutError(f"that did not happen within {format_duration(limit)}")
            self.clock.step()
            self._checkpoint_if_due()
            self.lock.give_way()

    def step(self) -> Event | None:
        """Run the next event only; returns it."""
        with self.lock:
            self._writable()
            return self.clock.step()

    # Commands

    def command(self, name: str, *args: Any, **options: Any) -> Any:
        """Give the command of this name (see `COMMANDS`) and write it into the journal.

        All its writes happen or none: an error leaves the cluster as it was.
        """
        with self.lock:
            self._writable()
            place = Command(self.clock.now, self.clock.executed, name, args, _sorted(options))
            if self._depth == 0:
                self._checkpoint_if_due()
            self._depth += 1
            try:
                with self.api.transaction():
                    answer = COMMANDS[name](self, *args, **options)
                self.clock.notify()
            finally:
                self._depth -= 1
            if self._depth == 0:
                self.journal.record(place)
            return answer

    def _writable(self) -> None:
        if self.read_only:
            moment = format_duration(self.clock.now)
            raise ReadOnly(
                f"this is the cluster as it was at {moment}, for reading only: "
                f'use rewind("{moment}") or fork() to go on from there'
            )

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
                   "headers": dict(headers or {}), "resolve": copy.copy(resolve or {})}  # fmt: skip
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
        timeout: str | float = "10s",
        engine: str = "auto",
        keep_alive: bool = False,
    ) -> Load:
        """Send many requests from now on: `rate` per second, or `users` who wait and think.

        `rate` is a number or steps over time: `[("0s", 50), ("10m", 200), ("20m", 80)]`.

        Nothing happens until time passes: `load = c.load(url, rate=200)`, `c.run("60s")`,
        `load.report()`. `engine="stepped"` sends every request through the hops by itself;
        `keep_alive=True` lets each user keep its connection.
        """
        options: dict[str, Any] = {"client": client, "namespace": namespace, "method": method}
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

    # Other worlds

    def fork(self) -> Self:
        """A second world with the same past and, until somebody does something, the same future."""
        with self.lock:
            twin = self._copied()
            twin.journal = self.journal.fork()
            return twin

    def _copied(self) -> Self:
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__)
        twin.lock = FairLock()
        clock = self.clock.fork()
        api = self.api.fork(clock)
        clock.register(api.store)
        context = Context(clock, self.draws, api, Recorder(), self.context.decisions.fork())
        twin.parts = {name: fork_part(part, context) for name, part in self.parts.items()}
        context.recorder = twin.parts["events"]
        for part in twin.parts.values():
            clock.register(part)
            wire(part, twin.parts)
        clock.take_over(self.clock)
        twin._adopt(context)
        return twin

    def _checkpoint(self) -> None:
        if self.settings.history == "none":
            return  # nobody can go back, so nothing is kept alive for it
        kept = self._copied()
        kept.journal = Journal()
        self.journal.checkpoint(self.clock.now, kept)

    def _checkpoint_if_due(self) -> None:
        if not self.journal.checkpoints:
            return
        last = self.journal.checkpoints[-1].world
        if self.clock.executed - last.clock.executed >= CHECKPOINT_EVENTS:
            self._checkpoint()

    def rewind(self, to: str | float) -> Self:
        """Go back to a moment, counted from time zero, and go on from there.

        Nearest checkpoint before it, then the commands and events up to it once more. "-30s"
        counts back from now.
        """
        with self.lock:
            self._writable()
            time = self._moment(to)
            point = self.journal.nearest(time)
            twin = point.world._copied()
            twin._replay(self.journal.commands[point.commands :], time)
            self.journal.cut(time)
            self.parts = twin.parts
            self._adopt(twin.context)
        return self

    def _moment(self, to: str | float) -> int:
        given = parse_duration(to)
        time = self.clock.now + given if given < 0 else given
        if not 0 <= time <= self.clock.now:
            now = format_duration(self.clock.now)
            raise ValueError(f"{to!r} is not in the past of this cluster: choose 0s to {now}")
        return time

    def _replay(self, commands: list[Command], time: int) -> None:
        self._depth = 1  # nothing that is played again is written down again
        for command in commands:
            if command.time > time:
                break
            while self.clock.executed < command.executed:
                self.clock.step()
            self.clock.now = command.time
            self.command(command.name, *command.args, **dict(command.options))
        self.clock.run(time)

    def at(self, time: str | float) -> Self:
        """The cluster as it was at a moment, for reading."""
        with self.lock:
            moment = self._moment(time)
            past = object.__new__(type(self))
            past.__dict__.update(self.__dict__)
            clock = Clock(moment)
            api = self.api.at(moment, clock)
            decisions = self.context.decisions.until(moment)
            past._adopt(Context(clock, self.draws, api, self.context.recorder, decisions))
            past.parts = {**self.parts, "disks": self.parts["disks"].until(past.context)}
            past.read_only = True
            past.origin = self  # type: ignore[attr-defined]
            return past


def _sorted(options: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(options.items()))


def _given(duration: str | float | None) -> str | float:
    if duration is None:
        raise TypeError('say how long: run("60s"), or until when: run(until=lambda c: ...)')
    return duration
