"""What an application load balancer does with a request: rule, target group, target.

Source: Elastic Load Balancing user guide for Application Load Balancers, "Target groups".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from kubelearn.cloud.aws.elb import rules, slow_start, stickiness
from kubelearn.cloud.aws.elb.algorithms import ALGORITHMS, Ask
from kubelearn.cloud.aws.elb.anomalies import HEALTHY_TARGETS, Record
from kubelearn.cloud.aws.elb.model import (
    SECURE,
    Balancer,
    Group,
    Health,
    Listener,
    Stickiness,
    Target,
    Zone,
)
from kubelearn.cloud.aws.elb.prerouting import PRE_ROUTING, Asked, Outcome, respond
from kubelearn.cloud.aws.elb.refusals import refusal, spoken_by, versions_fit
from kubelearn.cloud.aws.elb.routing import Pool, pool_of
from kubelearn.cloud.aws.elb.transforms import rewritten
from kubelearn.traffic.balancers import Cookie, Destination, Flow, Forward, Request
from kubelearn.traffic.cookies import cookies

if TYPE_CHECKING:
    from kubelearn.cloud.aws.elb.service import LoadBalancers

Draw = Callable[[int, str], int]
"""(count, purpose) → one of `count` outcomes for this request."""
FINE = 1 << 32
"""So many outcomes stand for a number in [0, 1)."""


def take(
    elb: LoadBalancers,
    place: tuple[Balancer, Zone],
    listener: Listener,
    flow: Flow,
    request: Request,
    draw: Draw,
) -> Forward:
    """Send a request on, or answer it."""
    balancer, zone = place
    refused = refusal(request)
    if refused is not None:
        text = f"application load balancer: {refused.says}: {refused.status}"
        return Forward(balancer.name, text, status=refused.status)
    rule, text = rules.rule_of(listener, flow, request)
    action, now = rule["action"], elb.context.clock.now
    gate = _before(listener, rule, Asked(request, rule["priority"], now, draw))
    text = f"{text}; {gate.text}" if gate.text else text
    if gate.status:
        return Forward(
            balancer.name, text, status=gate.status, location=gate.location, cookies=gate.cookies
        )
    ending = rules.ended(balancer.name, action, text, flow, request)
    if ending is not None:
        return ending
    group = elb.groups.get(_group(action, cookies(request.headers), now, draw))
    if group is None or not group.targets:
        text = f"{text}; the target group has no registered targets: 503"
        return Forward(balancer.name, text, status=503)
    if not versions_fit(request, listener, group.version):
        spoken = f"{request.method} in {spoken_by(request, listener)}"
        text = f"{text}; {group.service} speaks {group.version} and cannot take {spoken}: 464"
        return Forward(balancer.name, text, status=464)
    pool = pool_of(balancer, group, zone.name, elb.healths)
    chosen, how, binding = _target(elb, group, pool, action, request, draw)
    new = rewritten(action.get("transforms", ()), request)
    for part, value in new._asdict().items():
        text = f"{text}, rewrites the {part} to {value}" if value else text
    headers = {**gate.headers, "Host": new.host} if new.host else gate.headers
    word = f"targets, {pool.well}: fail open" if pool.open else "healthy targets"
    return Forward(
        balancer.name, f"{text}; {group.service}, {how} {len(pool.targets)} {word}",
        destinations(pool.targets), chosen, source=zone.inner, cookies=binding,
        headers=headers, path=new.path, forwarded=listener.forwarded, group=group.name,
        secure=group.protocol in SECURE,
    )  # fmt: skip


def _before(listener: Listener, rule: rules.Rule, asked: Asked) -> Outcome:
    """What the actions before the routing make of a request."""
    if listener.is_secure:
        response = respond((*listener.rules, listener.last), asked)
        if response is not None:
            return response
    texts: list[str] = []
    headers: dict[str, str] = {}
    for one in rule["action"].get("before", ()):
        outcome = PRE_ROUTING[one["type"]](one, asked)
        texts.append(outcome.text)
        headers |= outcome.headers
        if outcome.status:
            return outcome
    return Outcome("; ".join(texts), headers=headers)


def _target(
    elb: LoadBalancers,
    group: Group,
    pool: Pool,
    action: rules.Action,
    request: Request,
    draw: Draw,
) -> tuple[int, str, tuple[Cookie, ...]]:
    """The place of the target, how it is chosen, and what binds the client to it."""
    now = elb.context.clock.now
    if len(action["groups"]) > 1 and group.attributes.stickiness.kind == "app_cookie":
        # Application-based stickiness does not work with weighted target groups.
        group = group._replace(attributes=group.attributes._replace(stickiness=Stickiness()))
    chosen = stickiness.bound_target(cookies(request.headers), group, pool.targets, now)
    how, bound = "by its cookie 1 of", chosen is not None
    if chosen is None:
        algorithm = ALGORITHMS[group.attributes.algorithm]
        chosen, how = algorithm.choose(_ask(elb, group, pool, draw)), algorithm.words
    binding = stickiness.target_cookie(group, pool.targets[chosen], now, bound=bound)
    if action.get("stickiness"):
        binding += (stickiness.group_cookie(group.name, action["stickiness"], now),)
    return chosen, how, binding


def _group(action: rules.Action, given: Mapping[str, str], now: int, draw: Draw) -> str:
    """The name of the target group: the client's own, or one drawn by weight."""
    names = tuple(name for name, _ in action["groups"])
    bound = stickiness.bound_group(given, names, now) if action.get("stickiness") else ""
    return bound or rules.weighted(action["groups"], draw)


def destinations(targets: tuple[Target, ...]) -> tuple[Destination, ...]:
    """Targets as the network knows them."""
    return tuple(Destination(one.address, one.port, one.name) for one in targets)


def _ask(elb: LoadBalancers, group: Group, pool: Pool, draw: Draw) -> Ask:
    def outstanding() -> Mapping[str, int]:
        counts = elb.prober.under_way(group.balancer)
        return {target: count for (name, target), count in counts.items() if name == group.name}

    return Ask(
        tuple(target.name for target in pool.targets),
        tuple(_share(elb, group, pool, target) for target in pool.targets),
        outstanding,
        lambda: elb.turn(group.name, len(pool.targets)),
        lambda purpose: draw(FINE, purpose) / FINE,
    )


def _share(elb: LoadBalancers, group: Group, pool: Pool, target: Target) -> float:
    """Of a full share: what slow start and anomaly mitigation leave of it."""
    place = (group.name, target.name)
    if group.attributes.mitigates and not pool.open and len(pool.targets) >= HEALTHY_TARGETS:
        return elb.records.get(place, Record()).weight
    return slow_start.share(group, elb.healths.get(place, Health()), elb.context.clock.now)
