"""Where a redirect leads.

A new port takes the place of the one that came; a new scheme drops the port that was usual for the
old one. Which ports need not be told is no question to Envoy: it writes what it is given.
Source: envoy `source/common/router/config_impl.cc` (newUri), 1.40, and a real one's answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubelearn.mesh.envoy.matching import Asked
from kubelearn.mesh.envoy.rewriting import rewritten

Json = Mapping[str, Any]
DEFAULT_PORTS = {"http": 80, "https": 443}
CODES = {
    "MOVED_PERMANENTLY": 301,
    "FOUND": 302,
    "SEE_OTHER": 303,
    "TEMPORARY_REDIRECT": 307,
    "PERMANENT_REDIRECT": 308,
}


def location(redirect: Json, match: Json, asked: Asked, target: str) -> str:
    """The URL to which a redirect sends a request; `target` is its path and query."""
    secure = "https" if redirect.get("https_redirect") else asked.scheme
    scheme, port = redirect.get("scheme_redirect") or secure, redirect.get("port_redirect")
    host = redirect.get("host_redirect") or _host(asked, scheme, replaced=bool(port))
    place = f"{scheme}://{host}:{port}" if port else f"{scheme}://{host}"
    return place + _path(redirect, match, target)


def _host(asked: Asked, scheme: str, *, replaced: bool) -> str:
    """The host that was asked for, with its port unless that makes no sense any more."""
    host = asked.authority or asked.host
    name, colon, port = host.rpartition(":")
    if not colon or port.endswith("]"):
        return host
    usual = scheme != asked.scheme and port == str(DEFAULT_PORTS.get(asked.scheme))
    return name if replaced or usual else host


def _path(redirect: Json, match: Json, target: str) -> str:
    path, question, query = target.partition("#")[0].partition("?")
    kept = "" if redirect.get("strip_query") else f"{question}{query}"
    wanted = redirect.get("path_redirect")
    if not wanted:
        return rewritten(redirect, match, path) + kept
    return str(wanted) if "?" in wanted else f"{wanted}{kept}"
