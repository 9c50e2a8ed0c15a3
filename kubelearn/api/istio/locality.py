"""Load balancing by locality: the errors of localityLbSetting.

Source: istio `pkg/config/validation/agent/validation.go` (ValidateLocalityLbSetting), 1.27.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kubelearn.api.objects import Object

TOPOLOGY = (
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
    "topology.istio.io/subzone",
)
ALL = "*"


class Locality(NamedTuple):
    """Region, zone and subzone; a part that is not said stands for all."""

    region: str
    zone: str = ALL
    subzone: str = ALL


def locality_lb(setting: Object | None) -> Iterator[str]:
    """The errors of localityLbSetting, none without one."""
    setting = setting or {}
    distribute, failover = setting.get("distribute") or [], setting.get("failover") or []
    if distribute and failover:
        yield "can not simultaneously specify 'distribute' and 'failover'"
        return
    labels = [one for one in setting.get("failoverPriority") or [] if one in TOPOLOGY]
    if failover and labels:
        yield (
            f"can not simultaneously set 'failover' and topology label '{labels[0]}' "
            "in 'failover_priority'"
        )
        return
    yield from _distribute(distribute)
    for one in failover:
        yield from _failover(one.get("from") or "", one.get("to") or "")


def _distribute(rules: list[Object]) -> Iterator[str]:
    for rule in rules:
        shares = rule.get("to") or {}
        wrong = _shares(shares.values())
        if wrong:
            yield wrong
            return
        yield from _localities(sorted(shares))
    yield from _localities((rule.get("from") or "") for rule in rules)


def _shares(shares: Iterable[int]) -> str | None:
    weights = list(shares)
    if any(not 1 <= weight <= 100 for weight in weights):
        return "locality weight must be in range [1, 100]"
    return None if sum(weights) == 100 else f"total locality weight {sum(weights)} != 100"


def _localities(texts: Iterable[str]) -> Iterator[str]:
    """The first error of a list of localities that may not overlap."""
    before: list[Locality] = []
    for text in texts:
        wrong = _locality(text, before)
        if wrong:
            yield f"locality {text} {wrong}"
            return
        before.append(Locality(*text.split("/", 2)))


def _locality(text: str, before: list[Locality]) -> str | None:
    if ALL in text and (text.count(ALL) > 1 or not text.endswith(ALL)):
        return "wildcard '*' number can not exceed 1 and must be in the end"
    parts = text.split("/", 2)
    if not all(parts) and all(one.region != ALL for one in before):
        return "must not contain empty region/zone/subzone info"
    if any(_covered(parts, one) for one in before):
        return "overlap with previous specified ones"
    return None


def _covered(parts: list[str], one: Locality) -> bool:
    """Whether an earlier locality holds the new one, or lies below it where parts end."""
    for part, other in zip(parts, one, strict=False):
        if other == ALL:
            return True
        if part != other:
            return False
    return True


def _failover(source: str, target: str) -> Iterator[str]:
    if source == target:
        yield "locality lb failover settings must specify different regions"
    if "/" in source or "/" in target:
        yield "locality lb failover only specify region"
    if ALL in source or ALL in target:
        yield "locality lb failover region should not contain '*' wildcard"
