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
from kubelearn.api.patch.go_print import go_print, go_text, go_type
from kubelearn.api.schema import Field, child

PATCH: Final = "$patch"
RETAIN: Final = "$retainKeys"
ORDER: Final = "$setElementOrder/"
DELETE: Final = "$deleteFromPrimitiveList/"
BAD_RETAIN: Final = "invalid patch format of retainKeys"


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
    for name, order in patch.items():
        if name.startswith(ORDER):
            _order_field(new, patch, name.removeprefix(ORDER), order, field)
    for name, value in patch.items():
        if name.startswith(DELETE):
            _delete_values(new, name.removeprefix(DELETE), value)
    for name, value in patch.items():
        if name == RETAIN or name.startswith((DELETE, ORDER)) or ORDER + name in patch:
            continue
        _merge_field(new, name, value, field)
    return new


def _replaced(patch: Mapping[str, Any]) -> Object:
    directive = patch[PATCH]
    if directive == "delete":
        return {}
    if directive == "replace":
        return {name: value for name, value in patch.items() if name != PATCH}
    raise APIError(f"unknown patch type: {go_text(directive)} in map: {go_print(dict(patch))}")


def _retained(old: Mapping[str, Any], patch: Mapping[str, Any]) -> Mapping[str, Any]:
    """The old struct without the fields that `$retainKeys` does not list."""
    if RETAIN not in patch:
        return old
    keys = patch[RETAIN]
    if not isinstance(keys, list):
        raise BadRequest(BAD_RETAIN)
    for name, value in patch.items():
        if value is not None and name not in keys and not name.startswith((RETAIN, DELETE, ORDER)):
            raise BadRequest(BAD_RETAIN)
    return {name: value for name, value in old.items() if name in keys}


def _delete_values(new: Object, name: str, values: Any) -> None:
    """Take values out of a plain list; what is no list takes nothing, null takes the list."""
    if values is None:
        new.pop(name, None)
    elif isinstance(values, list) and isinstance(new.get(name), list):
        new[name] = [item for item in new[name] if item not in values]


def _order_field(
    new: Object, patch: Mapping[str, Any], name: str, order: Any, field: Field | None
) -> None:
    """Set a list that the patch orders, and perhaps changes."""
    known = child(field, name) if field is not None else None
    key = known.merge_key if known is not None else ""
    wanted = _list(order)
    live = _list(new[name]) if name in new else None
    items = _list(patch[name]) if name in patch else None
    _check_order(items or [], wanted, key)
    if items is None:
        merged = live
    elif live is None:
        merged = _without_directives(items)
    elif known is not None and "merge" in known.strategy:
        merged = _merged_list(live, items, known)
    else:
        merged = items
    if merged is not None:
        _check_keys(merged, key)
        new[name] = ordered(merged, wanted, live or [], key)


def _merge_field(new: Object, name: str, value: Any, field: Field | None) -> None:
    """Set one field of the new struct."""
    old = new.get(name)
    known = child(field, name) if field is not None else None
    strategy = known.strategy if known is not None else ()
    if value is None:
        new.pop(name, None)
    elif isinstance(value, dict) and isinstance(old, dict):
        new[name] = value if "replace" in strategy else _merged(old, value, known)
    elif isinstance(value, list) and isinstance(old, list):
        merges = known is not None and "merge" in strategy
        new[name] = _merged_list(old, value, known) if merges and known else value
    elif _is_directive(value):
        new.pop(name, None)
    else:
        new[name] = _without_directives(_without_nulls(value))


def _merged_list(old: list[Any], patch: list[Any], field: Field) -> list[Any]:
    """A list after its patch, in the right order."""
    _check_types(old, patch)
    key = field.merge_key
    if not any(isinstance(item, dict) for item in (*old, *patch)):
        merged: list[Any] = []
        for value in [*old, *patch]:
            if value not in merged:
                merged.append(value)
        return ordered(merged, patch, old, "")
    live, items = _without_special(old, patch, key)
    merged = list(live)
    for item in items:
        index = _find(merged, key, _key_value(item, key))
        if index is None:
            merged.append(item)
        else:
            merged[index] = _merged(merged[index], item, field.item)
    _check_keys(merged, key)
    return ordered(merged, items, live, key)


def _check_types(*lists: list[Any]) -> None:
    """All items are of one type, and none is a list."""
    kinds = [go_type(item) for items in lists for item in items]
    if kinds and kinds[0] == "[]interface {}":
        raise ListOfLists("lists of lists are not supported")
    if len(set(kinds)) > 1:
        raise APIError(f"list element types are not identical: {go_print(list(lists))}")


class ListOfLists(APIError):
    """An item of a list is a list."""

    code = 422


def _without_special(
    old: list[Any], patch: list[Any], key: str
) -> tuple[list[Any], list[Mapping[str, Any]]]:
    """(live items that stay, items to merge): items with `$patch` are carried out here."""
    items: list[Mapping[str, Any]] = []
    replace = False
    for item in patch:
        if PATCH not in item:
            items.append(item)
            continue
        directive = item[PATCH]
        if directive == "delete":
            value = _key_value(item, key)
            old = [one for one in old if one.get(key) != value]
        elif directive == "replace":
            replace = True
        elif directive == "merge":
            raise APIError("merging lists cannot yet be specified in the patch")
        else:
            shown = go_print(dict(item))
            raise APIError(f"unknown patch type: {go_text(directive)} in map: {shown}")
    return ([dict(item) for item in items], []) if replace else (old, items)


def _key_value(item: Mapping[str, Any], key: str) -> Any:
    if key not in item:
        raise APIError(f"map: {go_print(dict(item))} does not contain declared merge key: {key}")
    return item[key]


def _check_keys(items: Sequence[Any], key: str) -> None:
    """The items of a list with a merge key are structs that have it."""
    if key:
        for item in items:
            _key_value(_struct(item), key)


def _find(items: Sequence[Mapping[str, Any]], key: str, value: Any) -> int | None:
    return next((index for index, one in enumerate(items) if one.get(key) == value), None)


def _check_order(items: list[Any], order: list[Any], key: str) -> None:
    """The patched items must be in the given order, in the same sequence."""
    if not items or not order:
        return
    waiting = [item for item in items if not (key and _is_directive(item))]
    for one in order:
        if not waiting:
            return
        first = waiting[0]
        same = first == one
        if key:
            struct, listed = _struct(first), _struct(one)
            same = _key_value(struct, key) == _key_value(listed, key)
        if same:
            del waiting[0]
    if waiting:
        raise APIError(
            f"The order in patch list:\n{go_print(items)}\n doesn't match "
            f"$setElementOrder list:\n{go_print(order)}\n"
        )


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise APIError(f"expected a []interface {{}}, but received a {go_type(value)}")
    return value


def _struct(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise APIError(f"expected a map[string]interface {{}}, but received a {go_type(value)}")
    return value


def _without_nulls(value: Any) -> Any:
    """A new value without the nulls in its structs."""
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _without_nulls(item) for name, item in value.items() if item is not None}


def _without_directives(value: Any) -> Any:
    """A new value without the structs that have a `$patch`: there is nothing to act on."""
    if isinstance(value, list):
        return [_without_directives(item) for item in value if not _is_directive(item)]
    if not isinstance(value, dict):
        return value
    return {
        name: _without_directives(item) for name, item in value.items() if not _is_directive(item)
    }


def _is_directive(value: Any) -> bool:
    return isinstance(value, dict) and PATCH in value
