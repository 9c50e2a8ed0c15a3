"""Locality: from which zone to which zone the requests to a Service went, and what was lost.

Each client's proxy goes by the zone of its own node. Where hosts have priorities, the nearest ones
get all as long as 1.4 × the share of them that is healthy makes 100 % (Envoy's overprovisioning).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from kubelearn.api.objects import get_path, labels_of
from kubelearn.frames.breaker import ejection_marks, ejectors
from kubelearn.frames.causes import cause_marks, causes, faults
from kubelearn.frames.lanes import MOST_MARKS, Course, lane, mark, merged, over_time, series
from kubelearn.frames.source import Frame, Row
from kubelearn.frames.tried import (
    Windows,
    begun,
    counted,
    destination,
    is_last,
    tried,
    unsent,
    zone_of,
)
from kubelearn.frames.writes import writes
from kubelearn.mesh.registry import DOMAIN
from kubelearn.network.tries import ZONE, Try
from kubelearn.world.explain import as_it_was

NOTHING = (
    "No proxy has passed on a request to this Service yet: zones are told by the proxies of a mesh "
    'or of a gateway. Send a load(...), let time pass, show("locality") again.'
)
NOTE = (
    "Lost: the last try has failed, or its client has not waited for it. The nearest hosts get all "
    "until fewer than 72 % of them are healthy (1.4 × 72 % = 100 %); then the rest goes farther."
)
LOOKS = ("accent ready", "ink starting", "muted ending", "accent starting", "ink ending")
"""Of zones, in the order of their names, the same in all lanes."""
LOST = "alarm starting"
MOST = 4
"""Zones of clients that get a lane."""
SLICES = "endpointslices.discovery.k8s.io"
SERVICE_NAME = "kubernetes.io/service-name"


def locality(world: Any, subject: str = "", start: int | None = None) -> Frame:
    """A Service ("namespace/name") since a moment (ns); without a subject the one most asked."""
    everything = tried(world)
    name = subject or next(iter(counted(map(_service, everything))), "")
    found = begun(world, [one for one in everything if _service(one) == name], start)
    now = world.clock.now
    if not found:
        return over_time("locality", start or 0, now, [], [], NOTHING, subject=name)
    windows = Windows(found, now)
    zones = sorted({zone_of(one.server.zone) for one in found if one.server is not None}
                   | {zone for zone, _ in _placed(world, name)})  # fmt: skip
    clients = sorted({zone_of(one.client.zone) for one in found})
    lanes = [_asked_from(zone, zones, windows) for zone in clients[:MOST]]
    if any(one.level or one.levels[:1] not in ((), (100,)) for one in found):
        lanes.append(_kept(windows))
    lanes.append(_endpoints(world, name, zones))
    marks = [*cause_marks(causes(world, windows.start)), *_lost_zones(world)]
    marks = merged([*marks, *_ejections(world, name)[: max(0, MOST_MARKS - len(marks))]])
    heads = ["asked from", "requests", *(f"answered in {zone}" for zone in zones), "lost"]
    told = _summary(name, clients, found) + unsent(world, found)
    rows = [*(_row(zone, zones, found) for zone in clients), _failed(zones, found)]
    table = {"heads": heads, "rows": rows, "note": NOTE}
    return over_time("locality", windows.start, now, lanes, marks, told,
                     subject=name, table=table)  # fmt: skip


def _service(one: Try) -> str:
    return destination(one.cluster).service


def _is_answered(one: Try, zone: str) -> bool:
    return is_last(one) and one.ok and one.server is not None and zone_of(one.server.zone) == zone


def _is_lost(one: Try) -> bool:
    return is_last(one) and not one.ok


# Lanes


def _asked_from(place: str, zones: Sequence[str], windows: Windows[Try]) -> Row:
    """Requests from one zone, by the zone that answered."""

    def lost(one: Try) -> bool:
        return zone_of(one.client.zone) == place and _is_lost(one)

    def answered(one: Try, zone: str) -> bool:
        return zone_of(one.client.zone) == place and _is_answered(one, zone)

    bands = [
        series(zone, f"zone {zone}", look, windows.rates(partial(answered, zone=zone)))
        for zone, look in zip(zones, LOOKS, strict=False)
    ]
    bands.append(series("lost", "lost", LOST, windows.rates(lost)))
    label = f"asked from zone {place}: requests per second, by the zone that answered"
    return lane(f"from {place}", label, "", bands)


def _kept(windows: Windows[Try]) -> Row:
    """How much stays with the nearest hosts, beside what Envoy's rule gives them."""

    def went(rows: Sequence[Try]) -> float | None:
        ranked = [one for one in rows if one.levels]
        near = sum(one.level == 0 for one in ranked)
        return round(100 * near / len(ranked), 2) if ranked else None

    def rule(rows: Sequence[Try]) -> float | None:
        given = [one.levels[0] for one in rows if one.levels]
        return round(sum(given) / len(given), 2) if given else None

    lines = [series("went", "went there", "accent solid", windows.points(went)),
             series("rule", "1.4 × their healthy share, at most 100", "ink dash",
                    windows.points(rule))]  # fmt: skip
    return lane("near", "tries that go to the nearest hosts (priority 0), in %", "", lines=lines)


