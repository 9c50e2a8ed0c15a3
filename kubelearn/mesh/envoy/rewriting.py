"""Paths as they are rewritten: a matched prefix, or all that a regular expression finds.

Source: envoy `source/common/router/config_impl.cc`, RE2 `re2.cc` (GlobalReplace), 1.40.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kubelearn.mesh.envoy.strings import compiled

Json = Mapping[str, Any]
PREFIXES = ("path", "prefix", "path_separated_prefix")
"""Matches whose own length is replaced."""


def rewritten(action: Json, match: Json, path: str) -> str:
    """The path (without query) that a route or a redirect makes of one that has matched."""
    if "prefix_rewrite" in action:
        matched = next((match[kind] for kind in PREFIXES if kind in match), "")
        return str(action["prefix_rewrite"]) + path[len(matched) :]
    if "regex_rewrite" in action:
        regex = action["regex_rewrite"]
        return replaced(regex["pattern"]["regex"], regex["substitution"], path)
    return path


def replaced(pattern: str, substitution: str, text: str) -> str:
    r"""All matches of a pattern replaced; `\0` is the match, `\1` to `\9` its groups.

    Right behind a match nothing counts as no further match, other than in Python.
    """
    expression, made, place, last = compiled(pattern), "", 0, -1
    while place <= len(text) and (found := expression.search(text, place)):
        made += text[place : found.start()]
        if found.end() == found.start() == last:
            place = found.start() + 1
            made += text[last:place]
            continue
        made += re.sub(r"\\([0-9\\])", lambda one, found=found: _piece(found, one[1]), substitution)  # type: ignore[misc]
        place = last = found.end()
    return made + text[place:]


def _piece(found: re.Match[str], name: str) -> str:
    return name if name == "\\" else found[int(name)] or ""
