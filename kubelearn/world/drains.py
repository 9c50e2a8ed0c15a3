"""Drains under way: `kubectl drain` in a terminal of its own, going on as time passes.

It asks for all evictions at once, asks again every five seconds where a budget refuses, and looks
every second whether an evicted pod is gone.
Source: `kubectl/pkg/drain/drain.go`, `kubectl/pkg/cmd/drain/drain.go`, Kubernetes 1.36.

Unlike the real one: pods are asked for in the order of their names, requests take no time, and
`uncordon` ends a drain of that node that still waits, as Ctrl-C in its terminal would.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from kubelearn.api.errors import APIError, NotFound, TooManyRequests
from kubelearn.api.eviction import evict
from kubelearn.api.objects import Object
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND
from kubelearn.sim.duration import format_duration
from kubelearn.world.drain_list import Choice, Options, choose

RETRY = 5 * SECOND
POLL = SECOND


class Going(NamedTuple):
    """A pod that a drain takes from its node."""

    namespace: str
    name: str
    uid: str
    due: int
    """When it is looked at again."""
    asked: bool = False
    """Its eviction was accepted; now it has to be gone."""
    refused: str = ""
    """What its budget said last."""


class Drain(NamedTuple):
    """One `kubectl drain`."""

    node: str
    options: Options
    begun: int
    going: tuple[Going, ...]
    lines: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    """What went wrong with single pods."""
    over: bool = False

    def said(self, *lines: str) -> Drain:
        """The drain after it has printed something."""
        return self._replace(lines=(*self.lines, *lines))

    @property
    def deadline(self) -> int | None:
        """When `--timeout` ends it; None = never."""
        return self.begun + self.options.timeout if self.options.timeout else None


class Drains:
    """All drains that were begun, by number."""

    name = "drains"
    state: ClassVar[tuple[str, ...]] = ("drains",)
    explains: ClassVar[tuple[str, ...]] = ("nodes", "pods")

    def __init__(self, context: Context) -> None:
        self.context = context
        self.drains: dict[int, Drain] = {}

    def begin(self, node: str, options: Options, lines: tuple[str, ...]) -> int:
        """Start to drain a node that was cordoned with these `lines`; returns its number."""
        number = len(self.drains) + 1
        choice = choose(self.context.api, node, options)
        now = self.context.clock.now
        drain = Drain(node, options, now, (), lines)
        if choice.errors:
            self.drains[number] = _given_up(drain, choice.errors)
            return number
        if choice.warnings:
            drain = drain.said(f"Warning: {choice.warnings}")
        self.drains[number] = drain._replace(going=_listed(choice, now))
        self.go_on(number)
        return number

    def finished(self, number: int) -> bool:
        """Whether a drain has ended, well or not."""
        return self.drains[number].over

    def lines(self, number: int) -> tuple[str, ...]:
        """All that a drain has printed so far."""
        return self.drains[number].lines

    def stop(self, node: str) -> None:
        """Ctrl-C: the drains of a node ask for nothing more."""
        for number, drain in self.drains.items():
            if drain.node == node and not drain.over:
                self.drains[number] = drain._replace(going=(), over=True)

    def go_on(self, number: int) -> None:
        """Do what is due in a drain, and come again when the next thing is."""
        drain = self.drains[number]
        if drain.over:
            return
        now = self.context.clock.now
        left: list[Going] = []
        for pod in drain.going:
            if pod.due > now:
                left.append(pod)
                continue
            drain, kept = self._wait(drain, pod) if pod.asked else self._ask(drain, pod)
            if kept is not None:
                left.append(kept)
        drain = drain._replace(going=tuple(left))
        if not left:
            drain = self._ended(drain)
        self.drains[number] = drain
        if left:
            self.context.clock.at(min(pod.due for pod in left), self.go_on, number)

    def _ask(self, drain: Drain, pod: Going) -> tuple[Drain, Going | None]:
        """Ask for an eviction, or delete when the flags say so."""
        now, verb = self.context.clock.now, "deleting" if _deletes(drain) else "evicting"
        if verb == "evicting":
            drain = drain.said(f"evicting pod {pod.namespace}/{pod.name}")
        if drain.deadline is not None and now >= drain.deadline:
            limit = f"global timeout reached: {_go_duration(drain.options.timeout)}"
            return _failed(drain, f"error when evicting {_place(pod)}: {limit}"), None
        try:
            self._remove(drain, pod)
        except NotFound:
            return drain, None
        except TooManyRequests as error:
            text = f"error when evicting {_place(pod)} (will retry after 5s): {error}"
            causes = (error.details or {}).get("causes") or [{"message": str(error)}]
            refused = causes[0]["message"]
            return drain.said(text), pod._replace(due=now + RETRY, refused=refused)
        except APIError as error:
            return _failed(drain, f"error when {verb} {_place(pod)}: {error}"), None
        return self._wait(drain, pod._replace(asked=True, refused=""))

    def _remove(self, drain: Drain, pod: Going) -> None:
        grace = drain.options.grace if drain.options.grace >= 0 else None
        place = (pod.namespace, pod.name)
        # All its writes or none: an eviction that is refused leaves nothing behind.
        with self.context.api.transaction():
            if _deletes(drain):
                self.context.api.delete("pods", *place, grace=grace)
            else:
                evict(self.context.api, *place, grace=grace)

    def _wait(self, drain: Drain, pod: Going) -> tuple[Drain, Going | None]:
        """Look whether a pod is gone."""
        now = self.context.clock.now
        found = self.context.api.find("pods", pod.namespace, pod.name)
        if found is None or found["metadata"]["uid"] != pod.uid:
            done = "deleted" if _deletes(drain) else "evicted"
            return drain.said(f"pod/{pod.name} {done}"), None
        if drain.deadline is not None and now >= drain.deadline:
            text = f'error when waiting for pod "{pod.name}" in namespace "{pod.namespace}" '
            limit = f"global timeout reached: {_go_duration(drain.options.timeout)}"
            return _failed(drain, f"{text}to terminate: {limit}"), None
        return drain, pod._replace(due=now + POLL)

    def _ended(self, drain: Drain) -> Drain:
        if not drain.errors:
            return drain.said(f"node/{drain.node} drained")._replace(over=True)
        pending = choose(self.context.api, drain.node, drain.options).pods
        if pending:
            text = f'There are pending pods in node "{drain.node}" when an error occurred: '
            drain = drain.said(text + _aggregate(drain.errors))
            drain = drain.said(*(f"pod/{pod['metadata']['name']}" for pod in pending))
        return _given_up(drain, drain.errors)

    # Why

    def explain(self, resource: str, obj: Object) -> list[Reason]:
        """What a drain under way wants of a node or a pod, and what stops it."""
        found = [drain for drain in self.drains.values() if not drain.over]
        if resource == "nodes":
            name = obj["metadata"]["name"]
            return [_node_reason(drain) for drain in found if drain.node == name]
        uid = obj["metadata"]["uid"]
        return [
            Reason(f"kubectl drain {drain.node}", _pod_text(pod), drain.begun)
            for drain in found
            for pod in drain.going
            if pod.uid == uid
        ]


def _deletes(drain: Drain) -> bool:
    return drain.options.disable_eviction


def _listed(choice: Choice, now: int) -> tuple[Going, ...]:
    places = ((pod["metadata"], now) for pod in choice.pods)
    return tuple(Going(m["namespace"], m["name"], m["uid"], due) for m, due in places)


def _place(pod: Going) -> str:
    return f'pods/"{pod.name}" -n "{pod.namespace}"'


def _failed(drain: Drain, error: str) -> Drain:
    return drain._replace(errors=(*drain.errors, error))


def _aggregate(errors: tuple[str, ...]) -> str:
    """Several errors as one text (`apimachinery/pkg/util/errors`)."""
    unique = tuple(dict.fromkeys(errors))
    return unique[0] if len(unique) == 1 else f"[{', '.join(unique)}]"


def _given_up(drain: Drain, errors: tuple[str, ...]) -> Drain:
    text = f'error: unable to drain node "{drain.node}" due to error: {_aggregate(errors)}'
    pending = ("There are pending nodes to be drained:", f" {drain.node}")
    done = drain.said(f"{text}, continuing command...", *pending, *errors)
    return done._replace(going=(), errors=errors, over=True)


def _go_duration(time: int) -> str:
    """A time as Go prints it: 30s, 1m0s, 1h0m0s."""
    minutes, seconds = divmod(time / SECOND, 60)
    hours, minutes = divmod(int(minutes), 60)
    text = f"{seconds:g}s"
    if hours or minutes:
        text = f"{minutes}m{text}"
    return f"{hours}h{text}" if hours else text


def _pod_text(pod: Going) -> str:
    again = format_duration(pod.due)
    if pod.asked:
        return f"has evicted it and waits until it is gone; looks again at {again}"
    return f"may not evict it: {pod.refused}; asks again at {again}"


def _node_reason(drain: Drain) -> Reason:
    rows = tuple(
        {"pod": f"{pod.namespace}/{pod.name}", "drain": _pod_text(pod)} for pod in drain.going
    )
    blocked = sum(not pod.asked for pod in drain.going)
    text = f"pods that have yet to leave: {len(rows)}, held by a disruption budget: {blocked}"
    return Reason(f"kubectl drain {drain.node}", text, drain.begun, table=rows)