def _placed(world: Any, name: str) -> Iterator[tuple[str, Course]]:
    """For each zone how many ready endpoints a Service has over time."""
    places: dict[str, Course] = {}
    known: dict[tuple[str, str], dict[str, int]] = {}
    for write in writes(world.api, SLICES):
        obj = write.new or write.old or {}
        if f"{write.key[0]}/{labels_of(obj).get(SERVICE_NAME, '')}" != name:
            continue
        known[write.key] = _ready((write.new or {}).get("endpoints") or ())
        for zone in {*places, *known[write.key]}:
            count = sum(each.get(zone, 0) for each in known.values())
            places.setdefault(zone, Course()).set(write.time, count)
    yield from sorted(places.items())


def _ready(endpoints: Sequence[Row]) -> dict[str, int]:
    ready = (one for one in endpoints if (one.get("conditions") or {}).get("ready") is not False)
    return counted(zone_of(str(one.get("zone") or "")) for one in ready)


def _endpoints(world: Any, name: str, zones: Sequence[str]) -> Row:
    courses = dict(_placed(world, name))
    bands = [series(zone, f"zone {zone}", look, courses.get(zone, Course()))
             for zone, look in zip(zones, LOOKS, strict=False)]  # fmt: skip
    return lane("endpoints", "ready endpoints of the Service, by zone", "", bands)


# Marks


def _lost_zones(world: Any) -> Iterator[Row]:
    """When the last machine of a zone has died."""
    zones: dict[str, str] = {}
    for write in writes(world.api, "nodes"):
        zones[write.key[1]] = get_path(
            write.new or write.old or {}, "metadata", "labels", ZONE, default=""
        )
    dead: set[str] = set()
    for time, command, what in faults(world):
        if what not in zones:
            continue
        (dead.add if command == "fail.node" else dead.discard)(what)
        if command == "fail.node" and _is_gone(zones, dead, zones[what]):
            yield mark(time, f"zone {zone_of(zones[what])} is lost", "Warning")


def _is_gone(zones: dict[str, str], dead: set[str], place: str) -> bool:
    here = {node for node, zone in zones.items() if zone == place and node != "control-plane"}
    return here <= dead


def _ejections(world: Any, name: str) -> list[Row]:
    """Who was taken out and came back, the first of it."""
    namespace, _, service = name.partition("/")
    host = f"{service}.{namespace}.svc.{DOMAIN}"
    found = ejection_marks(world, list(ejectors(as_it_was(world).parts["proxies"], host)))
    return merged(found)


# Numbers


def _row(place: str, zones: Sequence[str], found: Sequence[Try]) -> list[str]:
    own = [one for one in found if zone_of(one.client.zone) == place]
    counts = [sum(_is_answered(one, zone) for one in own) for zone in zones]
    lost = sum(map(_is_lost, own))
    return [f"zone {place}", *(f"{count:,}" for count in (lost + sum(counts), *counts, lost))]


def _failed(zones: Sequence[str], found: Sequence[Try]) -> list[str]:
    """Where tries have failed, also those that were repeated."""
    bad = [one for one in found if not one.ok]
    places = counted(zone_of(one.server.zone) for one in bad if one.server is not None)
    nowhere = len(bad) - sum(places.values())
    counts = (f"{places.get(zone, 0):,}" for zone in zones)
    rest = f"{nowhere:,} reached no pod" if nowhere else ""
    return ["tries that failed there", f"{len(bad):,}", *counts, rest]


def _summary(name: str, clients: Sequence[str], found: Sequence[Try]) -> str:
    told = "; ".join(_told(place, found) for place in clients)
    count = sum(map(is_last, found))
    return f"{name.removeprefix('default/')}: {count:,} requests; {told}"


def _told(place: str, found: Sequence[Try]) -> str:
    own = [one for one in found if zone_of(one.client.zone) == place and is_last(one)]
    near = sum(_is_answered(one, place) for one in own)
    lost = sum(map(_is_lost, own))
    others = len(own) - near - lost
    return (f"from zone {place} {near:,} were answered in it, {others:,} in other zones, "
            f"{lost:,} lost")  # fmt: skip
