"""Health checks: what is asked of a target, and what the results make of its state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelearn.cloud.aws.elb import slow_start, unhealthy
from kubelearn.cloud.aws.elb.model import (
    GRPC,
    HEALTHY,
    INITIAL,
    UNHEALTHY,
    UNHEALTHY_DRAINING,
    Check,
    Group,
    Health,
    Target,
)
from kubelearn.sim.clock import SECOND
from kubelearn.traffic.balancers import Ask

if TYPE_CHECKING:
    from kubelearn.cloud.aws.elb.service import LoadBalancers


def check(elb: LoadBalancers, place: tuple[str, str], row: int) -> None:
    """Check a target, and again after the interval for as long as it is registered."""
    target = _registered(elb, place, row)
    if target is None:
        return
    group, clock = elb.groups[place[0]], elb.context.clock
    how, headed = group.check, group.attributes.proxy_protocol
    path = how.path if how.protocol != "TCP" else ""
    ask = Ask("/".join(place), path, headed, rpc=group.version == GRPC,
              secure=how.protocol == "HTTPS")  # fmt: skip
    probe = elb.prober.probe(f"zone/{target.zone}", target.address, how.port or target.port, ask)
    if probe.waits:
        late = f"{probe.says} within {how.timeout // SECOND} s"
        clock.after(how.timeout, elb.note, *place, row, False, late)
    else:
        ok = probe.ok and (not path or how.takes(int(probe.says)))
        note(elb, place, row, ok, probe.says)
    clock.after(how.interval, elb.check, *place, row)


def _registered(elb: LoadBalancers, place: tuple[str, str], row: int) -> Target | None:
    group, name = place
    if group not in elb.groups or elb.checked.get(place) != row:
        return None
    return next((one for one in elb.groups[group].targets if one.name == name), None)


def note(elb: LoadBalancers, place: tuple[str, str], row: int, ok: bool, says: str) -> None:
    """Count the result of a check; the target may change its state."""
    if _registered(elb, place, row) is None:
        return
    group, old = elb.groups[place[0]], elb.healths[place]
    new = counted(old, group.check, ok, says, elb.context.clock.now)
    if new.state == HEALTHY != old.state:
        new = new._replace(slow=_starts_slowly(elb, group, old))
    if (old.state, new.state) == (HEALTHY, UNHEALTHY):
        unhealthy.becomes(elb, group, place[1], new)
    else:
        elb.become(group, place[1], new)


def _starts_slowly(elb: LoadBalancers, group: Group, old: Health) -> bool:
    own = [elb.healths[group.name, target.name] for target in group.targets]
    return slow_start.begins(group, old, own, elb.context.clock.now)


def counted(old: Health, how: Check, ok: bool, says: str, now: int) -> Health:
    """The health of a target after one more check."""
    passed, failed = (old.passed + 1, 0) if ok else (0, old.failed + 1)
    state = old.state
    needed = how.first or how.healthy if old.state == INITIAL else how.healthy
    if ok and passed >= needed:
        state = HEALTHY
    elif not ok and failed >= how.unhealthy and state != UNHEALTHY_DRAINING:
        state = UNHEALTHY
    since = old.since if state == old.state else now
    return Health(state, passed, failed, since, "" if ok else says, old.slow)
