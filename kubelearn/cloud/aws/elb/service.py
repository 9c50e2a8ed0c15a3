"""Elastic Load Balancing: keeps balancers, checks targets, and takes connections and requests.

Source: Elastic Load Balancing user guides for Network and Application Load Balancers.

Unlike the real one: setting up a balancer takes 2 minutes, a change of targets 5 s and one of
listeners no time, where the real times vary and are not documented; each target has one prober, in
its own zone; a new target of a network load balancer is initial until its checks have reached a
threshold; one that drains is not checked and gets nothing new, where network load balancers have
been seen to send new flows for two minutes; no security groups; plain HTTP on a TLS listener of a
network load balancer is reset.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Protocol

from kubelearn.cloud.aws.acm import Certificates
from kubelearn.cloud.aws.elb import anomalies, application, checks, network, unhealthy
from kubelearn.cloud.aws.elb.anomalies import Record
from kubelearn.cloud.aws.elb.model import (
    APPLICATION,
    DEREGISTRATION,
    DRAINING,
    Balancer,
    Group,
    Health,
    Listener,
    Target,
    Turn,
    Zone,
)
from kubelearn.cloud.aws.elb.routing import is_healthy, zones_of
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND
from kubelearn.traffic.balancers import Ask, Flow, Forward, Probe, Public, Request

SETTING_UP = 120 * SECOND
"""From the creation of a balancer until it takes connections."""
SETTLING = 5 * SECOND
"""From a change of a target group until new requests go by it."""
TTL = 60 * SECOND
"""For which resolvers keep a balancer's addresses."""
TIMED_OUT = "connection timed out"
UNUSED_NOW = "the target {} is drained and unused now, what is open to it ends"


class Prober(Protocol):
    """Who can reach the targets; the network knows."""

    def probe(self, place: str, address: str, port: int, ask: Ask) -> Probe:
        """Open a connection, or ask for a path, as a health check does."""

    def reset(self, balancer: str, target: str, says: str) -> None:
        """End what a balancer has open to a target: flows by a reset, requests by 502."""

    def under_way(self, balancer: str) -> Mapping[tuple[str, str], int]:
        """(group, target) → requests sent by an application load balancer and not answered."""


