"""One apply: merge, take away what is applied no longer, find conflicts, note who owns what.

Source: structured-merge-diff `merge/update.go` (Apply, prune), Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kubelearn.api.decoding import ConverterReport, decode
from kubelearn.api.errors import APIError
from kubelearn.api.field_paths import Path, Paths, compare, from_fields, to_fields, without
from kubelearn.api.kinds import Kind
from kubelearn.api.managed_fields import (
    SYSTEM,
    Manager,
    field_of,
    identity_of,
    in_order,
    plain,
    reset_fields,
)
from kubelearn.api.objects import Object
from kubelearn.api.server_side_apply.conflicts import refusal
from kubelearn.api.server_side_apply.last_applied import taken_over
from kubelearn.api.server_side_apply.merging import field_set, merged, pruned
from kubelearn.api.server_side_apply.typed import problems
from kubelearn.api.versions import from_version, to_version


class Applier(NamedTuple):
    """Who applies, and how."""

    manager: Manager
    force: bool = False
    subresource: str = ""


def apply_to(
    kind: Kind,
    live: Object | None,
    applied: Object,
    applier: Applier,
    now: str,
    custom: Object | None = None,
) -> Object:
    """The object (as it is stored) after an apply; on create `live` is None.

    Conflict when another manager owns a field to which this one gives another value, unless it
    forces; APIError (500) when the applied object does not fit the schema of its kind.
    """
    version = applier.manager.version
    field = field_of(kind, version, custom)
    _check(applied, field)
    before: Object = {"apiVersion": version, "kind": kind.kind, "metadata": {}}
    if live is not None:
        before = to_version(kind, version.rpartition("/")[2], live)
    ignored = (*SYSTEM, *reset_fields(kind, applier.subresource))
    wanted = _stripped(applied, ignored)
    mine = without(field_set(wanted, field), ignored)
    entries: list[Object] = before["metadata"].get("managedFields") or []
    own = _own_entry(applier)
    last = _owned(entries, own)
    others = [entry for entry in entries if identity_of(entry) != own]
    wanted = {**wanted, "metadata": wanted.get("metadata") or {}}
    after = merged(plain(before), plain(wanted), field)
    kept = mine.union(*(from_fields(entry.get("fieldsV1") or {}) for entry in others))
    after = pruned(after, field, _gone(last, kept))
    changes = compare(plain(before), after, field)
    free = taken_over(before, field, applier.manager)
    gained = changes.changed - changes.removed
    left = _without_conflicts(others, gained, changes.removed, free, applier)
    entry = {**own, **_time(entries, own, now, same=after == plain(before))}
    entry |= {"fieldsType": "FieldsV1", "fieldsV1": to_fields(mine)}
    managed = sorted([*left, *([entry] if mine else [])], key=in_order)
    typed = after if kind.custom else _typed(after, applied, version)
    metadata = {**typed["metadata"], "managedFields": managed}
    return from_version(kind, {**typed, "metadata": metadata})


def _check(applied: Object, field: object) -> None:
    wrong = list(problems(applied, field))  # type: ignore[arg-type]
    if not wrong:
        return
    text = wrong[0] if len(wrong) == 1 else "errors:\n" + "\n".join(f"  {one}" for one in wrong)
    raise APIError(f"failed to create typed patch object ({_called(applied)}): {text}")


def _typed(merged_object: Object, applied: Object, version: str) -> Object:
    """The merged object as the struct of its kind; what passed the schema can still not fit it."""
    group, _, name = version.rpartition("/")
    decoded = decode(merged_object, group, name, applied["kind"], ConverterReport())
    if decoded.error:
        text = f"unable to convert unstructured object to {kind_text(version, applied['kind'])}"
        raise APIError(
            f"failed to convert new object ({_called(applied)}) to proper version: "
            f"{text}: {decoded.error}"
        )
    return decoded.object


def _called(applied: Object) -> str:
    """The applied object as messages have it: `default/web; apps/v1, Kind=Deployment`."""
    given = applied.get("metadata")
    metadata = given if isinstance(given, dict) else {}
    name = f"{metadata.get('namespace', '')}/{metadata.get('name', '')}"
    return f"{name}; {kind_text(applied.get('apiVersion'), applied.get('kind', ''))}"


def kind_text(version: object, kind: object) -> str:
    """A group, version and kind as messages have them: `/v1, Kind=Pod`; "/" for no version."""
    group, _, name = str(version or "").rpartition("/")
    return f"/, Kind={kind}" if "/" in group else f"{group}/{name}, Kind={kind}"


def _stripped(applied: Object, ignored: Iterable[Path]) -> Object:
    """What is applied without whole sections that this door does not open."""
    closed = {path[0][2:] for path in ignored if len(path) == 1} - {"apiVersion", "kind"}
    return {name: value for name, value in applied.items() if name not in closed}


def _own_entry(applier: Applier) -> Object:
    own = {
        "manager": applier.manager.name,
        "operation": "Apply",
        "apiVersion": applier.manager.version,
    }
    return {**own, "subresource": applier.subresource} if applier.subresource else own


def _owned(entries: list[Object], own: Object) -> Paths:
    for entry in entries:
        if identity_of(entry) == own:
            return frozenset(from_fields(entry.get("fieldsV1") or {}))
    return frozenset()


def _gone(last: Paths, kept: Paths) -> list[Path]:
    """What this manager applied before, and nobody owns any more; with the fields around it."""
    around = {path[:length] for path in last for length in range(2, len(path))
              if path[length - 1].startswith("f:")}  # fmt: skip
    held = {path[:length] for path in kept for length in range(1, len(path) + 1)}
    return [path for path in last | around if path not in held]


def _without_conflicts(
    others: list[Object], changed: Paths, removed: Paths, free: Paths, applier: Applier
) -> list[Object]:
    """The entries of the other managers afterwards; Conflict when a field would change hands."""
    clashes: dict[int, Paths] = {}
    left = []
    for place, entry in enumerate(others):
        owned = frozenset(from_fields(entry.get("fieldsV1") or {}))
        clash = (owned & changed) - free
        if clash:
            clashes[place] = clash
        rest = owned - changed - removed
        if rest == owned:
            left.append(entry)
        elif rest:
            left.append({**entry, "fieldsV1": to_fields(rest)})
    if clashes and not applier.force:
        raise refusal(clashes, others)
    return left


def _time(entries: list[Object], own: Object, now: str, *, same: bool) -> Object:
    """The time of the entry: now, or as it was when the apply changed nothing.

    Who applies a Scale gets none: its entry is carried over to the workload without it.
    """
    if own.get("subresource") == "scale":
        return {}
    if not same:
        return {"time": now}
    known = next((entry for entry in entries if identity_of(entry) == own), {})
    return {"time": known["time"]} if "time" in known else {}
