"""Strategic merge patches: as merge patches, but lists of named things are merged by name.

Which lists, and by which key, is in the schema (`patchStrategy: merge`, `patchMergeKey`). A patch
can hold directives:

    $patch: delete | replace               on a struct or on an item of a list
    $retainKeys: [names]                   all other fields of the struct go
    $setElementOrder/LIST: [items]         the wanted order of a list
    $deleteFromPrimitiveList/LIST: [...]   what goes from a list of texts

Items that the patch names come first unless an order is given. Nothing is changed in place.

Source: `apimachinery/pkg/util/strategicpatch/patch.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kubelearn.api.errors import APIError, BadRequest
from kubelearn.api.objects import Object
from kubelearn.api.patch.element_order import ordered
from kubelearn.api.patch.go_print import go_print
from kubelearn.api.schema import Field, child

PATCH: Final = "$patch"
RETAIN: Final = "$retainKeys"
ORDER: Final = "$setElementOrder/"
DELETE: Final = "$deleteFromPrimitiveList/"
BAD_RETAIN: Final = "invalid patch format of retainKeys"
BAD_ORDER: Final = "invalid patch format of setElementOrder list"
BAD_PRIMITIVES: Final = "invalid patch format of primitive list"


def strategic_merge_patch(document: Object, patch: Any, field: Field) -> Object:
    """The document after the patch; `field` is the schema of the document (shape `struct`)."""
    if patch is None:
        return document
    if not isinstance(patch, Mapping):
        kind = "array" if isinstance(patch, list) else "value"
        raise BadRequest(
            f"json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}"
        )
    return _merged(document, patch, field)


def _merged(old: Mapping[str, Any], patch: Mapping[str, Any], field: Field | None) -> Object:
    """A struct after its patch."""
    if PATCH in patch:
        return _replaced(patch)
    new = dict(_retained(old, patch))
    for name, value in patch.items():
        if name.startswith(DELETE):
            _delete_values(new, name.removeprefix(DELETE), value)
    for name, value in patch.items():
        if name != RETAIN and not name.startswith((DELETE, ORDER)):
            _merge_field(new, name, value, field, patch.get(ORDER + name))
    for name, order in patch.items():
        listed = name.removeprefix(ORDER)
        if name.startswith(ORDER) and listed in new and listed not in patch:
            items = _list(new[listed], BAD_ORDER)
            new[listed] = ordered(items, _list(order, BAD_ORDER), items, _key(field, listed))
    return new


def _replaced(patch: Mapping[str, Any]) -> Object:
    directive = patch[PATCH]
    if directive == "delete":
        return {}
    if directive == "replace":
        return {name: value for name, value in patch.items() if name != PATCH}
    raise APIError(f"unknown patch type: {directive} in map: {go_print(dict(patch))}")


def _retained(old: Mapping[str, Any], patch: Mapping[str, Any]) -> Mapping[str, Any]:
    """The old struct without the fields that `$retainKeys` does not list."""
    if RETAIN not in patch:
        return old
    keys = _list(patch[RETAIN], BAD_RETAIN)
    for name, value in patch.items():
        if value is not None and name not in keys and not name.startswith((RETAIN, DELETE, ORDER)):
            raise BadRequest(BAD_RETAIN)
    return {name: value for name, value in old.items() if name in keys}


def _delete_values(new: Object, name: str, values: Any) -> None:
    if name in new:
        gone = _list(values, BAD_PRIMITIVES)
        new[name] = [item for item in _list(new[name], BAD_PRIMITIVES) if item not in gone]


def _merge_field(new: Object, name: str, value: Any, field: Field | None, order: Any) -> None:
    """Set one field of the new struct."""
    old = new.get(name)
    known = child(field, name) if field is not None else None
    if value is None:
        new.pop(name, None)
    elif isinstance(value, dict) and isinstance(old, dict):
        replaces = known is not None and "replace" in known.strategy
        new[name] = cleaned(value) if replaces else _merged(old, value, known)
    elif isinstance(value, list) and known is not None and "merge" in known.strategy:
        new[name] = _merged_list(old if isinstance(old, list) else [], value, known, order)
    else:
        new[name] = cleaned(value)


def _merged_list(old: list[Any], patch: list[Any], field: Field, order: Any) -> list[Any]:
    """A list after its patch, in the right order."""
    key = field.merge_key
    if not key:
        merged: list[Any] = []
        for value in [*old, *patch]:
            if value not in merged:
                merged.append(value)
        return ordered(merged, patch if order is None else _list(order, BAD_ORDER), old, "")
    live, items = _without_special(old, patch, key)
    merged = list(live)
    for item in items:
        index = _find(live, key, _key_value(item, key))
        if index is None:
            merged.append(cleaned(item))
        else:
            merged[index] = _merged(live[index], item, field.item)
    if order is None:
        return ordered(merged, items, live, key)
    wanted = _list(order, BAD_ORDER)
    _check_order(items, wanted, key)
    return ordered(merged, wanted, old, key)


def _without_special(
    old: list[Any], patch: list[Any], key: str
) -> tuple[list[Any], list[Mapping[str, Any]]]:
    """(live items that stay, items to merge): items with `$patch` are carried out here."""
    items: list[Mapping[str, Any]] = []
    replace = False
    for item in patch:
        if not isinstance(item, Mapping):
            raise APIError(f"expected a map in the list, got {go_print(item)}")
        directive = item.get(PATCH)
        if directive is None:
            items.append(item)
        elif directive == "delete":
            value = _key_value(item, key)
            old = [one for one in old if one.get(key) != value]
        elif directive == "replace":
            replace = True
        elif directive == "merge":
            raise APIError("merging lists cannot yet be specified in the patch")
        else:
            raise APIError(f"unknown patch type: {directive} in map: {go_print(dict(item))}")
    return ([dict(item) for item in items], []) if replace else (old, items)


def _key_value(item: Mapping[str, Any], key: str) -> Any:
    if key not in item:
        raise APIError(f"map: {go_print(dict(item))} does not contain declared merge key: {key}")
    return item[key]


def _find(items: Sequence[Mapping[str, Any]], key: str, value: Any) -> int | None:
    return next((index for index, one in enumerate(items) if one.get(key) == value), None)


def _check_order(items: Sequence[Mapping[str, Any]], order: list[Any], key: str) -> None:
    """The patched items must be in the given order, in the same sequence."""
    remaining = iter(order)
    for item in items:
        if not any(one.get(key) == item.get(key) for one in remaining):
            raise APIError(
                f"The order in patch list:\n{go_print(list(items))}\n doesn't match "
                f"$setElementOrder list:\n{go_print(order)}\n"
            )


def _key(field: Field | None, name: str) -> str:
    known = child(field, name) if field is not None else None
    return known.merge_key if known is not None else ""


def _list(value: Any, problem: str) -> list[Any]:
    if not isinstance(value, list):
        raise BadRequest(problem)
    return value


def cleaned(value: Any) -> Any:
    """A value that is new: without nulls and directives, which have nothing to act on."""
    if isinstance(value, list):
        kept = [item for item in value if not _deletes(item)]
        return [cleaned(item) for item in kept]
    if not isinstance(value, dict):
        return value
    if _deletes(value):
        return {}
    return {
        name: cleaned(item)
        for name, item in value.items()
        if item is not None
        and name not in (PATCH, RETAIN)
        and not name.startswith((ORDER, DELETE))
        and not _deletes(item)
    }


def _deletes(value: Any) -> bool:
    return isinstance(value, dict) and value.get(PATCH) == "delete"
