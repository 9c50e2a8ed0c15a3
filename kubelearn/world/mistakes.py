"""Where in a manifest the API server's refusal comes from."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kubelearn.api.errors import APIError
from kubelearn.api.manifest import Manifest

_QUOTED = re.compile(r'(?:unknown|duplicate) field "([^"]+)"')


def place_of(error: APIError, manifests: Sequence[Manifest]) -> str:
    """A sentence with file and line of each refused field; "" when nobody knows."""
    if error.document is None:
        return ""
    manifest = manifests[error.document]
    places = [manifest.where(path) for path in _paths(error)]
    known = [place for place in dict.fromkeys(places) if place]
    return f"in {', '.join(known)}" if known else ""


def _paths(error: APIError) -> list[str]:
    causes = (error.details or {}).get("causes") or ()
    fields = [cause["field"] for cause in causes if cause.get("field")]
    return fields or _QUOTED.findall(error.message) or [error.field]
