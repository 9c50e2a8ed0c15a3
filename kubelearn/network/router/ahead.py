"""What a scout finds behind a proxy that chooses a host for each request.

Which one is chosen cannot be said ahead, but the way to each can, and how requests are counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kubelearn.network.passages import Entered, Leg, client_passage, server_passage
from kubelearn.network.plan import ETERNITY, Fork, Goal, Passing, Stop, Way, shifted
from kubelearn.network.proxied import entry_time, exit_time, facts
from kubelearn.network.tries import asker_of, server_of
from kubelearn.network.views import Uncertain
from kubelearn.traffic.proxying import Picked

if TYPE_CHECKING:
    from kubelearn.network.scout import Place, Scout


def proxies_ahead(scout: Scout, place: Place) -> Fork:
    """The ways to all hosts of the proxy where a scout is."""
    leg: Leg = place.state["legs"][-1]
    if len(place.state["legs"]) > 1:
        raise Uncertain("two proxies on its way choose hosts")
    if leg.owner != "mesh" or leg.before.get("gateway"):
        raise Uncertain("what stands before or behind its proxy goes by what has happened")
    cluster: object = None
    hosts: tuple[Picked, ...] = ()
    if leg.routed.cluster:
        pod = scout.context.api.get("pods", *leg.proxy)
        cluster, hosts = scout.mesh.hosts(pod, leg.routed)
    ways = tuple(_to_host(scout, place, leg, one) for one in hosts)
    exits = scout.to_goal(_exit(scout, place, leg)).goal
    counts = tuple(_counted(scout, leg, one) for one in (*hosts, None))
    servers = tuple(_counted_behind(scout, way) for way in ways)
    leg = leg._replace(since=-entry_time(leg.routed))
    passing = Passing(leg, cluster, hosts, exits, asker_of(scout, leg), counts, servers)
    return Fork("host", ways, passing=passing)


def _to_host(scout: Scout, place: Place, leg: Leg, host: Picked) -> Way:
    """The way of a try from the proxy to the program of a host."""
    asked = leg._replace(picked=host, server=server_of(scout, host))
    known = facts(scout.context.api.get("pods", *leg.proxy), asked, ETERNITY)
    state = {**leg.before, "captured": True, "legs": (asked,), **known}
    way = scout.way(place._replace(hop="wire", state=state, outcomes=()))
    if way.fork >= 0:
        raise Uncertain("something is drawn behind its proxy")
    return way._replace(stops=(Stop("wire", 0, state), *way.stops))


def _counted(scout: Scout, leg: Leg, host: Picked | None) -> Any:
    """How a proxy counts requests that it has sent to a host, or to none."""
    call = scout.call
    call.state = leg.before
    passage = client_passage(scout, call, leg._replace(picked=host), 200, "", own=False)
    return None if passage is None else scout.mesh.labels(passage)


def _counted_behind(scout: Scout, way: Way) -> Any:
    """How the proxy of a host counts requests."""
    call, state = scout.call, scout.ends[way.goal].state
    inside: Entered | None = state.get("entered")
    if inside is None:
        return None
    call.state = state
    passage = server_passage(scout, call, inside, 200, "")
    return None if passage is None else scout.mesh.labels(passage)


def _exit(scout: Scout, place: Place, leg: Leg) -> Goal:
    """The end of a request whose answer the proxy passes on."""
    call = scout.call
    call.state = {**shifted(leg.before, scout.sent), "captured": True}
    state = shifted(call.state, -scout.sent)
    return Goal(state, exit_time(scout, call, leg), hop=f"exit {place.hop}",
                keeps=scout.keeps(state))  # fmt: skip
