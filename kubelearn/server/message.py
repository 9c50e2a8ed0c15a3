"""A request to the API server and its answer, without any socket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sends; `body` is bytes or text, or an object that stands for its JSON."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | str | Mapping[str, Any] | list[Any] | None = None
    content_type: str = ""
    accept: str = JSON
    user: str = ""
    """Who asks; "" is the administrator of the cluster."""
    user_agent: str = ""


@dataclass(slots=True)
class Response:
    """What comes back: `body` is an object (JSON on the wire) or a text."""

    code: int
    body: Any
    warnings: list[str] = field(default_factory=list)
    content_type: str = JSON
    retry_after: str = ""
