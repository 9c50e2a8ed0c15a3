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

    def failed(self, text: str, path: Path) -> None:
        """A value that has the right type and is wrong all the same; decoding goes on."""
        if not self.error:
            self.error, self.field = text, dotted(path)


class ConverterReport(Report):
    """The same in the words of the converter that strategic merge patches use.

    Source: `apimachinery/pkg/runtime/converter.go`.
    """

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
        kind = CONVERTER_KINDS.get(kind_of(value), "float64")
        if go_type.startswith("[]"):
            self.error = f"cannot restore slice from {kind}"
        elif go_type.startswith(("map[", "v1.ResourceList")):
            self.error = f"cannot restore map from {kind}"
        elif go_type in BASIC or is_named_text(go_type):
            self.error = f"unrecognized type: {go_type if go_type in BASIC else 'string'}"
        else:
            self.error = f"cannot restore struct from: {kind}"


BASIC: Final = frozenset({"string", "bool", "int32", "int64", "float64"})
CONVERTER_KINDS: Final = {
    "string": "string", "bool": "bool", "array": "slice", "object": "map", "number": "int64",
}  # fmt: skip


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
