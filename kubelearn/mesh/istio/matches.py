"""A VirtualService's `match` blocks as Envoy's route matches.

Source: istio `pilot/pkg/networking/core/route/route.go` (TranslateRouteMatch), 1.27.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
Given = Mapping[str, Any]
PSEUDO = {"method": ":method", "authority": ":authority", "scheme": ":scheme"}


def route_match(block: Given | None) -> Json:
    """Envoy's match for one block; None (no block) is everything."""
    said = block or {}
    match: Json = _uri(said.get("uri") or {}, ignore_case=bool(said.get("ignoreUriCase")))
    headers = [header_matcher(name, one) for name, one in (said.get("headers") or {}).items()]
    headers += [_without(name, one) for name, one in (said.get("withoutHeaders") or {}).items()]
    headers += [
        header_matcher(pseudo, said[field]) for field, pseudo in PSEUDO.items() if said.get(field)
    ]
    if headers:
        match["headers"] = headers
    queries = [_query(name, one) for name, one in (said.get("queryParams") or {}).items()]
    if queries:
        match["query_parameters"] = queries
    return match


def _uri(uri: Given, *, ignore_case: bool) -> Json:
    if "exact" in uri:
        match: Json = {"path": uri["exact"]}
    elif "regex" in uri:
        return {"safe_regex": {"regex": uri["regex"]}}
    elif "separatedPrefix" in uri:  # of an HTTPRoute: whole segments count
        match = {"path_separated_prefix": uri["separatedPrefix"]}
    else:
        match = {"prefix": uri.get("prefix", "/")}
    match["case_sensitive"] = not ignore_case
    return match


def is_presence(one: Given | None) -> bool:
    """Whether a string match asks for nothing but presence: empty, or the regex `*`."""
    return not one or not any(one.values()) or one.get("regex") == "*"


def string_matcher(one: Given) -> Json:
    """Envoy's StringMatcher for Istio's StringMatch."""
    if "regex" in one:
        return {"safe_regex": {"regex": one["regex"]}}
    return {kind: one[kind] for kind in ("exact", "prefix") if kind in one}


def header_matcher(name: str, one: Given | None) -> Json:
    """Envoy's matcher for a header."""
    if one is None or is_presence(one):
        return {"name": name, "present_match": True}
    return {"name": name, "string_match": string_matcher(one)}


def _without(name: str, one: Given | None) -> Json:
    """The opposite; an absent header counts as an empty text, unless presence is asked for."""
    matcher = {**header_matcher(name, one), "invert_match": True}
    if "present_match" not in matcher:
        matcher["treat_missing_header_as_empty"] = True
    return matcher


def _query(name: str, one: Given | None) -> Json:
    if one is None or is_presence(one):
        return {"name": name, "present_match": True}
    return {"name": name, "string_match": string_matcher(one)}


def is_catch_all(match: Given) -> bool:
    """Whether an Envoy match takes everything, so that later routes of its host are in vain."""
    if match.get("headers") or match.get("query_parameters"):
        return False
    regex = (match.get("safe_regex") or {}).get("regex")
    return match.get("prefix") == "/" or regex == ".*"


def applies_to(block: Given, namespace: str, labels: Given, gateways: tuple[str, ...]) -> bool:
    """Whether a block is meant for a proxy: its namespace, labels and gateways are asked here."""
    if block.get("sourceNamespace") and block["sourceNamespace"] != namespace:
        return False
    wanted = block.get("sourceLabels") or {}
    if not wanted.items() <= labels.items():
        return False
    named = block.get("gateways")
    return not named or any(gateway in named for gateway in gateways)
