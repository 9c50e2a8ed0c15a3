"""Definitions of routes as an application.yaml writes them: `Path=/a/**`, or name and args.

Source: spring-cloud-gateway `route/RouteDefinition.java`, `support/ShortcutConfigurable.java`,
`support/NameUtils.java`, 5.0; `shortcutFieldOrder` of each factory.

Unlike the real one: what a factory's validation says against its arguments is worded here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from kubelearn.spring.boot.failure import StartFailure
from kubelearn.spring.boot.properties import canonical
from kubelearn.spring.gateway.arguments import (
    ABSENT,
    FILTER_SHAPES,
    PREDICATE_SHAPES,
    RENAMED,
    Shape,
    listed,
    read,
)
from kubelearn.spring.gateway.exchange import Args

ILLEGAL = "java.lang.IllegalArgumentException"
PREDICATE, FILTER = "Predicate", "Filter"


class Step(NamedTuple):
    """A predicate or filter of a route."""

    name: str
    args: Args
    text: str
    """As it is written, for people."""


class Route(NamedTuple):
    """A route."""

    id: str
    uri: str
    predicates: tuple[Step, ...]
    filters: tuple[Step, ...]
    """The default filters among its own, in the order in which they act."""
    order: int = 0
    metadata: Mapping[str, Any] = {}


def step(kind: str, place: str, given: Any) -> Step:
    """A predicate or filter from its definition; StartFailure when there is none like it."""
    name, args = _written(kind, place, given)
    shapes = PREDICATE_SHAPES if kind == PREDICATE else FILTER_SHAPES
    if name in ABSENT:
        raise StartFailure.thrown("kubelearn", f"the {kind.lower()} {name} is not modelled here")
    if name not in shapes:
        factory = "RoutePredicateFactory" if kind == PREDICATE else "GatewayFilterFactory"
        raise StartFailure.thrown(ILLEGAL, f"Unable to find {factory} with name {name}")
    shape = shapes[name]
    found = _by_name(shape, args) if isinstance(args, Mapping) else _by_place(shape, args)
    unknown = [one for one in found if one not in shape.names]
    missing = [one for one in shape.order if not one.endswith("?") and one not in found]
    for one in (*unknown, *missing):
        takes = f"{name} takes {', '.join(shape.names) or 'no arguments'}"
        word = takes if one in unknown else f"{name} needs this argument"
        raise StartFailure.unbound(f"{place}.args.{one}", found.get(one, ""), word)
    found = {one: read(f"{place}.args.{one}", one, value) for one, value in found.items()}
    text = given if isinstance(given, str) else f"{name} {dict(args)}" if args else name
    return Step(name, {RENAMED.get(one, one): value for one, value in found.items()}, text)


def _written(kind: str, place: str, given: Any) -> tuple[str, Any]:
    if isinstance(given, Mapping):
        parts = {canonical(name): value for name, value in given.items()}
        if not parts.get("name"):
            raise StartFailure.unbound(f"{place}.name", "", "must not be null")
        args = parts.get("args") or {}
        return str(parts["name"]), args if isinstance(args, Mapping) else {}
    name, equals, rest = str(given).partition("=")
    if kind == PREDICATE and not (name and equals):
        text = f"Unable to parse PredicateDefinition text '{given}', must be of the form name=value"
        raise StartFailure.unbound(place, given, text)
    return name, [part.strip() for part in rest.split(",") if part.strip()]


def _by_place(shape: Shape, given: list[str]) -> dict[str, Any]:
    if shape.gathers:
        flags = ("true", "false")
        kept = given[:-1] if shape.more and len(given) > 1 and given[-1] in flags else given
        return {shape.order[0]: tuple(kept)} if kept else {}
    return dict(zip((name.rstrip("?") for name in shape.order), given, strict=False))


def _by_name(shape: Shape, given: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments by name; those of the short form may be numbered (_genkey_0)."""
    if given and all(str(name).startswith("_genkey_") for name in given):
        return _by_place(shape, [str(value) for value in given.values()])
    known = {canonical(name): name for name in shape.names}
    found = {known.get(canonical(name), name): value for name, value in _flat(given).items()}
    if shape.gathers and shape.order[0] in found:
        found[shape.order[0]] = tuple(listed(found[shape.order[0]]))
    return found


def _flat(tree: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in tree.items():
        place = f"{before}{name}"
        made |= _flat(value, f"{place}.") if isinstance(value, Mapping) else {place: value}
    return made


# Routes

URI = re.compile(r"(https?|lb(:https?)?)://[^/:?#\s\[\]]+(:(?P<port>\d{1,5}))?([/?#].*)?")
TIMEOUTS = ("connect-timeout", "response-timeout")
WEBFLUX = "spring.cloud.gateway.server.webflux"


def route(number: int, given: Any, defaults: tuple[Step, ...]) -> Route:
    """A route from its definition."""
    place = f"{WEBFLUX}.routes[{number}]"
    parts = {canonical(name): value for name, value in given.items()} if isinstance(
        given, Mapping) else {}  # fmt: skip
    uri = str(parts.get("uri") or "")
    if not parts.get("id"):
        raise StartFailure.thrown("java.lang.NullPointerException", "Route id must be set")
    if not is_uri(uri) and not uri.startswith(("no:", "forward:")):
        raise StartFailure.unbound(f"{place}.uri", uri,
                                   "write http://service:port, https://..., lb://name")  # fmt: skip
    if not parts.get("predicates"):
        raise StartFailure.unbound(f"{place}.predicates", "[]", "must not be empty")
    own = filters(f"{place}.filters", parts.get("filters"))
    steps = _steps(PREDICATE, f"{place}.predicates", parts["predicates"])
    given = parts.get("metadata")
    metadata = given if isinstance(given, Mapping) else {}
    numbers = {"order": parts.get("order", 0), **{f"metadata.{name}": metadata[name]
               for name in TIMEOUTS if name in metadata}}  # fmt: skip
    for name, number in numbers.items():
        if re.fullmatch(r"-?\d+", str(number)) is None:
            raise StartFailure.unbound(f"{place}.{name}", number, "it is a whole number")
    order = int(numbers["order"])
    return Route(str(parts["id"]), uri, steps, in_order(defaults, own), order, metadata)


def is_uri(text: str) -> bool:
    """Whether a text says where a request can be sent."""
    found = URI.fullmatch(text)
    return found is not None and 0 < int(found["port"] or 80) < 65536


def filters(place: str, given: Any) -> tuple[Step, ...]:
    """Filters from their definitions."""
    return _steps(FILTER, place, given or ())


def _steps(kind: str, place: str, given: Any) -> tuple[Step, ...]:
    many = given if isinstance(given, (list, tuple)) else [given]
    return tuple(step(kind, f"{place}[{number}]", one) for number, one in enumerate(many))


def in_order(defaults: tuple[Step, ...], own: tuple[Step, ...]) -> tuple[Step, ...]:
    """Both lists by the place of each filter in its own list; of two the default one first."""
    placed = [*enumerate(defaults, 1), *enumerate(own, 1)]
    return tuple(one for _, one in sorted(placed, key=lambda pair: pair[0]))
