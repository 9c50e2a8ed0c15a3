"""The locations of a server: which path of which Ingress takes a request.

Source: ingress-nginx 1.13 `internal/ingress/controller/template/template.go` (buildLocation),
`internal/ingress/controller/location.go` (updateServerLocations).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from kubelearn.api.objects import Object
from kubelearn.network.edge.ingress_nginx.annotations import Annotations
from kubelearn.network.ingress import EXACT, PREFIX, Found, Path, find_backend, fits


def find(ingresses: Sequence[Object], host: str, path: str) -> Found | None:
    """The location that takes a path of a host; None = the default backend."""
    regex = {_host(rule) for one in ingresses if uses_regex(one) for rule in rules_of(one)}

    def takes(one: Path, given: str) -> bool:
        if one.host.lower() in regex:
            return matched(one.path, given) is not None
        return LOCATIONS.get(one.kind, _begins)(one, given)

    return find_backend(ingresses, host, path, takes)


def _begins(one: Path, path: str) -> bool:
    """ImplementationSpecific: a location of nginx, by characters."""
    return path.startswith(one.path)


LOCATIONS: dict[str, Callable[[Path, str], bool]] = {EXACT: fits, PREFIX: fits}


def rules_of(ingress: Object) -> list[Object]:
    """The rules of an Ingress."""
    return ingress["spec"].get("rules") or []


def _host(rule: Object) -> str:
    return str(rule.get("host") or "").lower()


def uses_regex(ingress: Object) -> bool:
    """Whether an Ingress makes all paths of its hosts regular expressions."""
    said = Annotations(ingress)
    return said.flag("use-regex") or bool(said.text("rewrite-target"))


def matched(pattern: str, path: str) -> re.Match[str] | None:
    """A path against a location `~* "^pattern"`."""
    try:
        return re.match(pattern, path, re.IGNORECASE)
    except re.error:
        return None


def rewritten(target: str, pattern: str, path: str) -> str:
    """The path that `rewrite "(?i)pattern" target break` makes; $1 to $9 are the groups."""
    found = matched(pattern, path)
    if found is None:
        return path
    groups = {str(number): text or "" for number, text in enumerate(found.groups(), 1)}
    return re.sub(r"\$(\d)", lambda one: groups.get(one[1], ""), target) or "/"