class LoadBalancers:
    """All load balancers of the account."""

    name = "elb"
    state: ClassVar[tuple[str, ...]] = (
        "balancers", "wanted", "groups", "healths", "turns", "checked", "history", "records",
        "judging", "draining", "resets",
    )  # fmt: skip
    wires: ClassVar[dict[str, str]] = {"prober": "requests", "acm": "acm"}
    prober: Prober
    acm: Certificates

    def __init__(self, context: Context) -> None:
        self.context = context
        self.balancers: dict[str, Balancer] = {}
        self.wanted: dict[str, Group] = {}
        """What target groups shall be."""
        self.groups: dict[str, Group] = {}
        """What they are."""
        self.healths: dict[tuple[str, str], Health] = {}
        """(group, target) → what its checks say."""
        self.turns: dict[str, int] = {}
        """Group → turns that its targets have had."""
        self.checked: dict[tuple[str, str], int] = {}
        """(group, target) → which row of checks it is in: a new one for each registration."""
        self.history: list[Turn] = []
        """What targets and names have been, oldest first."""
        self.records: dict[tuple[str, str], Record] = {}
        """(group, target) → its answers, where anomalies are mitigated."""
        self.judging: dict[str, None] = {}
        """The groups whose targets are judged by their answers."""
        self.draining: dict[tuple[str, str], Target] = {}
        """(group, target) → what was registered, until the deregistration delay is over."""
        self.resets: dict[tuple[str, str], int] = {}
        """(balancer, target) → when its flows were reset last (ns)."""

    # What a controller asks for

    def put(self, balancer: Balancer) -> Balancer:
        """Create a balancer, or change its listeners and attributes."""
        old = self.balancers.get(balancer.name)
        active = old.active if old else self.context.clock.now + SETTING_UP
        self.balancers[balancer.name] = balancer._replace(active=active)
        self._note_answer(balancer.name)
        return self.balancers[balancer.name]

    def delete(self, name: str) -> None:
        """Remove a balancer with its groups; nothing happens when there is none."""
        self.balancers.pop(name, None)
        for group in [group for group in self.groups.values() if group.balancer == name]:
            self.drop_group(group.name)

    def put_groups(self, balancer: str, groups: Sequence[Group]) -> None:
        """Give a balancer these target groups; others that it had are removed."""
        kept = {group.name for group in groups}
        for old in [one.name for one in self.groups.values() if one.balancer == balancer]:
            if old not in kept:
                self.drop_group(old)
        for group in groups:
            self.put_group(group._replace(balancer=balancer))

    def put_group(self, group: Group) -> None:
        """Create a target group; or change it, which takes effect a little later."""
        old = self.wanted.get(group.name)
        self.wanted[group.name] = group
        if old is None:
            self.settle(group)
        elif old != group:
            self.context.clock.after(SETTLING, self.settle, group)

    def settle(self, group: Group) -> None:
        """Register and deregister targets, unless the group has gone."""
        if group.name not in self.wanted:
            return
        old = self.groups.get(group.name)
        self.groups[group.name] = group
        before = {target.name: target for target in old.targets} if old else {}
        for target in group.targets:
            if target.name not in before:
                self._register(group, target, bool(before))
        kept = {target.name for target in group.targets}
        for name in sorted(before.keys() - kept):
            self._deregister(group, before[name])
        if group.attributes.mitigates and group.name not in self.judging:
            self.judging[group.name] = None
            self.context.clock.after(anomalies.PERIOD, self.judge, group.name)

    def drop_group(self, name: str) -> None:
        """Remove a target group."""
        group = self.groups.pop(name, None)
        self.wanted.pop(name, None)
        if group is None:
            return
        for target in (*group.targets, *self.draining_of(name)):
            self.draining.pop((name, target.name), None)
            self.become(group, target.name, None)

    def _register(self, group: Group, target: Target, slow: bool) -> None:
        place = (group.name, target.name)
        self.draining.pop(place, None)
        self.become(group, target.name, Health(since=self.context.clock.now, slow=slow))
        self.checked[place] = row = self.checked.get(place, 0) + 1
        subject = f"{group.name}/{target.name}"
        wait = self.context.draws.below(group.check.interval, "health-check", subject, row)
        self.context.clock.after(wait, self.check, *place, row)

    def _deregister(self, group: Group, target: Target) -> None:
        """Give a target nothing new; what is open to it may go on until the delay is over."""
        place, now = (group.name, target.name), self.context.clock.now
        self.draining[place] = target
        self.become(group, target.name, Health(DRAINING, since=now, says=": ".join(DEREGISTRATION)))
        self.context.clock.after(group.attributes.delay, self.drained, *place, self.checked[place])

    def drained(self, group_name: str, name: str, row: int) -> None:
        """The deregistration delay of a target is over, if it has not been registered again."""
        place = (group_name, name)
        if self.draining.get(place) is None or self.checked[place] != row:
            return
        group = self.groups[group_name]
        del self.draining[place]
        self.become(group, name, None)
        if self.ends_all(group):
            self.reset(group.balancer, name, UNUSED_NOW)

    def ends_all(self, group: Group) -> bool:
        """Whether what is open to a drained target ends; flows may also be kept."""
        balancer = self.balancers.get(group.balancer)
        is_application = balancer is not None and balancer.kind == APPLICATION
        return is_application or group.attributes.terminates

    def draining_of(self, group: str) -> list[Target]:
        """The targets of a group that drain, in the order of their deregistration."""
        return [target for (name, _), target in self.draining.items() if name == group]

    def reset(self, balancer: str, target: str, says: str) -> None:
        """End what a balancer has open to a target."""
        self.resets[balancer, target] = self.context.clock.now
        self.prober.reset(balancer, target, says.format(target))

    def become(self, group: Group, target: str, new: Health | None) -> None:
        """The health of a target from now on; None when it is not registered any more."""
        place = (group.name, target)
        old = self.healths.pop(place, None)
        if new is not None:
            self.healths[place] = new
        else:
            self.records.pop(place, None)
        before, state = (one.state if one else "" for one in (old, new))
        if before != state:
            self.history.append(Turn(self.context.clock.now, place, state))
            self._note_answer(group.balancer)

    def _note_answer(self, name: str) -> None:
        """Note what a balancer's name means now, if that is new."""
        balancer = self.balancers.get(name)
        if balancer is None:
            return
        subject, answer = ("", balancer.dns), ",".join(self._addresses(balancer))
        known = next((turn.state for turn in reversed(self.history) if turn.subject == subject), "")
        if known != answer:
            self.history.append(Turn(self.context.clock.now, subject, answer))

    # Health checks

    def check(self, group_name: str, target_name: str, row: int) -> None:
        """Check a target, and again after the interval for as long as it is registered."""
        checks.check(self, (group_name, target_name), row)

    def note(self, group: str, name: str, row: int, ok: bool, says: str) -> None:
        """Count the result of a check; the target may change its state."""
        checks.note(self, (group, name), row, ok, says)

    def faded(self, group: str, name: str, since: int) -> None:
        """The unhealthy draining interval of a target is over, if it has not recovered."""
        unhealthy.faded(self, (group, name), since)

    # What answers say

    def answered(self, group: str, target: str, status: int) -> None:
        """The answer to a request comes by: the target's own, or 502 or 504 in place of one."""
        if group in self.judging and (group, target) in self.healths:
            record = self.records.get((group, target), Record())
            self.records[group, target] = record.plus(status >= 500)

    def judge(self, name: str) -> None:
        """Weigh the targets of a group by their answers, and again after the period."""
        group = self.groups.get(name)
        if group is None or not group.attributes.mitigates:
            del self.judging[name]
            self.records = {at: one for at, one in self.records.items() if at[0] != name}
            return
        well = [one.name for one in group.targets if is_healthy(group, one, self.healths)]
        found = {one: self.records.get((name, one), Record()) for one in well}
        for target, record in anomalies.judged(found).items():
            self.records[name, target] = record
        self.context.clock.after(anomalies.PERIOD, self.judge, name)

    # What clients meet

    def resolve(self, name: str) -> Public | None:
        """The addresses behind a balancer's name, one of its zones' names, or an alias."""
        balancer = self.named(name)
        if balancer is None:
            return None
        zonal = [one.address for one in balancer.zones if name.lower().startswith(f"{one.name}.")]
        return Public(tuple(zonal) or self._addresses(balancer), TTL)

    def named(self, name: str) -> Balancer | None:
        """The balancer to which a name leads."""
        wanted = name.rstrip(".").lower()
        return next((one for one in self.balancers.values() if one.has_name(wanted)), None)

    def _addresses(self, balancer: Balancer) -> tuple[str, ...]:
        """Those of the zones that have healthy targets; of all zones when none has."""
        groups = [one for one in self.groups.values() if one.balancer == balancer.name]
        if not groups:
            return tuple(zone.address for zone in balancer.zones)
        well = zones_of(balancer, groups, self.healths).dns
        return tuple(zone.address for zone in balancer.zones if zone.name in well)

    def place_of(self, address: str) -> str:
        """Where the balancer with an address stands; "" when none has it."""
        found = self._at(address)
        return f"zone/{found[1].name}" if found else ""

    def _at(self, address: str) -> tuple[Balancer, Zone] | None:
        for balancer in self.balancers.values():
            for zone in balancer.zones:
                if zone.address == address:
                    return balancer, zone
        return None

    def view(self) -> tuple[object, ...]:
        """Rows that are only ever replaced, and the length of the history of healths and names."""
        return len(self.history), *self.balancers.values(), *self.groups.values()

    def layer(self, address: str) -> int:
        """7 for an application load balancer, else 4."""
        found = self._at(address)
        return 7 if found and found[0].kind == APPLICATION else 4

    def speaks(self, address: str, port: int) -> str:
        """The protocol of a listener that takes connections; "" where none does."""
        listener = self._listening(address, port)
        return listener.protocol if listener is not None else ""

    def certificate(self, address: str, port: int, name: str) -> str:
        """The PEM chain that a listener shows for a server name."""
        listener = self._listening(address, port)
        return "" if listener is None else self.acm.shown(listener.certificates, name)

    def _listening(self, address: str, port: int) -> Listener | None:
        found = self._at(address)
        if found is None or self.context.clock.now < found[0].active:
            return None
        return found[0].listener(port)

    def idle_timeout(self, address: str, port: int) -> int:
        """Nanoseconds after which a quiet connection to a listener is given up; 0 = never."""
        found = self._at(address)
        listener = found[0].listener(port) if found else None
        return listener.idle if listener else 0

    def reset_at(self, balancer: str, target: str) -> int:
        """When the flows to a target were reset last (ns); -1: never."""
        return self.resets.get((balancer, target), -1)

    def keeps(self, balancer: str, target: str) -> bool:
        """Whether open flows to a target go on: not when they were reset as it fell ill."""
        found = self.balancers.get(balancer)
        return (found is not None and found.kind == APPLICATION) or not any(
            unhealthy.has_cut(self, group, target)
            for group in self.groups.values()
            if group.balancer == balancer
        )

    def forward(
        self, flow: Flow, request: Request | None, draw: Callable[[int, str], int]
    ) -> Forward:
        """What a balancer does with a new flow (network) or request (application)."""
        found = self._at(flow.address)
        if found is None:
            return Forward("", f"the balancer at {flow.address} is gone", error=TIMED_OUT)
        balancer, _ = found
        if self.context.clock.now < balancer.active:
            text = f"{balancer.name} is being set up (provisioning)"
            return Forward(balancer.name, text, error=TIMED_OUT)
        listener = balancer.listener(flow.port)
        if listener is None:
            text = f"{balancer.name} has no listener on port {flow.port}"
            return Forward(balancer.name, text, error=TIMED_OUT)
        if request is not None:
            return application.take(self, found, listener, flow, request, draw)
        return network.take(self, found, listener, flow, draw)

    def turn(self, group: str, count: int) -> int:  # noqa: ARG002
        """The number of the next turn of a group, which is taken by it; 0, 1, 2 ..."""
        number = self.turns_of(group)
        self.set_turns(group, number + 1)
        return number

    def turns_of(self, group: str) -> int:
        """How many turns the targets of a group have had."""
        return self.turns.get(group, 0)

    def set_turns(self, group: str, turns: int) -> None:
        """So many turns have been taken; those of a load in bulk are told afterwards."""
        self.turns[group] = turns

    def scouted(self, prober: Prober, turn: Callable[[str, int], int]) -> LoadBalancers:
        """The same for somebody who only looks: `turn(group, count)` says whose turn it is."""
        return _Scouted(self, prober, turn)


class _Scouted(LoadBalancers):
    """The balancers as a scout asks them: it chooses the turns, and nothing is remembered."""

    def __init__(
        self, real: LoadBalancers, prober: Prober, turn: Callable[[str, int], int]
    ) -> None:
        self.__dict__.update(real.__dict__)
        self.prober, self._turn = prober, turn

    def turn(self, group: str, count: int) -> int:
        """As the scout has chosen."""
        return self._turn(group, count)
