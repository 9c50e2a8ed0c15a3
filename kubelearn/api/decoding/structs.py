"""Reading structs, lists and maps by the schema; each type is compiled once, when first needed.

A struct that has been read is what the server would write back: unknown fields and nulls are gone,
so are the zero values of fields that Go omits when empty.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import Any, NamedTuple

from kubelearn.api.decoding.go_types import embedded_in, go_type, omits_zero
from kubelearn.api.decoding.report import Path, Report, Step
from kubelearn.api.decoding.scalars import (
    DROP,
    Reader,
    boolean_reader,
    integer_reader,
    plain,
    read_amount,
    read_bytes,
    read_double,
    read_int_or_string,
    read_quantity,
    text_reader,
    time_reader,
)
from kubelearn.api.json_text import Repeated
from kubelearn.api.schema import Field, Type, type_named

ZEROS: dict[str, Any] = {
    "string": "",
    "boolean": False,
    "int32": 0,
    "int64": 0,
    "double": 0,
    "byte": "",
    "quantity": "0",
    "intOrString": 0,
}
"""What null means as an item of a list or map; elsewhere null means nothing."""


class Entry(NamedTuple):
    """How one field of a struct is read."""

    read: Reader
    quick: type | None
    """A value of exactly this Python type needs no reading."""
    omits: bool
    step: Step


class Struct:
    """Reads one struct type."""

    def __init__(self, found: Type) -> None:
        self.type = found

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """How each field is read; made late, since types may contain themselves."""
        return {name: _entry(self.type, name, field) for name, field in self.type.fields.items()}

    def __call__(self, value: Any, path: Path, report: Report) -> Any:
        """The struct, or DROP if the value is no object."""
        if type(value) is not dict:
            return self._unusual(value, path, report)
        entries = self.entries
        result: dict[str, Any] = {}
        for name, item in value.items():
            entry = entries.get(name)
            if entry is None:
                report.unknown(path, name)
            elif type(item) is entry.quick:
                if item or not entry.omits:
                    result[name] = item
            elif item is not None:
                read = entry.read(item, (path, entry.step), report)
                if read is not DROP and (read or not entry.omits):
                    result[name] = read
        return result

    def _unusual(self, value: Any, path: Path, report: Report) -> Any:
        if isinstance(value, Repeated):
            return self._repeated(value, path, report)
        if isinstance(value, dict):
            return self(dict(value), path, report)
        report.mismatch(value, self.type.qualified, path)
        return DROP

    def _repeated(self, value: Repeated, path: Path, report: Report) -> dict[str, Any]:
        """An object with a key twice: the later value is read on top of the earlier one."""
        result: dict[str, Any] = {}
        seen: set[str] = set()
        for name, item in value.pairs:
            if name in seen and name in self.entries:
                report.repeated(path, name)
            seen.add(name)
            one = self({name: item}, path, report)
            if name in one:
                result[name] = _over(result.get(name), one[name])
        return result


def _over(old: Any, new: Any) -> Any:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    return {**old, **{name: _over(old.get(name), item) for name, item in new.items()}}


@cache
def struct(name: str) -> Struct:
    """The reader of the type of this full name."""
    return Struct(type_named(name))


def _entry(owner: Type, name: str, field: Field) -> Entry:
    quick = {"string": str, "boolean": bool}.get(field.shape)
    prefix = embedded_in(owner, name)
    step = Step(name, f"{prefix}.{name}" if prefix else name, owner.short)
    return Entry(_reader(field, owner, name), quick, omits_zero(owner, name, field), step)


def _reader(field: Field, owner: Type, name: str) -> Reader:
    shape = field.shape
    named = go_type(field, owner, name)
    if shape == "struct":
        return struct(field.type)
    if shape == "list" and field.item is not None:
        return _list_reader(_reader(field.item, owner, name), named, _zero(field.item))
    if shape == "map" and field.item is not None:
        if field.item.shape == "quantity":
            # The server rounds the amounts of a ResourceList and so writes them in a new form.
            return _map_reader(read_amount, named, "0")
        return _map_reader(_reader(field.item, owner, name), named, _zero(field.item))
    if shape == "string":
        return text_reader(named)
    if shape == "boolean":
        return boolean_reader(named)
    return SCALARS[shape]


SCALARS: dict[str, Reader] = {
    "int32": integer_reader(32),
    "int64": integer_reader(64),
    "double": read_double,
    "byte": read_bytes,
    "quantity": read_quantity,
    "intOrString": read_int_or_string,
    "time": time_reader(micro=False),
    "microTime": time_reader(micro=True),
    "any": plain,
}
"""The readers that are the same for all fields of a shape."""


def _zero(item: Field) -> Any:
    return {} if item.shape == "struct" else ZEROS.get(item.shape)


def _list_reader(read: Reader, named: str, zero: Any) -> Reader:
    def read_list(value: Any, path: Path, report: Report) -> Any:
        if not isinstance(value, list | tuple):
            report.mismatch(value, named, path)
            return DROP
        items = []
        for index, item in enumerate(value):
            one = zero if item is None else read(item, (path, index), report)
            if one is not DROP:
                items.append(one)
        return items

    return read_list


def _map_reader(read: Reader, named: str, zero: Any) -> Reader:
    def read_map(value: Any, path: Path, report: Report) -> Any:
        if not isinstance(value, dict):
            report.mismatch(value, named, path)
            return DROP
        result: dict[str, Any] = {}
        for key, item in _pairs(value):
            if key in result:
                report.repeated(path, key)
            one = zero if item is None else read(item, (path, key), report)
            if one is not DROP:
                result[key] = one
        return result

    return read_map


def _pairs(value: dict[str, Any]) -> Any:
    return value.pairs if isinstance(value, Repeated) else value.items()
