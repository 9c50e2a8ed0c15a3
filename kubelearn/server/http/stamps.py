"""Time stamps at the edge: moved so that a client, who looks at a wall clock, sees right ages.

Simulated time and the wall clock differ; kubectl subtracts stamps from its own clock. So all
fields of the type date-time move by the difference on their way out, and back on their way in.
Where they stand is known from the schema, so annotations that look like times stay as they are.

Unlike the real one: of custom resources only the metadata and the conditions are moved.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from kubelearn.api.objects import Object
from kubelearn.api.schema import Field, schema, type_named
from kubelearn.api.times import micro_timestamp, parse_timestamp, timestamp
from kubelearn.sim.clock import SECOND

TIME: Final = "time"
MICRO: Final = "microTime"
META: Final = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
CONDITION: Final = "io.k8s.apimachinery.pkg.apis.meta.v1.Condition"
LOOKS_LIKE_ONE: Final = re.compile(rb'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^"]*Z"')


class Each:
    """The same positions in each item of a list or map."""

    __slots__ = ("item",)

    def __init__(self, item: Any) -> None:
        self.item = item


@cache
def positions(name: str) -> dict[str, Any]:
    """Where the times of a type are: field -> TIME, MICRO, Each(...) or a dict of the same kind."""
    return _positions(name, ())


def _positions(name: str, above: tuple[str, ...]) -> dict[str, Any]:
    if name in above:
        return {}  # a type that contains itself has no times further down either
    fields = type_named(name).fields
    found = {field: _of_field(spec, (*above, name)) for field, spec in fields.items()}
    return {field: spot for field, spot in found.items() if spot}


def _of_field(field: Field, above: tuple[str, ...]) -> Any:
    if field.shape in (TIME, MICRO):
        return field.shape
    if field.shape == "struct":
        return _positions(field.type, above)
    if field.item is not None:
        inside = _of_field(field.item, above)
        return Each(inside) if inside else None
    return None


@cache
def _of_kind(api_version: str, kind: str) -> dict[str, Any]:
    group, _, version = api_version.rpartition("/")
    found = schema().type_for(group, version, kind)
    if found is not None:
        return positions(found.name)
    conditions = Each(positions(CONDITION))
    custom = {"metadata": positions(META), "status": {"conditions": conditions}}
    return {**custom, "items": Each(custom)}


def moved(body: Any, by: int) -> Any:
    """A body of an answer with all its times moved by so many nanoseconds; a copy."""
    if not isinstance(body, dict) or not by:
        return body
    kind = body.get("kind")
    if kind == "Table":
        rows = [_row(row, by) for row in body.get("rows") or ()]
        return {**body, "rows": rows}
    if kind is None and "object" in body:  # an event of a watch
        return {**body, "object": moved(body["object"], by)}
    if not isinstance(kind, str):
        return body
    return _moved(body, _of_kind(str(body.get("apiVersion", "")), kind), by)


def _row(row: Object, by: int) -> Object:
    return {**row, "object": moved(row["object"], by)} if row.get("object") else row


def _moved(value: Any, spot: Any, by: int) -> Any:
    if spot is TIME or spot is MICRO or isinstance(spot, str):
        return _stamp(value, spot, by)
    if isinstance(spot, Each):
        if isinstance(value, list):
            return [_moved(item, spot.item, by) for item in value]
        if isinstance(value, dict):
            return {name: _moved(item, spot.item, by) for name, item in value.items()}
        return value
    if not isinstance(value, dict):
        return value
    changed = value
    for name, inside in spot.items():
        if value.get(name):
            if changed is value:
                changed = value.copy()
            changed[name] = _moved(value[name], inside, by)
    return changed


def _stamp(text: Any, shape: str, by: int) -> Any:
    if not isinstance(text, str):
        return text
    try:
        moment = parse_timestamp(text) + by
        return timestamp(moment) if shape == TIME else micro_timestamp(moment)
    except (ValueError, OverflowError):
        return text  # not a time, or one that no calendar has: the API server will say so


def arriving(body: bytes, by: int, created: str = "") -> bytes:
    """A JSON body of a request with its times moved back; only their texts change.

    `created` is the creation time of the stored object: an object that comes back still has its
    own, however far the clocks have moved apart since it was read.
    """
    if not by or not LOOKS_LIKE_ONE.search(body):
        return body
    try:
        given = json.loads(body)
        stamps = {} if not isinstance(given, dict) else _changes(given, moved(given, -by))
    except (ValueError, RecursionError):
        return body
    own = (given.get("metadata") or {}).get("creationTimestamp") if stamps else None
    if own and created:
        stamps[own] = created
    pattern = "|".join(re.escape(f'"{text}"') for text in stamps)
    if not pattern:
        return body
    replaced = re.sub(pattern, lambda m: f'"{stamps[m[0][1:-1]]}"', body.decode())
    return replaced.encode()


def _changes(old: Any, new: Any) -> dict[str, str]:
    """Text before -> text after, of everything that differs."""
    if isinstance(old, str):
        return {old: new} if old != new else {}
    pairs: Any = ()
    if isinstance(old, dict):
        pairs = ((old[name], new[name]) for name in old)
    elif isinstance(old, list):
        pairs = zip(old, new, strict=True)
    changes: dict[str, str] = {}
    for one, other in pairs:
        if one is not other:
            changes |= _changes(one, other)
    return changes


def asked_at(query: Mapping[str, str], by: int) -> Mapping[str, str]:
    """The query of a log with its `sinceTime` moved back to simulated time."""
    try:
        moment = parse_timestamp(query["sinceTime"]) - by
        return {**query, "sinceTime": micro_timestamp(moment)}
    except (ValueError, OverflowError):
        return query  # no time: the API server will say so


def difference(wall: float, epoch: float, now: int) -> int:
    """By how many whole seconds, in nanoseconds, the wall clock is ahead of simulated time."""
    return (int(wall - epoch) - now // SECOND) * SECOND
