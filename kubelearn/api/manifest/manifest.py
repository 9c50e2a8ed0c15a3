"""One object of a manifest, and where it stands in its file."""

from __future__ import annotations

from dataclasses import dataclass, field

from kubelearn.api.manifest.lines import line_of
from kubelearn.api.objects import Object


@dataclass(frozen=True, slots=True)
class Manifest:
    """One object and its origin."""

    object: Object
    file: str = ""
    """The file as it was named; "" for texts and dicts."""
    text: str = field(default="", repr=False)
    """The whole text of the file; "" for dicts."""
    document: int = 0
    """The number of the document in the text, from 0."""
    prefix: str = ""
    """Path of the object inside its document: "items[2]" in a List."""

    @property
    def line(self) -> int:
        """The line where the object starts, from 1; 0 for dicts."""
        return self.line_of("")

    def line_of(self, path: str) -> int:
        """The line of a field such as "spec.containers[0].image", from 1; 0 for dicts.

        A field that is not in the text has the line of the nearest part of its path that is.
        """
        if not self.text:
            return 0
        full = ".".join(part for part in (self.prefix, path) if part)
        return line_of(self.text, self.document, full)

    def where(self, path: str = "") -> str:
        """File and line for messages: "web.yaml:12"."""
        line = self.line_of(path)
        if not line:
            return self.file
        return f"{self.file}:{line}" if self.file else f"line {line}"
