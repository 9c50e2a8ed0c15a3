"""What Ingresses ask of their ALB: groups, the order of rules, paths and conditions.

Source: aws-load-balancer-controller `pkg/ingress/group_loader.go`, `rule_optimizer.go`,
`model_build_listener_rules.go`, 3.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from kubelearn.cloud.aws.controller.annotations import AnnotationError

GROUP = re.compile("([a-z0-9][-a-z0-9.]*)?[a-z0-9]")
ORDERS = range(-1000, 1001)
EXACT, PREFIX, SPECIFIC = "Exact", "Prefix", "ImplementationSpecific"


def is_group_name(name: str) -> bool:
    """Whether a name can be that of an IngressGroup."""
    return len(name) <= 63 and GROUP.fullmatch(name) is not None


class Member(NamedTuple):
    """An Ingress of a group."""

    namespace: str
    name: str
    order: str | None = None
    """The annotation `group.order`."""


def ordered(members: Iterable[Member]) -> list[Member]:
    """The Ingresses of a group in the order in which their rules come."""
    return sorted(members, key=lambda one: (group_order(one), f"{one.namespace}/{one.name}"))


def group_order(member: Member) -> int:
    """The place of an Ingress; AnnotationError when it is no number in range."""
    if member.order is None:
        return 0
    try:
        order = int(member.order)
    except ValueError:
        raise AnnotationError(f"failed to load Ingress group order: {member.order!r}") from None
    if order not in ORDERS:
        raise AnnotationError(
            f"explicit Ingress group order must be within [{ORDERS[0]}:{ORDERS[-1]}], "
            f"Ingress: {member.namespace}/{member.name}, order: {order}"
        )
    return order


class PathRule(NamedTuple):
    """A path of an Ingress with its type, and where its requests go."""

    path: str
    kind: str
    backend: Mapping[str, Any] = {}


def path_order(paths: Sequence[PathRule]) -> list[PathRule]:
    """Exact ones as written, then prefixes, the longest first, then the others as written."""
    exact = [one for one in paths if one.kind == EXACT]
    prefixes = sorted((p for p in paths if p.kind == PREFIX), key=lambda p: -len(p.path))
    others = [one for one in paths if one.kind not in (EXACT, PREFIX)]
    return [*exact, *prefixes, *others]


class Values(NamedTuple):
    """The values of one condition: texts with wildcards, or regular expressions."""

    plain: tuple[str, ...] = ()
    regex: tuple[str, ...] = ()

    def plus(self, other: Values, field: str) -> Values:
        """Both; they cannot be mixed in one condition."""
        plain, regex = (*self.plain, *other.plain), (*self.regex, *other.regex)
        if plain and regex:
            raise AnnotationError(
                f"{field} condition cannot have both values and regular expressions"
            )
        return Values(plain, regex)


def path_values(path: str, kind: str, *, regex: bool = False) -> Values:
    """What an Ingress path means to an ALB."""
    if kind == SPECIFIC:
        return Values(regex=(path.removeprefix("/"),)) if regex and path != "/" else Values((path,))
    if kind not in (EXACT, PREFIX):
        raise AnnotationError(f"unsupported pathType: {kind}")
    if "*" in path or "?" in path:
        raise AnnotationError(f"{kind} path shouldn't contain wildcards: {path}")
    if kind == EXACT:
        return Values((path,))
    if path == "/":
        return Values(("/*",))
    plain = path.removesuffix("/")
    return Values((plain, f"{plain}/*"))


def conditions(
    host: str, path: Values | None, extra: Sequence[Mapping[str, Any]]
) -> dict[str, Values]:
    """The conditions of a rule: host and path of the Ingress, and those of the annotation."""
    found: dict[str, Values] = {}
    if host:
        found["host"] = Values((host,))
    if path is not None:
        found["path"] = path
    for one in extra:
        values = Values(tuple(one.get("values") or ()), tuple(one.get("regex") or ()))
        found[one["field"]] = found.get(one["field"], Values()).plus(values, one["field"])
    return found


class Listener(NamedTuple):
    """Where a rule stands."""

    port: int
    protocol: str


def redirects_to_itself(
    listener: Listener, found: Mapping[str, Values], redirect: Mapping[str, str]
) -> bool:
    """Whether a redirect would come back to the same rule for ever; such rules are dropped."""
    kept = {"host": "#{host}", "path": "/#{path}", "port": "#{port}", "protocol": "#{protocol}",
            "query": "#{query}"}  # fmt: skip
    same: dict[str, tuple[str, ...]] = {
        "host": found.get("host", Values()).plain,
        "path": found.get("path", Values()).plain,
        "port": (str(listener.port),),
        "protocol": (listener.protocol,),
        "query": (),
    }
    if any(values.regex for values in found.values()):
        return False
    return all(redirect.get(field, kept[field]) in (kept[field], *same[field]) for field in kept)


def covers(wider: Mapping[str, Values], narrower: Mapping[str, Values]) -> bool:
    """Whether conditions of hosts and paths hold wherever others do, as far as texts tell."""
    if not wider.keys() <= {"host", "path"} or any(values.regex for values in wider.values()):
        return False
    every = {"host": set(), "path": {"/*"}}
    return all(
        every[field] & set(values.plain) or _within(narrower.get(field), values.plain)
        for field, values in wider.items()
    )


def _within(values: Values | None, wider: Sequence[str]) -> bool:
    return values is not None and bool(values.plain) and set(values.plain) <= set(wider)
