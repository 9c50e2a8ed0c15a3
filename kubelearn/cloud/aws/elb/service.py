"""Elastic Load Balancing: keeps balancers, checks targets, and takes connections and requests.

Source: Elastic Load Balancing user guides for Network and Application Load Balancers.

Unlike the real one: setting up a balancer takes 2 minutes, a change of targets 5 s and one of
listeners no time, where the real times vary and are not documented; each target has one prober,
in its own zone; a new target of a network load balancer is initial until its checks have reached a
threshold; connections are not kept open between requests, so nothing idles or drains; no capacity
units, no security groups; TLS listeners take plain requests.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Protocol

from kubelearn.cloud.aws.elb import rules, stickiness
from kubelearn.cloud.aws.elb.model import (
    APPLICATION,
    HEALTHY,
    INITIAL,
    UNHEALTHY,
    Balancer,
    Check,
    Group,
    Health,
    Listener,
    Target,
    Turn,
    Zone,
)
from kubelearn.cloud.aws.elb.routing import pool_of, zones_of
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import SECOND
from kubelearn.traffic.balancers import Destination, Flow, Forward, Probe, Public, Request

SETTING_UP = 120 * SECOND
"""From the creation of a balancer until it takes connections."""
SETTLING = 5 * SECOND
"""From a change of a target group until new requests go by it."""
TTL = 60 * SECOND
"""For which resolvers keep a balancer's addresses."""
TIMED_OUT, REFUSED = "connection timed out", "connection refused"


class Prober(Protocol):
    """Who can reach the targets; the network knows."""

    def probe(self, place: str, address: str, port: int, path: str, subject: str) -> Probe:
        """Open a connection, or ask for a path ("" = only connect), as a health check does."""

    def reset(self, balancer: str, target: str) -> None:
        """Break the open connections of a network load balancer to a target."""


