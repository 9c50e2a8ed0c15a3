"""Two things that are called circuit breaker, on one time axis and told apart.

A full connection pool refuses a request at once (UO): a bulkhead, which does not ask whether a host
is well. Outlier detection takes out a host that fails: the breaker. Both act in the clients'
proxies, each by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from kubelearn.frames.lanes import Course, Point, lane, mark, over_time, series
from kubelearn.frames.source import Frame, Row
from kubelearn.mesh.clusters import split_name
from kubelearn.mesh.registry import DOMAIN
from kubelearn.mesh.telemetry.labels import Labels
from kubelearn.mesh.telemetry.series import WIDTH, Tally
from kubelearn.mesh.upstream import Turn
from kubelearn.sim.clock import SECOND
from kubelearn.world.explain import as_it_was

NOTHING = "No proxy of a mesh has asked this Service in this time."
BANDS = {
    "answered": ("answered", "accent ready"),
    "failed": ("failed at a host", "alarm ready"),
    "full": ("pool full (UO)", "ink starting"),
    "nobody": ("no host left (UH)", "muted ending"),
}
"""What becomes of requests → label and look, from the bottom."""
LOOKS = ("alarm solid", "ink dash", "accent dot")
"""Of the proxies whose ejections are drawn: those that have ejected most."""


class Proxied(NamedTuple):
    """A proxy and what has become of the hosts of a Service in it."""

    pod: str
    turns: tuple[Turn, ...]


def breaker(world: Any, subject: str = "", start: int | None = None) -> Frame:
    """A Service ("namespace/name") since a moment (ns); without a subject the one most asked."""
    now = world.clock.now
    begin = (0 if start is None else start) // WIDTH * WIDTH
    parts = as_it_was(world).parts
    pieces = {number: piece for number, piece in parts["telemetry"].series.pieces.items()
              if number >= begin // WIDTH}  # fmt: skip
    host = _host(subject) if subject else _most_asked(pieces)
    counts = [(number * WIDTH, _counts(piece, host)) for number, piece in sorted(pieces.items())]
    if not any(sum(found.values()) for _, found in counts):
        return over_time("breaker", begin, now, [], [], NOTHING, subject=subject)
    proxies = list(ejectors(parts["proxies"], host))
    lanes = [_requests(counts), *_ejected(proxies)]
    marks = sorted(ejection_marks(world, proxies), key=lambda one: one["time"])
    told = _summary(host, counts, proxies)
    return over_time("breaker", begin, now, lanes, marks, told, subject=host)


def _host(subject: str) -> str:
    namespace, _, name = subject.partition("/")
    return f"{name}.{namespace}.svc.{DOMAIN}"


def _most_asked(pieces: Mapping[int, Mapping[Labels, Tally]]) -> str:
    asked: dict[str, int] = {}
    for piece in pieces.values():
        for labels, tally in piece.items():
            if labels.reporter == "source":
                asked[labels.service] = asked.get(labels.service, 0) + tally.requests
    return max(sorted(asked), key=lambda host: asked[host], default="")


def _counts(piece: Mapping[Labels, Tally], host: str) -> dict[str, int]:
    """How many requests of a piece of time ended in which way, as their clients' proxies say."""
    found = dict.fromkeys(BANDS, 0)
    for labels, tally in piece.items():
        if labels.reporter == "source" and labels.service == host:
            found[_way(labels)] += tally.requests
    return found


def _way(labels: Labels) -> str:
    flags = labels.flags.split(",")
    if "UO" in flags:
        return "full"
    if "UH" in flags:
        return "nobody"
    return "answered" if 0 < int(labels.code) < 500 else "failed"


def _requests(counts: list[tuple[int, dict[str, int]]]) -> Row:
    """Requests per second by how they ended; 0 where nothing was sent."""
    bands = []
    for way, (label, look) in BANDS.items():
        course = Course()
        for time, found in counts:
            course.set(time, found[way] * SECOND / WIDTH)
            course.set(time + WIDTH, 0)
        bands.append(series(way, label, look, course))
    return lane("requests", "requests per second", "", bands)


def ejectors(proxies: Any, host: str) -> Iterator[Proxied]:
    """The proxies that have ejected hosts of a Service, those with most ejections first."""
    pods = {pod["metadata"]["uid"]: pod["metadata"]["name"]
            for pod in proxies.context.api.list("pods")}  # fmt: skip
    found: dict[str, tuple[Turn, ...]] = {}
    for (uid, cluster, _), upstream in proxies.upstreams.items():
        if upstream.turns and cluster.count("|") == 3 and split_name(cluster)[2] == host:
            name = pods.get(uid, "a proxy that is gone")
            found[name] = (*found.get(name, ()), *upstream.turns)
    for name in sorted(found, key=lambda name: (-len(found[name]), name)):
        yield Proxied(name, tuple(sorted(found[name])))


def _ejected(proxies: list[Proxied]) -> list[Row]:
    """How many hosts each proxy keeps out."""
    if not proxies:
        return []
    lines = []
    for one, look in zip(proxies, LOOKS, strict=False):
        lines.append(series(one.pod, f"ejected by {one.pod}", look, _course(one.turns)))
    return [lane("hosts", "hosts that are ejected", "", lines=lines)]


def _course(turns: tuple[Turn, ...]) -> list[Point]:
    course = Course()
    for turn in turns:
        course.add(turn.time, 1 if turn.out else -1)
    return course.points


def ejection_marks(world: Any, proxies: list[Proxied]) -> Iterator[Row]:
    """Who was ejected by whom, and who came back."""
    pods = {(pod.get("status") or {}).get("podIP"): pod["metadata"]["name"]
            for pod in world.api.list("pods")}  # fmt: skip
    for one in proxies:
        for turn in one.turns:
            name = pods.get(turn.host.rpartition(":")[0], turn.host)
            text = f"{one.pod} ejects {name}" if turn.out else f"{name} is back at {one.pod}"
            yield mark(turn.time, text, "Warning" if turn.out else "Normal")


def _summary(host: str, counts: list[tuple[int, dict[str, int]]], proxies: list[Proxied]) -> str:
    total = {way: sum(found[way] for _, found in counts) for way in BANDS}
    out = sum(turn.out for one in proxies for turn in one.turns)
    return (
        f"{host}: {sum(total.values())} requests, {total['full']} refused by a full pool (the "
        f"bulkhead), {total['failed']} failed at a host, {out} ejection{'s' * (out != 1)} (the "
        f"breaker), {total['nobody']} found no host"
    )
