"""YAML texts as JSON-shaped values, with repeated keys, line numbers and bounds.

Reads events of PyYAML's C parser (the pure one where there is no C) and builds plain dicts and
lists. Anchors are shared, not copied; what they would expand to is counted, so that a small text
cannot become a huge object. Source of the texts in `YAMLError.upstream`: the error rules of
`sigs.k8s.io/yaml/goyaml.v2` (`decode.go`, `yaml.go`).

Unlike the real one: a document may hold 500,000 values after anchors are expanded, and nest 250
levels; with PyYAML's pure parser (Pyodide) some texts of syntax errors are PyYAML's own.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeAlias

import yaml

from kubelearn.api.yaml_scalars import key_text, kind_of, resolve

LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MOST_VALUES: Final = 500_000
DEEPEST: Final = 250
TAG: Final = "tag:yaml.org,2002:"
MERGE: Final = "<<"

Event: TypeAlias = Any
"""An event of PyYAML, whose stubs do not know that all these events carry marks."""


class YAMLError(ValueError):
    """A text is not the YAML that Kubernetes can read.

    `problem` says what is wrong, `line` counts from 1 (0: unknown), and `upstream` is the text of
    a real server or kubectl.
    """

    def __init__(self, problem: str, line: int = 0, upstream: str = "") -> None:
        super().__init__(f"line {line}: {problem}" if line else problem)
        self.problem = problem
        self.line = line
        self.upstream = upstream or f"yaml: {self}"


class Repeat(NamedTuple):
    """A key that is in its mapping twice; lines count from 1."""

    key: str
    line: int
    first: int
    value_line: int

    @property
    def upstream(self) -> str:
        """How a strict decoder says it."""
        return f"line {self.value_line}: key {self.key} already set in map"


@dataclass(slots=True)
class Document:
    """One document: its value, the line where its content starts, and its repeated keys."""

    value: Any
    line: int
    repeats: list[Repeat] = field(default_factory=list)


def documents(text: str | bytes) -> Iterator[Document]:
    """The documents of a text one by one; YAMLError when the next one cannot be read."""
    events = _events(text)
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            yield _Builder(events).document()


def first_document(text: str | bytes) -> Document:
    """The first document, all that an API server reads; an empty text is a null."""
    return next(documents(text), None) or Document(None, 1)


def _events(text: str | bytes) -> Iterator[Event]:
    try:
        yield from yaml.parse(text, Loader=LOADER)
    except yaml.YAMLError as error:
        raise _explained(error, text) from None
    except UnicodeDecodeError:
        raise YAMLError("this is not UTF-8 text") from None


def _explained(error: yaml.YAMLError, text: str | bytes) -> YAMLError:
    """A syntax error of PyYAML in upstream's words."""
    if isinstance(error, yaml.reader.ReaderError):
        return _unreadable(error, text)
    mark = getattr(error, "problem_mark", None)
    context = getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", None) or error)
    if problem.startswith("found character '"):
        problem = "found character that cannot start any token"
    line = mark.line if mark else 0
    shown = line
    if line and isinstance(error, yaml.scanner.ScannerError):
        shown = line + 1
    elif not line and context:
        shown = context.line
    where = f"line {shown}: " if shown else ""
    return YAMLError(problem, line + 1, f"yaml: {where}{problem}")


def _unreadable(error: yaml.reader.ReaderError, text: str | bytes) -> YAMLError:
    """Characters that YAML does not allow, or bytes that are no UTF-8."""
    newline: Any = "\n" if isinstance(text, str) else b"\n"
    line = text[: error.position].count(newline) + 1
    reason = str(error.reason)
    if "control characters" in reason or "special characters" in reason:
        reason = "control characters are not allowed"
    return YAMLError(reason, line, f"yaml: {reason}")


