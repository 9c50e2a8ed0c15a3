"""What the load balancer before a load costs per hour, if the load went on like this.

Unlike the real one: requests and answers have no size here, so it is given; a connection is open
from a request to its answer, or for as long as its user lives; those between a balancer and its
targets are not counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from kubelearn.cloud.aws.elb.capacity_units import (
    DIMENSIONS,
    TARIFFS,
    Usage,
    evaluations,
    per_hour,
    units,
)
from kubelearn.cloud.aws.elb.rules import passed
from kubelearn.network.loads import Row
from kubelearn.sim.clock import SECOND
from kubelearn.traffic.balancers import Flow, Request
from kubelearn.traffic.call import Call, Target

if TYPE_CHECKING:
    from kubelearn.world.world import World

GIGABYTE = 10**9
HOUR = 3600


class Counted(NamedTuple):
    """What a run has counted of a load."""

    requests: int
    """Those that came to the balancer and have ended."""
    open: int
    """The sum of their times, in ns."""
    lasted: int
    """Nanoseconds from the first to the last of them."""


def cost(
    world: World, row: Row, counted: Counted, size: float, hour: float | None, unit: float | None
) -> dict[str, Any]:
    """One row: what is used, in which dimension most, and dollars per hour."""
    target, elb = Target.of(row.url), world.parts["elb"]
    balancer = elb.named(target.host)
    listener = balancer.listener(target.port) if balancer is not None else None
    if balancer is None or listener is None:
        raise ValueError(f"{row.url!r} does not lead to a load balancer of AWS: there is no bill")
    if not counted.lasted:
        raise ValueError("no request has ended yet: let time pass, run('60s')")
    seconds = counted.lasted / SECOND
    rate = counted.requests / seconds
    kept = row.users if row.keep_alive else 0
    used = Usage(
        new_connections=kept / seconds if kept else rate,
        active_connections=kept or counted.open / counted.lasted,
        gigabytes=rate * size * HOUR / GIGABYTE,
        rule_evaluations=evaluations(rate, passed(listener, *_seen(world, row, target))),
    )
    tariff = TARIFFS[balancer.kind]
    tariff = tariff._replace(
        hour=tariff.hour if hour is None else hour, price=tariff.price if unit is None else unit
    )
    by = units(listener.protocol, used)
    most = max(by, key=lambda name: by[name])
    return {
        "balancer": balancer.name, "listener": f"{listener.protocol} {listener.port}",
        "requests": counted.requests, **dict(zip(DIMENSIONS, used, strict=True)),
        "unit": tariff.unit, "units": by[most],
        "decided by": most, "$ per hour": per_hour(tariff, by),
    }  # fmt: skip


def _seen(world: World, row: Row, target: Target) -> tuple[Flow, Request]:
    """A request of the load as an application load balancer sees it."""
    origin = world.parts["requests"].clients.origin(row.client, row.namespace)
    source = world.parts["requests"].clients.address(origin)
    call = Call(row.number, row.url, row.method, row.client, row.begin, target, dict(row.headers))
    request = Request.of(call)
    return Flow(str(source), "", target.port), request
