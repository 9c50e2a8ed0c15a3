"""Delegates: a rule of a VirtualService hands what it matches to the rules of another.

The other has no hosts of its own. Its rules take the place of the rule: each matches what both
match, and what it does not say itself it takes from the rule. A rule that could match more than the
one that hands over is left out.
Source: istio `pilot/pkg/model/virtualservice.go` (mergeHTTPRoutes, hasConflict), 1.27.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kubelearn.mesh.istio.export_to import exported

Given = Mapping[str, Any]
INHERITED = (
    "rewrite", "directResponse", "timeout", "retries", "fault", "mirror", "mirrorPercent",
    "mirrorPercentage", "corsPolicy", "mirrors", "headers",
)  # fmt: skip
"""What a rule takes over when it does not say it itself."""
TEXTS = ("uri", "scheme", "method", "authority")
TABLES = ("headers", "withoutHeaders", "queryParams")
ONES = ("port", "sourceNamespace", "gateways", "statPrefix")


def with_delegates(services: Iterable[Given]) -> tuple[Given, ...]:
    """VirtualServices (with full host names) whose rules all act themselves."""
    known = list(services)
    delegates = {(one["namespace"], one["name"]): one for one in known if not one["hosts"]}
    return tuple({**one, "http": list(_rules(one, delegates))} for one in known if one["hosts"])


def _rules(service: Given, delegates: Mapping[tuple[str, str], Given]) -> Iterator[Given]:
    for rule in service["http"]:
        to = rule.get("delegate")
        if to is None:
            yield rule
            continue
        place = to.get("namespace") or service["namespace"]
        found = delegates.get((place, to["name"]), {"http": ()})
        if not exported(found.get("exportTo") or (), place, service["namespace"]):
            continue
        for own in found["http"]:
            merged = None if own.get("delegate") else merged_rule(rule, own)
            if merged is not None:
                yield merged


def merged_rule(rule: Given, own: Given) -> Given | None:
    """A delegate's rule inside of the rule that hands over to it; None when they conflict."""
    match = merged_matches(rule.get("match") or (), own.get("match") or ())
    if match is None:
        return None
    inherited = {name: rule[name] for name in INHERITED if name in rule}
    made = {**inherited, **own}
    names = [one["name"] for one in (rule, own) if one.get("name")]
    if names:
        made["name"] = "-".join(names)
    return {**made, "match": match} if match else made


def merged_matches(outer: Sequence[Given], inner: Sequence[Given]) -> list[Given] | None:
    """Blocks of which each is one of both; None when an inner one fits into no outer one."""
    if not outer or not inner:
        return list(outer or inner)
    found: list[Given] = []
    for block in inner:
        fitting = [_both(one, block) for one in outer if not conflict(one, block)]
        if not fitting:
            return None
        found += fitting
    return found


def _both(outer: Given, inner: Given) -> Given:
    made = {**{name: outer[name] for name in (*TEXTS, *ONES) if outer.get(name)}, **inner}
    for name in (*TABLES, "sourceLabels"):
        both = {**(outer.get(name) or {}), **(inner.get(name) or {})}
        if both:
            made[name] = both
    names = [one["name"] for one in (outer, inner) if one.get("name")]
    return {**made, "name": "-".join(names)} if names else made


def conflict(outer: Given, inner: Given) -> bool:
    """Whether an inner block may match what the outer one does not."""
    if any(_texts_conflict(outer.get(name), inner.get(name)) for name in TEXTS):
        return True
    for name in TABLES:
        wider, own = outer.get(name) or {}, inner.get(name) or {}
        if any(_texts_conflict(wider.get(key), text) for key, text in own.items()):
            return True
    if bool(outer.get("ignoreUriCase")) != bool(inner.get("ignoreUriCase")):
        return True
    return _senders_conflict(outer, inner)


def _senders_conflict(outer: Given, inner: Given) -> bool:
    if outer.get("port") and inner.get("port") and outer["port"] != inner["port"]:
        return True
    place = outer.get("sourceNamespace")
    if place and inner.get("sourceNamespace") != place:
        return True
    labels = outer.get("sourceLabels") or {}
    own = inner.get("sourceLabels") or {}
    if any(labels.get(name, value) != value for name, value in own.items()):
        return True
    gateways = outer.get("gateways") or ()
    return bool(gateways) and not set(inner.get("gateways") or ()) <= set(gateways)


def _texts_conflict(outer: Given | None, inner: Given | None) -> bool:
    if outer is None or inner is None:
        return False
    if outer.get("regex") or inner.get("regex"):
        return True
    if outer.get("exact"):
        return bool(inner.get("exact") != outer["exact"])
    if outer.get("prefix"):
        narrower = inner.get("prefix") or inner.get("exact") or ""
        return not narrower.startswith(outer["prefix"])
    return True