class _Builder:
    """Builds one document from events."""

    def __init__(self, events: Iterator[Event]) -> None:
        self.events = events
        self.repeats: list[Repeat] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.count = 0
        """Values so far, expanded anchors included."""

    def document(self) -> Document:
        event = next(self.events)
        value = self.value(event, 0)
        next(self.events)
        return Document(value, event.start_mark.line + 1, self.repeats)

    def value(self, event: Event, depth: int) -> Any:
        start = self.count
        self.counted(event, 1)
        if type(event) is yaml.ScalarEvent:
            value = _scalar(event)
        elif isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        elif depth >= DEEPEST:
            raise _at(event, f"values are nested deeper than {DEEPEST} levels")
        elif isinstance(event, yaml.MappingStartEvent):
            self.opened(event)
            value = self.mapping(depth + 1)
        else:
            self.opened(event)
            value = self.sequence(depth + 1)
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, self.count - start)
        return value

    def opened(self, event: Event) -> None:
        """Until the value is complete its anchor refers to itself."""
        if event.anchor is not None:
            self.anchors[event.anchor] = (self, 0)

    def counted(self, event: Event, more: int) -> None:
        self.count += more
        if self.count > MOST_VALUES:
            raise YAMLError(
                f"the document holds more than {MOST_VALUES:,} values, anchors expanded",
                event.start_mark.line + 1,
                "yaml: document contains excessive aliasing",
            )

    def alias(self, event: Event) -> Any:
        known = self.anchors.get(event.anchor)
        if known is None:
            raise _at(event, f"unknown anchor '{event.anchor}' referenced", lineless=True)
        value, size = known
        if value is self:
            raise _at(event, f"anchor '{event.anchor}' value contains itself", lineless=True)
        self.counted(event, size)
        return value

    def sequence(self, depth: int) -> list[Any]:
        items: list[Any] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self.value(event, depth))
        return items

    def mapping(self, depth: int) -> dict[str, Any]:
        pairs: dict[str, Any] = {}
        lines: dict[str, int] = {}
        merged: list[Any] = []
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            raw = self.value(event, depth)
            following = next(self.events)
            value = self.value(following, depth)
            if _merges(event):
                merged.append((following, value))
                continue
            key = _key(event, raw)
            if key in lines:
                self.repeated(event, raw, lines[key], following)
            lines[key] = event.start_mark.line + 1
            pairs[key] = value
        for following, value in merged:
            pairs = {**_merge_source(following, value), **pairs}
        return pairs

    def repeated(self, event: Event, raw: Any, first: int, following: Event) -> None:
        line = event.start_mark.line + 1
        self.repeats.append(Repeat(_shown(raw), line, first, following.start_mark.line + 1))


def _key(event: Event, raw: Any) -> str:
    try:
        return key_text(raw)
    except ValueError as error:
        raise _at(event, str(error)) from None


def _shown(key: Any) -> str:
    return json.dumps(key, ensure_ascii=False) if isinstance(key, str) else key_text(key)


def _merges(event: Event) -> bool:
    return (
        isinstance(event, yaml.ScalarEvent)
        and event.value == MERGE
        and (event.implicit[0] or event.tag == f"{TAG}merge")
    )


def _merge_source(event: Event, value: Any) -> dict[str, Any]:
    """The pairs that `<<` brings in; of a list of mappings the first one wins."""
    sources = value if isinstance(value, list) else [value]
    pairs: dict[str, Any] = {}
    for source in reversed(sources):
        if not isinstance(source, dict):
            raise _at(event, "map merge requires map or sequence of maps as the value")
        pairs.update(source)
    return pairs


def _scalar(event: Event) -> Any:
    tag = event.tag
    if event.implicit[0] or (tag is not None and tag.startswith(TAG) and tag != f"{TAG}str"):
        return _tagged(event, tag)
    return event.value


def _tagged(event: Event, tag: str | None) -> Any:
    if tag == f"{TAG}binary":
        return _binary(event)
    value = resolve(event.value)
    if isinstance(value, float) and not math.isfinite(value):
        shown = {math.inf: "+Inf", -math.inf: "-Inf"}.get(value, "NaN")
        line = event.start_mark.line + 1
        raise YAMLError(
            f"{event.value} is no JSON number", line, f"json: unsupported value: {shown}"
        )
    return value


def _binary(event: Event) -> str:
    try:
        return base64.b64decode(event.value).decode("utf-8", errors="replace")
    except (binascii.Error, ValueError):
        raise _at(event, "!!binary value contains invalid base64 data", lineless=True) from None


def _at(event: Event, problem: str, *, lineless: bool = False) -> YAMLError:
    line = event.start_mark.line + 1
    return YAMLError(problem, line, f"yaml: {problem}" if lineless else "")


def describe(value: Any) -> str:
    """What a document is instead of an object, for messages."""
    return kind_of(value)