class LoadBalancers:
    """All load balancers of the account."""

    name = "elb"
    state: ClassVar[tuple[str, ...]] = (
        "balancers", "wanted", "groups", "healths", "turns", "checked", "history",
    )  # fmt: skip
    wires: ClassVar[dict[str, str]] = {"prober": "requests"}
    prober: Prober

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
        """Group → requests that it has taken, for round robin."""
        self.checked: dict[tuple[str, str], int] = {}
        """(group, target) → which row of checks it is in: a new one for each registration."""
        self.history: list[Turn] = []
        """What targets and names have been, oldest first."""

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
        before = {target.name for target in old.targets} if old else set()
        for target in group.targets:
            if target.name not in before:
                self._register(group, target)
        gone = sorted(before - {target.name for target in group.targets})
        for name in gone:
            self._become(group, name, None)

    def drop_group(self, name: str) -> None:
        """Remove a target group."""
        group = self.groups.pop(name, None)
        self.wanted.pop(name, None)
        if group is None:
            return
        for target in group.targets:
            self._become(group, target.name, None)

    def _register(self, group: Group, target: Target) -> None:
        place = (group.name, target.name)
        self._become(group, target.name, Health(since=self.context.clock.now))
        self.checked[place] = row = self.checked.get(place, 0) + 1
        subject = f"{group.name}/{target.name}"
        wait = self.context.draws.below(group.check.interval, "health-check", subject, row)
        self.context.clock.after(wait, self.check, *place, row)

    def _become(self, group: Group, target: str, new: Health | None) -> None:
        """The health of a target from now on; None when it is not registered any more."""
        place = (group.name, target)
        old = self.healths.pop(place, None)
        if new is not None:
            self.healths[place] = new
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
        target = self._registered(group_name, target_name, row)
        if target is None:
            return
        how = self.groups[group_name].check
        path = how.path if how.protocol != "TCP" else ""
        port = how.port or target.port
        subject = f"{group_name}/{target_name}"
        probe = self.prober.probe(f"zone/{target.zone}", target.address, port, path, subject)
        if probe.waits:
            late = f"{probe.says} within {how.timeout // SECOND} s"
            self.context.clock.after(
                how.timeout, self.note, group_name, target_name, row, False, late
            )
        else:
            ok = probe.ok and (not path or how.takes(int(probe.says)))
            self.note(group_name, target_name, row, ok, probe.says)
        self.context.clock.after(how.interval, self.check, group_name, target_name, row)

    def _registered(self, group: str, name: str, row: int) -> Target | None:
        if group not in self.groups or self.checked.get((group, name)) != row:
            return None
        return next((one for one in self.groups[group].targets if one.name == name), None)

    def note(self, group: str, name: str, row: int, ok: bool, says: str) -> None:
        """Count the result of a check; the target may change its state."""
        if self._registered(group, name, row) is None:
            return
        old, how = self.healths[group, name], self.groups[group].check
        new = counted(old, how, ok, says, self.context.clock.now)
        self._become(self.groups[group], name, new)
        if (old.state, new.state) == (HEALTHY, UNHEALTHY):
            balancer = self.balancers.get(self.groups[group].balancer)
            if balancer is not None and balancer.kind != APPLICATION:
                self.prober.reset(balancer.name, name)

    # What clients meet

    def resolve(self, name: str) -> Public | None:
        """The addresses behind a balancer's name, one of its zones' names, or an alias."""
        wanted = name.rstrip(".").lower()
        for balancer in self.balancers.values():
            if wanted == balancer.dns or wanted in balancer.names:
                return Public(self._addresses(balancer), TTL)
            for zone in balancer.zones:
                if wanted == f"{zone.name}.{balancer.dns}":
                    return Public((zone.address,), TTL)
        return None

    def _addresses(self, balancer: Balancer) -> tuple[str, ...]:
        """Those of the zones that have healthy targets; of all zones when none has."""
        groups = [one for one in self.groups.values() if one.balancer == balancer.name]
        if balancer.kind == APPLICATION or not groups:
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

    def keeps(self, balancer: str, target: str) -> bool:
        """Whether open flows to a target go on: not when its checks have failed."""
        return not any(
            self.healths.get((group.name, target), Health()).state == UNHEALTHY
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
        balancer, zone = found
        if self.context.clock.now < balancer.active:
            text = f"{balancer.name} is being set up (provisioning)"
            return Forward(balancer.name, text, error=TIMED_OUT)
        listener = next((one for one in balancer.listeners if one.port == flow.port), None)
        if listener is None:
            text = f"{balancer.name} has no listener on port {flow.port}"
            return Forward(balancer.name, text, error=TIMED_OUT)
        if request is not None:
            return self._request(balancer, zone, listener, flow, request, draw)
        group = self.groups[listener.group]
        return self._flow(balancer, zone, group, flow)

    def _flow(self, balancer: Balancer, zone: Zone, group: Group, flow: Flow) -> Forward:
        pool = pool_of(balancer, group, zone.name, self.healths)
        if not pool.targets:
            text = f"{group.name} has no targets that {zone.name} uses"
            return Forward(balancer.name, text, error=REFUSED)
        word = "targets, none healthy: fail open" if pool.open else "healthy targets"
        text = (
            f"network load balancer in {zone.name}: flow from {flow.source} to port {flow.port}, "
            f"by hash to 1 of {len(pool.targets)} {word}"
        )
        source = "" if group.keeps_source else zone.inner
        return Forward(balancer.name, text, _destinations(pool.targets), source=source)

    def _request(
        self,
        balancer: Balancer,
        zone: Zone,
        listener: Listener,
        flow: Flow,
        request: Request,
        draw: Callable[[int, str], int],
    ) -> Forward:
        action, text = rules.action_of(listener, flow, request)
        ending = rules.ended(balancer.name, action, text, flow, request)
        if ending is not None:
            return ending
        group = self.groups.get(rules.group_of(action, draw))
        if group is None or not group.targets:
            text = f"{text}; the target group has no registered targets: 503"
            return Forward(balancer.name, text, status=503)
        pool = pool_of(balancer, group, zone.name, self.healths)
        now = self.context.clock.now
        chosen, how = stickiness.bound(request, group, pool.targets, now), "by its cookie 1 of"
        if chosen is None:
            chosen, how = self._turn(group) % len(pool.targets), "round robin over"
        word = "targets, none healthy: fail open" if pool.open else "healthy targets"
        text = f"{text}; {group.service}, {how} {len(pool.targets)} {word}"
        cookie = stickiness.cookie_of(group, pool.targets[chosen], now) if group.stickiness else ""
        listed = _destinations(pool.targets)
        return Forward(balancer.name, text, listed, chosen, source=zone.inner, cookie=cookie)

    def _turn(self, group: Group) -> int:
        """How many requests have been sent by turns before this one."""
        turn = self.turns.get(group.name, 0)
        self.turns[group.name] = turn + 1
        return turn


def _destinations(targets: tuple[Target, ...]) -> tuple[Destination, ...]:
    return tuple(Destination(one.address, one.port, one.name) for one in targets)


def counted(old: Health, how: Check, ok: bool, says: str, now: int) -> Health:
    """The health of a target after one more check."""
    passed, failed = (old.passed + 1, 0) if ok else (0, old.failed + 1)
    state = old.state
    needed = how.first or how.healthy if old.state == INITIAL else how.healthy
    if ok and passed >= needed:
        state = HEALTHY
    elif not ok and failed >= how.unhealthy:
        state = UNHEALTHY
    since = old.since if state == old.state else now
    return Health(state, passed, failed, since, "" if ok else says)
