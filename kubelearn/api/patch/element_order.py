"""The order of a merged list: what the patch names in its order, the rest woven in as it was.

Source: `normalizeElementOrder` and `mergeSortedSlice` in `strategicpatch/patch.go`.
"""

from __future__ import annotations

from typing import Any


def ordered(items: list[Any], wanted: list[Any], live: list[Any], key: str) -> list[Any]:
    """The items in the order of `wanted`; those it lacks are placed by the order of `live`.

    `key` is the merge key of items that are structs, "" for plain values.
    """
    order = [_identity(one, key) for one in wanted]
    before = [_identity(one, key) for one in live]
    named = [one for one in items if _identity(one, key) in order]
    others = [one for one in items if _identity(one, key) not in order]
    named.sort(key=lambda one: order.index(_identity(one, key)))
    return _woven(others, named, before, key)


def _woven(left: list[Any], right: list[Any], before: list[Any], key: str) -> list[Any]:
    """An item of `left` goes before the next one of `right` only if it was before it."""
    result: list[Any] = []
    position = 0
    for item in left:
        while position < len(right) and not _earlier(item, right[position], before, key):
            result.append(right[position])
            position += 1
        result.append(item)
    return result + right[position:]


def _earlier(one: Any, other: Any, before: list[Any], key: str) -> bool:
    first, second = _identity(one, key), _identity(other, key)
    return first in before and second in before and before.index(first) < before.index(second)


def _identity(item: Any, key: str) -> Any:
    return item.get(key) if key and isinstance(item, dict) else item
