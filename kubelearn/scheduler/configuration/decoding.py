"""Strict decoding: unknown fields and wrong types are refused, in the words of Go's decoder."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from kubelearn.api.validation.field import child, go_json, index, quote
from kubelearn.scheduler.configuration.durations import nanoseconds
from kubelearn.scheduler.configuration.error import ConfigurationError
from kubelearn.scheduler.configuration.schema import ARGUMENTS, CONFIGURATION, HEAD, ListOf, Struct

GROUP = "kubescheduler.config.k8s.io"
API_VERSION = f"{GROUP}/v1"
KIND = "KubeSchedulerConfiguration"
PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "bool": (bool,),
    "int32": (int,),
    "int64": (int,),
    "float32": (int, float),
    "duration": (str,),
}
GO_TYPES = {"duration": "string"}
"""Kinds whose Go type has another name in messages about the wrong JSON type."""
LARGEST = {"int32": 2**31 - 1, "int64": 2**63 - 1, "float32": 3.4028234663852886e38}


class TypeMismatch(ValueError):
    """A value of another JSON type than its field has, or one that its type cannot hold."""


def decode(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy without nulls; ConfigurationError for what the real scheduler could not read."""
    version, kind = document.get("apiVersion"), document.get("kind")
    if kind != KIND or version != API_VERSION:
        raise ConfigurationError(
            f'no kind "{kind}" is registered for version "{version}": this has to be '
            f"apiVersion: {API_VERSION}, kind: {KIND}"
        )
    _strict(document, CONFIGURATION)
    decoded: dict[str, Any] = _filled(document, CONFIGURATION)
    for number, profile in enumerate(decoded.get("profiles", ())):
        for place, config in enumerate(profile.get("pluginConfig", ())):
            where = f"decoding .profiles[{number}].pluginConfig[{place}]: "
            config["args"] = _decode_arguments(config["name"], config.get("args"), where)
    return decoded


def _decode_arguments(name: str, args: Any, where: str) -> Any:
    args = {} if args is None else args
    if not isinstance(args, Mapping):
        raise ConfigurationError(f"{where}args for plugin {name}: this is no object: {args!r}")
    fields = ARGUMENTS.get(name)
    if fields is None:
        return args
    _expect_kind(name, args, where)
    struct = Struct(f"{name}Args", {**HEAD, **fields})
    _strict(args, struct, f"{where}decoding args for plugin {name}: ")
    return _filled(args, struct)


def _expect_kind(name: str, args: Mapping[str, Any], where: str) -> None:
    """Arguments may leave their head out; one that they have must be the plugin's."""
    wanted = f"{name}Args"
    kind, version = args.get("kind") or wanted, args.get("apiVersion") or API_VERSION
    if version != API_VERSION or kind not in {KIND, *(f"{one}Args" for one in ARGUMENTS)}:
        raise ConfigurationError(
            f'{where}decoding args for plugin {name}: no kind "{kind}" is registered for version '
            f'"{version}": this has to be apiVersion: {API_VERSION}, kind: {wanted}'
        )
    if kind != wanted:
        told = f"{kind}.{GROUP}"
        raise ConfigurationError(
            f"{where}args for plugin {name} were not of type {wanted}.{GROUP}, got {told}"
        )


ZEROS: dict[str, Any] = {"name": "", "utilization": 0, "score": 0, "preference": {}}
"""Fields that have Go's zero value when they are left out."""


def _filled(value: Any, kind: Any) -> Any:
    """The value with null taken as Go takes it: a field that is not given, or an empty item."""
    if isinstance(kind, Struct):
        given = {name: inner for name, inner in (value or {}).items() if inner is not None}
        zeros = {name: copy.copy(zero) for name, zero in ZEROS.items() if name in kind.fields}
        return {
            **zeros,
            **{name: _filled(inner, kind.fields[name]) for name, inner in given.items()},
        }
    if isinstance(kind, ListOf):
        return [_filled(inner, kind.item) for inner in value]
    return "" if value is None and kind == "string" else copy.deepcopy(value)


def _strict(value: Mapping[str, Any], struct: Struct, where: str = "") -> None:
    try:
        unknown = list(_unknown(value, struct, "", "", struct.name))
    except TypeMismatch as error:
        raise ConfigurationError(f"{where}{error}") from None
    if unknown:
        texts = ", ".join(f"unknown field {quote(path)}" for path in unknown)
        raise ConfigurationError(f"{where}strict decoding error: {texts}")


def _unknown(value: Any, kind: Any, path: str, dotted: str, owner: str) -> Iterator[str]:
    """Paths of fields that the schema does not have; `dotted` is the path without indexes."""
    if value is None or kind == "any":
        return
    if isinstance(kind, Struct):
        _expect(value, Mapping, f"v1.{kind.name}", owner, dotted)
        for name, inner in value.items():
            if name in kind.fields:
                yield from _unknown(
                    inner, kind.fields[name], child(path, name), child(dotted, name), kind.name
                )
            else:
                yield child(path, str(name))
    elif isinstance(kind, ListOf):
        _expect(value, list, f"[]{_go(kind.item)}", owner, dotted)
        for place, inner in enumerate(value):
            yield from _unknown(inner, kind.item, index(path, place), dotted, owner)
    else:
        _expect(value, PYTHON_TYPES[kind], GO_TYPES.get(kind, kind), owner, dotted)
        _expect_size(value, kind, owner, dotted)


def _expect(value: Any, wanted: Any, go: str, owner: str, dotted: str) -> None:
    is_bool = isinstance(value, bool)
    if isinstance(value, wanted) and is_bool == (wanted == (bool,)):
        return
    field = f"Go struct field {owner}.{dotted}" if dotted else "Go value"
    raise TypeMismatch(f"json: cannot unmarshal {_json_type(value)} into {field} of type {go}")


def _expect_size(value: Any, kind: str, owner: str, dotted: str) -> None:
    """A number must fit its type, and a duration must be one."""
    largest = LARGEST.get(kind)
    if largest is not None:
        smallest = -largest if kind == "float32" else -largest - 1
        if not smallest <= value <= largest:
            field = f"Go struct field {owner}.{dotted}"
            told = f"json: cannot unmarshal number {go_json(value)} into {field}"
            raise TypeMismatch(f"{told} of type {kind}")
    elif kind == "duration":
        try:
            nanoseconds(value)
        except ValueError as error:
            raise TypeMismatch(str(error)) from None


def _go(kind: Any) -> str:
    return f"v1.{kind.name}" if isinstance(kind, Struct) else str(kind)


def _json_type(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, float):
        return f"number {go_json(value)}"
    names = ((str, "string"), (int, "number"), (Mapping, "object"), (list, "array"))
    return next((name for python, name in names if isinstance(value, python)), "value")
