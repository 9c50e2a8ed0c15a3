"""What a frame reads: the part of a world that pictures are made from."""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

from kubelearn.api.objects import Object

Frame: TypeAlias = dict[str, Any]
"""A picture as data: JSON-shaped, complete in itself, drawn by widgets, SVG, charts and text."""
Row: TypeAlias = dict[str, Any]
"""One line of a frame's table; all rows of a table have the same fields in the same order."""


class Reader(Protocol):
    """The reading verbs of an API server."""

    def list(self, resource: str, namespace: str | None = None) -> list[Object]:
        """The objects of a resource, sorted by namespace and name."""
        ...

    def find(self, resource: str, namespace: str | None, name: str) -> Object | None:
        """One object, or None."""
        ...


class Present(Protocol):
    """A clock that can be read."""

    @property
    def now(self) -> int:
        """Nanoseconds since the learner's zero."""
        ...


class Source(Protocol):
    """A world that can be drawn: the present one, a fork, or a moment of the past."""

    @property
    def api(self) -> Reader:
        """Its objects."""
        ...

    @property
    def clock(self) -> Present:
        """Its time."""
        ...

    def why(self, ref: Any) -> Any:
        """The explanation of an object; `str()` of it is text."""
        ...
