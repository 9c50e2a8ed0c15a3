"""The values that the fields of built-in types can have, and what the API says of each.

The data is `data/enumerations-1.36.json.gz`, made by `scripts/make_enumerations.py` from the types
that upstream marks `+enum`. The server does not check them here: that is validation's part.
Source: kube-openapi `pkg/generators/{enum,openapi}.go`, Kubernetes 1.36.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from importlib import resources as files
from typing import Any, Final, NamedTuple

FILE: Final = "enumerations-1.36.json.gz"
HEAD: Final = "Possible enum values:"


class Enumeration(NamedTuple):
    """The values of a field."""

    values: list[str]
    text: str
    """What stands behind the description of the field."""


def enumeration(type_name: str, field: str) -> Enumeration | None:
    """The values of a field, or of the items of a list or map; None when it may be anything."""
    table = _table()
    if field not in table["fields"].get(type_name, ()):
        return None
    name, blanks = table["fields"][type_name][field]
    rows = table["values"][name]
    lines = (f' - `"{value}"` {comment}'.rstrip() for value, comment in rows)
    text = "\n".join(["\n" * (1 + blanks), HEAD, *lines])
    return Enumeration([value for value, _ in rows], text)


@cache
def _table() -> dict[str, Any]:
    packed = (files.files("kubelearn.server") / "data" / FILE).read_bytes()
    return json.loads(gzip.decompress(packed))  # type: ignore[no-any-return]
