"""A canary: which version answered over time, beside the weights that were asked for, with errors.

Read from the tries of the proxies that have drawn a version for each request, with the weights that
they knew at that moment: an HTTPRoute's, a VirtualService's (of TCP too), or the canary's of an
Ingress; a rule by header counts as 100 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from kubelearn.frames.causes import cause_marks, causes
from kubelearn.frames.lanes import TENTH, lane, over_time, series
from kubelearn.frames.source import Frame, Row
from kubelearn.frames.tried import (
    ENOUGH,
    Windows,
    begun,
    counted,
    destination,
    is_last,
    tried,
    unsent,
)
from kubelearn.network.tries import Try
from kubelearn.sim.clock import SECOND
from kubelearn.sim.duration import format_duration

NOTHING = (
    "No proxy has passed on a request to this Service yet: the shares are what the proxies of a "
    'mesh or of a gateway have drawn. Send a load(...), let time pass, show("canary") again.'
)
NOTE = (
    "Asked for: what the weights gave a version, as the proxies knew them when they drew (–: there "
    "was no rule). Each request is drawn by itself: with 10 %, between 4 and 16 of 100 are usual."
)
NOBODY = "no version"
MOST = 4
"""Versions that get a lane."""
LINES = ("accent solid", "alarm dash", "ink dot", "muted long")
HEADS = ("since", "version", "asked for", "got", "requests", "failed", "errors")
MOST_GROUPS = 8
"""Of different weights; the newest are told."""


class Drawn(NamedTuple):
    """A request: the version that its proxy chose, and with which chances."""

    asked: int
    """When it was sent (ns)."""
    version: str
    ok: bool
    chances: dict[str, float]
    """Version → share from 0 to 1; empty where no rule says one."""


def canary(world: Any, subject: str = "", start: int | None = None) -> Frame:
    """A Service ("namespace/name") since a moment (ns); without a subject the one most asked."""
    everything = [one for one in tried(world) if is_last(one)]
    name = subject or _most_drawn(world, everything)
    hosts = {asked_name(world, one) for one in everything
             if name in (asked_name(world, one), destination(one.cluster).service)}  # fmt: skip
    found = begun(world, [one for one in everything if asked_name(world, one) in hosts], start)
    now = world.clock.now
    if not found:
        return over_time("canary", start or 0, now, [], [], NOTHING, subject=name)
    drawn = _drawn(world, found)
    windows = Windows(drawn, now, enough=ENOUGH)
    versions = sorted({one.version for one in drawn} | _asked_for(drawn))
    lanes = [_shares(version, windows) for version in versions[:MOST]]
    if not all(one.ok for one in drawn):
        lanes.append(_errors(versions, windows))
    rows = [row for group in _groups(drawn)[-MOST_GROUPS:] for row in _rows(group, versions)]
    table = {"heads": list(HEADS), "rows": rows, "note": NOTE}
    marks = cause_marks(causes(world, windows.start))
    told = _summary(", ".join(sorted(hosts)), drawn, versions) + unsent(world, found)
    return over_time("canary", windows.start, now, lanes, marks, told,
                     subject=name, table=table)  # fmt: skip


def asked_name(world: Any, one: Try) -> str:
    """What a client asked for: "namespace/name" of a Service, or a host as it is."""
    name, *rest = one.host.split(".")
    namespace = rest[0] if rest else one.client.name.partition("/")[0]
    found = world.api.find("services", namespace, name)
    return one.host if found is None else f"{namespace}/{name}"


def _most_drawn(world: Any, everything: Sequence[Try]) -> str:
    """What was asked for most where proxies had a choice, or else at all."""
    drawn = [one for one in everything if one.shares] or everything
    return next(iter(counted(asked_name(world, one) for one in drawn)), "")


# Versions and their chances


def _drawn(world: Any, found: Sequence[Try]) -> list[Drawn]:
    clusters = {one.cluster for one in found}
    clusters |= {cluster for one in found for cluster, _ in one.shares}
    several = len({destination(cluster).service for cluster in clusters}) > 1
    return [
        Drawn(one.asked, _version(one, several=several), one.ok,
              _chances(world, one, several=several))
        for one in found
    ]  # fmt: skip


def _named(cluster: str, *, several: bool) -> str:
    """What a rule calls a destination: its subset, or one of several Services."""
    meant = destination(cluster)
    return meant.subset or (meant.service.rpartition("/")[2] if several else "")


def _version(one: Try, *, several: bool) -> str:
    own = "" if one.server is None else one.server.version or one.server.app
    return _named(one.cluster, several=several) or own or NOBODY


def _chances(world: Any, one: Try, *, several: bool) -> dict[str, float]:
    total = sum(weight for _, weight in one.shares)
    if not total:
        is_ruled = destination(one.cluster) != (asked_name(world, one), "")
        name = _named(one.cluster, several=several)
        return {name: 1.0} if name and is_ruled else {}
    found: dict[str, float] = {}
    for cluster, weight in one.shares:
        name = _named(cluster, several=several) or NOBODY
        found[name] = found.get(name, 0.0) + weight / total
    return found


def _asked_for(drawn: Sequence[Drawn]) -> set[str]:
    return {name for one in drawn for name, share in one.chances.items() if share}


def _mean(version: str, rows: Sequence[Drawn]) -> float | None:
    """The percent that the weights give a version, on average over requests; None = no rule."""
    asked = [one.chances.get(version, 0.0) for one in rows if one.chances]
    return round(100 * sum(asked) / len(asked), 2) if asked else None


def _failed(version: str, rows: Sequence[Drawn]) -> float | None:
    """Percent of the requests to a version that failed; None = it got none."""
    own = [one for one in rows if one.version == version]
    return round(100 * sum(not one.ok for one in own) / len(own), 2) if own else None


# What is drawn


def _shares(version: str, windows: Windows[Drawn]) -> Row:
    good = windows.shares(lambda one: one.version == version and one.ok)
    bad = windows.shares(lambda one: one.version == version and not one.ok)
    asked = windows.points(lambda rows: _mean(version, rows))
    label = f"{version}: share of the requests in %, every {windows.step // SECOND} s"
    bands = [series("answered", "answered", "accent ready", good),
             series("failed", "failed", "alarm starting", bad)]  # fmt: skip
    return lane(version, label, "", bands, [series("asked", "asked for", "ink dash", asked)])


def _errors(versions: Sequence[str], windows: Windows[Drawn]) -> Row:
    """The errors of each version in percent of its own requests."""
    lines = [
        series(version, version, look, windows.points(partial(_failed, version)))
        for version, look in zip(versions, LINES, strict=False)
    ]
    return lane("errors", "errors in % of the requests to a version", "", lines=lines)


def _groups(drawn: Sequence[Drawn]) -> list[list[Drawn]]:
    """Requests with the same chances, in the order of the first of each."""
    found: dict[tuple[tuple[str, float], ...], list[Drawn]] = {}
    for one in drawn:
        found.setdefault(tuple(sorted(one.chances.items())), []).append(one)
    return list(found.values())


def _rows(group: Sequence[Drawn], versions: Sequence[str]) -> list[list[str]]:
    """A row for each version: what the weights give it, and what it got."""
    since = format_duration(round(group[0].asked / TENTH) * TENTH)
    return [_row(since, version, group) for version in versions]


def _row(since: str, version: str, group: Sequence[Drawn]) -> list[str]:
    own = [one for one in group if one.version == version]
    failed = sum(not one.ok for one in own)
    return [since, version, percent(_mean(version, group)), percent(100 * len(own) / len(group)),
            f"{len(own):,}", f"{failed:,}", percent(_failed(version, group))]  # fmt: skip


def percent(value: float | None) -> str:
    """As text; – where there is no number."""
    return "–" if value is None else f"{round(value, 1):g} %"


def _summary(name: str, drawn: Sequence[Drawn], versions: Sequence[str]) -> str:
    newest = _groups(drawn)[-1]
    weights = "by the newest weights" if newest[0].chances else "without weights"
    got = ", ".join(_got(version, newest) for version in versions)
    errors = [(version, _failed(version, drawn)) for version in versions]
    told = ", ".join(
        f"{percent(share)} of those to {version}" for version, share in errors if share
    )
    asked = f"{name.removeprefix('default/')}: {len(drawn):,} requests"
    return f"{asked}; {weights} {got}; {f'failed: {told}' if told else 'none failed'}"


def _got(version: str, group: Sequence[Drawn]) -> str:
    share = 100 * sum(one.version == version for one in group) / len(group)
    asked = _mean(version, group)
    wanted = "" if asked is None else f" (asked for: {percent(asked)})"
    return f"{version} got {percent(share)}{wanted}"
