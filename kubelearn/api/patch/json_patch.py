"""JSON patches (RFC 6902): a list of operations, applied one after the other.

All parts that no operation touches are shared with the old document.
Source: `evanphx/json-patch` v4, which the API server uses: negative indices count from the end, and
a `test` for null passes where nothing is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from kubelearn.api.errors import BadRequest, Invalid

REFUSAL: Final = "the server rejected our request due to an error in our request"
MISSING: Final[Any] = object()


class _Impossible(Exception):
    """An operation cannot be done on this document."""


def json_patch(document: Any, operations: Any) -> Any:
    """The document after all operations; Invalid, without details as upstream, if one fails."""
    if not isinstance(operations, list):
        raise BadRequest(
            "error decoding patch: json: cannot unmarshal "
            f"{'object' if isinstance(operations, Mapping) else 'value'} into Go value of type "
            "[]handlers.jsonPatchOp"
        )
    try:
        for operation in operations:
            document = _applied(document, operation)
    except _Impossible:
        raise Invalid(REFUSAL, details={}) from None
    return document


def _applied(document: Any, operation: Any) -> Any:
    if not isinstance(operation, Mapping):
        raise _Impossible
    change = OPERATIONS.get(str(operation.get("op", "")))
    if change is None:
        raise _Impossible
    return change(document, pointer(operation.get("path")), operation)


def pointer(path: Any) -> list[str]:
    """The parts of a JSON pointer: "/metadata/labels/a~1b" is metadata, labels, a/b."""
    if path == "":
        return []
    if not isinstance(path, str) or not path.startswith("/"):
        raise _Impossible
    return [part.replace("~1", "/").replace("~0", "~") for part in path[1:].split("/")]


def _add(document: Any, path: list[str], operation: Mapping[str, Any]) -> Any:
    if "value" not in operation:
        raise _Impossible
    return _changed(document, path, lambda parent, name: _put(parent, name, operation["value"]))


def _remove(document: Any, path: list[str], _operation: Mapping[str, Any]) -> Any:
    return _changed(document, path, _without)


def _replace(document: Any, path: list[str], operation: Mapping[str, Any]) -> Any:
    if "value" not in operation:
        raise _Impossible

    def change(parent: Any, name: str) -> Any:
        if isinstance(parent, dict) and name in parent:
            return {**parent, name: operation["value"]}
        if isinstance(parent, list):
            index = _index(parent, name)
            return [*parent[:index], operation["value"], *parent[index + 1 :]]
        raise _Impossible

    return _changed(document, path, change)


def _move(document: Any, path: list[str], operation: Mapping[str, Any]) -> Any:
    source = pointer(operation.get("from"))
    value = _value(document, source)
    if value is MISSING:
        raise _Impossible
    rest = _changed(document, source, _without)
    return _changed(rest, path, lambda parent, name: _put(parent, name, value))


def _copy(document: Any, path: list[str], operation: Mapping[str, Any]) -> Any:
    value = _value(document, pointer(operation.get("from")))
    if value is MISSING:
        raise _Impossible
    return _changed(document, path, lambda parent, name: _put(parent, name, value))


def _test(document: Any, path: list[str], operation: Mapping[str, Any]) -> Any:
    value = _value(document, path)
    wanted = operation.get("value")
    if not same(None if value is MISSING else value, wanted):
        raise _Impossible
    return document


Change = Callable[[Any, list[str], Mapping[str, Any]], Any]

OPERATIONS: Final[dict[str, Change]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}
"""What each `op` does."""


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal; true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _changed(document: Any, path: list[str], change: Callable[[Any, str], Any]) -> Any:
    """The document with `change(parent, last part)` in the place of the parent."""
    if not path:
        raise _Impossible
    name, *rest = path
    if not rest:
        return change(document, name)
    child = _value(document, [name])
    if child is MISSING:
        raise _Impossible
    new = _changed(child, rest, change)
    if isinstance(document, dict):
        return {**document, name: new}
    index = _index(document, name)
    return [*document[:index], new, *document[index + 1 :]]


def _put(parent: Any, name: str, value: Any) -> Any:
    if isinstance(parent, dict):
        return {**parent, name: value}
    if not isinstance(parent, list):
        raise _Impossible
    if name == "-":
        return [*parent, value]
    index = _index(parent, name, extra=1)
    return [*parent[:index], value, *parent[index:]]


def _without(parent: Any, name: str) -> Any:
    if isinstance(parent, dict) and name in parent:
        return {key: value for key, value in parent.items() if key != name}
    if isinstance(parent, list):
        index = _index(parent, name)
        return [*parent[:index], *parent[index + 1 :]]
    raise _Impossible


def _value(document: Any, path: list[str]) -> Any:
    """The value at a path, or MISSING."""
    for name in path:
        if isinstance(document, dict):
            document = document.get(name, MISSING)
        elif isinstance(document, list):
            document = document[_index(document, name)]
        else:
            return MISSING
    return document


def _index(items: list[Any], name: str, extra: int = 0) -> int:
    """The position that a part means in a list; `extra` is 1 where one past the end is allowed."""
    if not name.removeprefix("-").isdecimal() or not name.isascii():
        raise _Impossible
    index = int(name)
    limit = len(items) + extra
    if not -limit <= index < limit:
        raise _Impossible
    return index if index >= 0 else limit + index
