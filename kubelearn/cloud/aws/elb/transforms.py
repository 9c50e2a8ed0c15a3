"""Transforms: what a rule rewrites in a request before it goes to a target.

Source: Elastic Load Balancing user guide, "Transforms for listener rules": conditions have been
evaluated before; where the expression does not match the request goes on as it is; `$1` to `$9`
are groups.

Unlike the real one: a target sees the rewritten path without the query.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from kubelearn.traffic.balancers import Request

HOST, URL = "host-header-rewrite", "url-rewrite"


class Rewritten(NamedTuple):
    """What has become of a request; "" = it is unchanged."""

    host: str = ""
    path: str = ""


SUBJECTS: dict[str, Callable[[Request], str]] = {
    HOST: lambda request: request.host,
    URL: lambda request: request.path,
}
"""Type of a transform → the text that it rewrites."""


def rewritten(transforms: Sequence[Mapping[str, Any]], request: Request) -> Rewritten:
    """A request after the transforms of its rule."""
    made = {one["type"]: _replaced(one, SUBJECTS[one["type"]](request)) for one in transforms}
    return Rewritten(made.get(HOST, ""), made.get(URL, "").partition("?")[0])


def _replaced(transform: Mapping[str, Any], text: str) -> str:
    """The new text; "" where the expression does not match."""
    found = re.search(transform["regex"], text)
    if found is None:
        return ""
    groups = {str(number): one or "" for number, one in enumerate(found.groups(), 1)}
    new = re.sub(r"\$(\d)", lambda one: groups.get(one[1], ""), transform["replace"])
    return text[: found.start()] + new + text[found.end() :]
