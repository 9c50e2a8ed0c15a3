"""What a decoder finds wrong: one error that ends it, and any number of strict ones.

Go's decoder keeps the first value of a wrong type and reads on; a type that reads itself
(Quantity, Time) ends it at once. Unknown and repeated fields are "strict" errors, which a client
gets as warnings or as a refusal.

Source: `sigs.k8s.io/json/internal/golang/encoding/json/decode.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from kubelearn.api.json_text import Literal

MOST_STRICT: Final = 100
"""As many strict errors are told."""


class Step(NamedTuple):
    """A field on the way to a value: its name, its Go path and the struct that it is in."""

    name: str
    go_path: str
    owner: str


Path = Any
"""Where a value is: None at the root, else (path, Step | key of a map | index of a list)."""


class DecodeError(ValueError):
    """The value cannot be decoded; `str(error)` is what Go's decoder says, `field` its path."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


class Report:
    """Collects what is wrong with one value."""

    alone = False
    """Whether a type that reads itself is given its value alone, which then has no place."""
    bytes_prefix = ""
    """What stands before the text about wrong base64."""

    def __init__(self) -> None:
        self.error = ""
        """The first error that is not strict; "" while there is none."""
        self.field = ""
        """The path of that error's value with indices and keys of maps."""
        self.strict: list[str] = []

    def unknown(self, path: Path, name: str) -> None:
        """A field that the struct does not have."""
        self._strict(f'unknown field "{dotted(path, name)}"')

    def repeated(self, path: Path, name: str) -> None:
        """A key that the object has twice."""
        self._strict(f'duplicate field "{dotted(path, name)}"')

    def _strict(self, text: str) -> None:
        if len(self.strict) < MOST_STRICT and text not in self.strict:
            self.strict.append(text)

    def mismatch(self, value: Any, go_type: str, path: Path, *, number: bool = False) -> None:
        """A value of the wrong type; `number` shows the number itself."""
        if not self.error:
            kind = f"number {number_text(value)}" if number else kind_of(value)
            self.error = f"json: cannot unmarshal {kind} into {_place(path)} of type {go_type}"
            self.field = dotted(path)

    def integer(self, value: Any, bits: int) -> int | None:
        """The value as a whole number of this size; None when it is none."""
        limit: int = 2 ** (bits - 1)
        return value if type(value) is int and -limit <= value < limit else None

    def failed(self, text: str, path: Path) -> None:
        """A value that has the right type and is wrong all the same; decoding goes on."""
        if not self.error:
            self.error, self.field = text, dotted(path)


class ConverterReport(Report):
    """The same in the words of the converter that strategic merge patches and applies use.

    Numbers become whole ones of the field's size as in a Go conversion, which cuts them off.

    Source: `apimachinery/pkg/runtime/converter.go`.
    """

    alone = True
    bytes_prefix = "error decoding from json: "

    def mismatch(
        self,
        value: Any,
        go_type: str,
        path: Path,
        *,
        number: bool = False,  # noqa: ARG002
    ) -> None:
        """A value of the wrong type, told without its place."""
        if self.error:
            return
        self.field = dotted(path)
        kind = _converter_kind(value)
        if go_type.startswith("[]"):
            self.error = f"cannot restore slice from {kind}"
        elif go_type.startswith(("map[", "v1.ResourceList")):
            self.error = f"cannot restore map from {kind}"
        elif go_type in BASIC or is_named_text(go_type):
            basic = go_type if go_type in BASIC else "string"
            if (kind, basic) in CONVERTIBLE:
                self.error = f"cannot convert {kind} to {go_type}"
            else:
                self.error = f"unrecognized type: {basic}"
        else:
            self.error = f"cannot restore struct from: {kind}"

    def integer(self, value: Any, bits: int) -> int | None:
        """A number without a fraction, cut to the size."""
        if isinstance(value, bool) or not isinstance(value, int | float) or value % 1 != 0:
            return None
        limit: int = 2 ** (bits - 1)
        return (int(value) + limit) % (2 * limit) - limit


BASIC: Final = frozenset({"string", "bool", "int32", "int64", "float64"})
CONVERTIBLE: Final = frozenset({("int64", "string"), ("float64", "int32"), ("float64", "int64")})
"""Pairs that Go could convert and JSON does not."""
CONVERTER_KINDS: Final = {"string": "string", "bool": "bool", "array": "slice", "object": "map"}


def _converter_kind(value: Any) -> str:
    """What a JSON value is in Go: whole numbers that fit are int64."""
    if type(value) is int and -(2**63) <= value < 2**63:
        return "int64"
    return CONVERTER_KINDS.get(kind_of(value), "float64")


def is_named_text(go_type: str) -> bool:
    """Whether a Go type is a text with a name of its own, such as `v1.Protocol`."""
    # Imported late: the tables are only needed once something is wrong.
    from kubelearn.api.decoding.go_types import TEXT_TYPES

    name = go_type.rpartition(".")[2]
    return any(name in fields.values() for fields in TEXT_TYPES.values())


def dotted(path: Path, *names: str) -> str:
    """The path as strict errors have it: `spec.containers[0].imagee`."""
    steps: list[Any] = []
    while path is not None:
        path, step = path
        steps.append(step)
    text = ""
    for step in [*reversed(steps), *names]:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            name = step.name if isinstance(step, Step) else step
            text += f".{name}" if text else name
    return text


def _place(path: Path) -> str:
    """The place as type errors have it, without indices and keys of maps."""
    fields: list[Step] = []
    while path is not None:
        path, step = path
        if isinstance(step, Step):
            fields.append(step)
    if not fields:
        return "Go value"
    go_path = ".".join(step.go_path for step in reversed(fields))
    return f"Go struct field {fields[0].owner}.{go_path}"


def kind_of(value: Any) -> str:
    """The JSON kind of a value in Go's words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    if isinstance(value, list | tuple):
        return "array"
    return "object" if isinstance(value, dict) else type(value).__name__


def number_text(value: Any) -> str:
    """A number as it was written."""
    return value.text if isinstance(value, Literal) else repr(value)
