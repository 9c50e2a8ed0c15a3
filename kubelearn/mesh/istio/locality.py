"""Locality: which endpoints come first, and how load is spread over places.

A locality is "region/zone/subzone". Source: istio
`pilot/pkg/networking/core/loadbalancer/loadbalancer.go`, 1.27.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, NamedTuple

OTHER_REGION, NOT_THE_TARGET = 3, 4


class Endpoint(NamedTuple):
    """An endpoint as far as its place counts."""

    locality: str = ""
    labels: Mapping[str, str] = {}
    weight: int = 1


def parts(locality: str) -> tuple[str, str, str]:
    """Region, zone and subzone; "" where nothing is said."""
    region, zone, subzone = (*locality.split("/"), "", "")[:3]
    return region, zone, subzone


def falls_under(locality: str, rule: str) -> bool:
    """Whether a locality is one of a rule's, in which `*` or nothing is any."""
    (region, *rest), (wanted, *more) = parts(locality), parts(rule)
    if wanted not in ("*", region):
        return False
    return all(want in ("*", "", have) for want, have in zip(more, rest, strict=True))


def rank(
    own: str, other: str, failover: Sequence[Mapping[str, str]] = (), *, zone_aware: bool = False
) -> int:
    """How far away: 0 same subzone, 1 same zone, 2 same region, 3 another, 4 not the chosen one.

    `zone_aware`: inside a region the proxy itself prefers near ones, so all of it is 0.
    """
    (region, zone, subzone), (theirs, their_zone, their_subzone) = parts(own), parts(other)
    if region != theirs:
        targets = [one["to"] for one in failover if one["from"] == region]
        return NOT_THE_TARGET if targets and theirs not in targets else OTHER_REGION
    if zone_aware:
        return 0
    if zone != their_zone:
        return 2
    return 0 if subzone == their_subzone else 1


def label_rank(wanted: Sequence[str], own: Mapping[str, str], theirs: Mapping[str, str]) -> int:
    """How many labels of the list do not match, counted from the first that differs.

    "key=value" stands for a fixed value. A first label `network` that differs does not end the
    comparison, but puts the endpoint behind all of the own network.
    """
    rest, behind = list(wanted), 0
    if rest and rest[0] == "network" and not _same("network", own, theirs):
        rest, behind = rest[1:], len(wanted)
    matching = 0
    for label in rest:
        if not _same(label, own, theirs):
            break
        matching += 1
    return behind + len(rest) - matching


def _same(label: str, own: Mapping[str, str], theirs: Mapping[str, str]) -> bool:
    name, equals, value = label.partition("=")
    return theirs.get(name) == (value if equals else own.get(name))


def priorities(
    endpoints: Sequence[Endpoint],
    setting: Mapping[str, Any],
    locality: str = "",
    labels: Mapping[str, str] | None = None,
    *,
    zone_aware: bool = False,
) -> list[int]:
    """The priority of each endpoint, 0 first and without gaps, for a proxy at a locality.

    `setting` is a DestinationRule's localityLbSetting: `failover`, `failoverPriority` or both.
    """
    wanted, failover = setting.get("failoverPriority") or (), setting.get("failover") or ()
    by_place = locality and (failover or not wanted)
    ranks = [0] * len(endpoints)
    if wanted:
        ranks = [label_rank(wanted, labels or {}, one.labels) * 5 for one in endpoints]
    if by_place:
        places = (rank(locality, one.locality, failover, zone_aware=zone_aware)
                  for one in endpoints)  # fmt: skip
        ranks = [labelled + place for labelled, place in zip(ranks, places, strict=True)]
    order = {found: place for place, found in enumerate(sorted(set(ranks)))}
    return [order[found] for found in ranks]


def distributed(endpoints: Sequence[Endpoint], rules: Mapping[str, int]) -> list[int]:
    """The load weight of each locality when its share is said; what no rule names gets nothing."""
    weights = [0] * len(endpoints)
    for rule, percent in rules.items():
        under = [
            place for place, one in enumerate(endpoints)
            if falls_under(one.locality, rule) and not weights[place]
        ]  # fmt: skip
        total = sum(endpoints[place].weight for place in under)
        for place in under:
            weights[place] = ceil(endpoints[place].weight * percent / total)
    return weights
