"""The page on which a description is written: indented lines whose columns are aligned at the end.

Source: kubectl `pkg/describe/describe.go` (PrefixWriter, tabbedString), Go's `text/tabwriter` with
padding 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from email.utils import format_datetime

from kubelearn.api.objects import Object

PADDING = 2
NONE = "<none>"
UNSET = "<unset>"
LONGEST = 140
"""Letters of an annotation that are shown on its line."""
NEVER = "Mon, 01 Jan 0001 00:00:00 +0000"
"""How Go writes a time that is not set."""
HIDDEN = ("kubectl.kubernetes.io/last-applied-configuration",)
"""Annotations that are not shown."""


class Page:
    """Collects lines; a tab ends a cell, and cells above each other get the same width."""

    def __init__(self) -> None:
        self._blocks: list[list[str]] = [[]]

    def line(self, text: str, level: int = 0) -> None:
        """Write one line (or several), the first one indented by two spaces a level."""
        self._blocks[-1].extend(("  " * level + text).split("\n"))

    def flush(self) -> None:
        """Align what is written so far; what comes does not count for it."""
        self._blocks.append([])

    def lines(self) -> list[str]:
        """What is written so far, its cells not aligned yet."""
        return [line for block in self._blocks for line in block]

    def text(self) -> str:
        """The whole page."""
        return "\n".join(line for block in self._blocks for line in aligned(block))

    # Forms that many descriptions have

    def listed(self, title: str, items: Iterable[str], level: int = 0) -> None:
        """A title and its items below each other, or <none>."""
        indent = "  " * level
        first, *rest = list(items) or [NONE]
        self.line(f"{indent}{title}:\t{first}")
        for item in rest:
            self.line(f"{indent}\t{item}")

    def labels(self, title: str, labels: Mapping[str, str] | None, level: int = 0) -> None:
        """Labels sorted by name."""
        found = labels or {}
        self.listed(title, (f"{name}={found[name]}" for name in sorted(found)), level)

    def annotations(
        self, annotations: Mapping[str, str] | None, title: str = "Annotations"
    ) -> None:
        """Annotations sorted by name; long ones on lines of their own."""
        found = annotations or {}
        lines = (
            line
            for name in sorted(found)
            if name not in HIDDEN
            for line in _note(name, found[name])
        )
        self.listed(title, lines)

    def table(self, head: Iterable[str], rows: Iterable[Iterable[str]], level: int = 1) -> None:
        """A head with lines below its words, and rows."""
        names = list(head)
        self.line("\t".join(names), level)
        self.line("\t".join("-" * len(name) for name in names), level)
        for row in rows:
            self.line("\t".join(row), level)


def _note(name: str, value: str) -> list[str]:
    text = value.removesuffix("\n")
    if len(name) + len(text) + 2 <= LONGEST and "\n" not in text:
        return [f"{name}: {text}"]
    return [f"{name}:", *(f"  {_shortened(line)}" for line in text.split("\n"))]


def _shortened(line: str) -> str:
    room = LONGEST - 2
    return f"{line[:room]}..." if len(line) > room else line


def aligned(lines: list[str]) -> list[str]:
    """Lines with their cells padded; a column reaches over neighbouring lines that have it."""
    cells = [line.split("\t") for line in lines]
    made: list[str] = []
    _align(cells, 0, len(cells), [], made)
    return made


def _align(
    cells: list[list[str]], start: int, end: int, widths: list[int], made: list[str]
) -> None:
    column = len(widths)
    while start < end:
        stop = start
        while stop < end and len(cells[stop]) - 1 > column:
            stop += 1
        if stop == start:
            made.append(_padded(cells[start], widths))
            start += 1
            continue
        width = max(len(row[column]) for row in cells[start:stop]) + PADDING
        _align(cells, start, stop, [*widths, width], made)
        start = stop


def _padded(row: list[str], widths: list[int]) -> str:
    front = (cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True))
    return "".join(front) + row[-1]


def moment(text: str | None) -> str:
    """A time as descriptions write it: "Thu, 01 Jan 2026 00:00:05 +0000"."""
    return format_datetime(datetime.fromisoformat(text)) if text else NEVER


def joined(labels: Mapping[str, str] | None) -> str:
    """Labels on one line: "a=b,c=d"."""
    found = labels or {}
    return ",".join(f"{name}={found[name]}" for name in sorted(found)) or NONE


def boolean(value: object) -> str:
    """True, False, or <unset> for None."""
    return UNSET if value is None else str(bool(value))


def controller(obj: Object) -> str:
    """The controlling owner as "ReplicaSet/web-5d8", or ""."""
    owners = obj["metadata"].get("ownerReferences") or ()
    return next((f"{one['kind']}/{one['name']}" for one in owners if one.get("controller")), "")


def heading(page: Page, obj: Object, *, namespaced: bool = True) -> None:
    """Name and namespace."""
    page.line(f"Name:\t{obj['metadata']['name']}")
    if namespaced:
        page.line(f"Namespace:\t{obj['metadata'].get('namespace', '')}")


def tags(page: Page, obj: Object) -> None:
    """Labels and annotations."""
    page.labels("Labels", obj["metadata"].get("labels"))
    page.annotations(obj["metadata"].get("annotations"))
