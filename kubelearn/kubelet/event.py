"""Something that a kubelet tells about a pod or one of its containers."""

from __future__ import annotations

from typing import NamedTuple


class Event(NamedTuple):
    """What becomes an Event object; `container` is an index, None = whom it happened to."""

    kind: str
    reason: str
    message: str
    container: int | None = None
