"""HTTPRoutes whose parent is a Service, as VirtualServices of the mesh (GAMMA).

A route in the Service's own namespace is its producer's and counts for all clients; one of another
namespace is a consumer's, counts for clients of that namespace alone, and comes first there. All
routes of a namespace for one Service are put together, the most specific match first.
Source: istio `pilot/pkg/config/kube/gateway/conversion.go`, 1.27; gateway-api v1.5
`apis/v1/httproute_types.go`.

Unlike the real one: conditions are not written into the status; ReferenceGrants are not asked for;
filters of extensions and backends that are no Services make a rule answer 500; `retry` and
`timeouts.backendRequest` are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kubelearn.mesh.istio.durations import seconds

Json = dict[str, Any]
Given = Mapping[str, Any]
DOMAIN = "svc.cluster.local"
EVERYTHING: Json = {"path": {"type": "PathPrefix", "value": "/"}}
BROKEN: Json = {"directResponse": {"status": 500}}
"""What a rule without a backend that can be used does."""


class Unusable(Exception):
    """A rule asks for what is not there."""


def virtual_services(routes: Iterable[Given]) -> list[Json]:
    """Those of all routes (oldest first), resolved as `Push.virtual_services` has them."""
    found: dict[tuple[str, str], list[tuple[tuple[int, ...], Json]]] = {}
    for route in routes:
        namespace = route["metadata"]["namespace"]
        for parent in route["spec"].get("parentRefs") or ():
            if parent.get("kind") != "Service" or parent.get("group", "") not in ("", "core"):
                continue
            home = parent.get("namespace") or namespace
            key = (namespace, f"{parent['name']}.{home}.{DOMAIN}")
            found.setdefault(key, []).extend(_rules(route, parent))
    return [_made(namespace, host, rules) for (namespace, host), rules in found.items()]


def _made(namespace: str, host: str, rules: list[tuple[tuple[int, ...], Json]]) -> Json:
    consumer = host.split(".")[1] != namespace
    ordered = sorted(rules, key=lambda pair: pair[0], reverse=True)
    return {
        "name": f"httproutes-{host}", "namespace": namespace, "hosts": [host],
        "gateways": ["mesh"], "http": [rule for _, rule in ordered], "tcp": [], "tls": [],
        "exportTo": ["."] if consumer else [], "consumer": consumer,
    }  # fmt: skip


def _rules(route: Given, parent: Given) -> Iterator[tuple[tuple[int, ...], Json]]:
    """A rule for each match, with how strong it is."""
    metadata = route["metadata"]
    for number, rule in enumerate(route["spec"].get("rules") or ({},)):
        for match in rule.get("matches") or (EVERYTHING,):
            block = _block(match)
            if parent.get("port"):
                block["port"] = parent["port"]
            name = f"{metadata['namespace']}.{metadata['name']}.{number}"
            made = {"name": name, "match": [block]}
            try:
                made |= _action(rule, match, metadata["namespace"])
            except Unusable:
                made |= BROKEN
            yield strength(match), made


def strength(match: Given) -> tuple[int, ...]:
    """Exact, length of the path, method, headers, query: more is stronger."""
    path = match.get("path") or EVERYTHING["path"]
    length = len(path.get("value", "/"))
    return (path.get("type") == "Exact", length, "method" in match,
            len(match.get("headers") or ()), len(match.get("queryParams") or ()))  # fmt: skip


def _block(match: Given) -> Json:
    path = match.get("path") or EVERYTHING["path"]
    kind, value = path.get("type", "PathPrefix"), path.get("value", "/")
    if kind == "PathPrefix":
        plain = value.rstrip("/")
        block: Json = {"uri": {"separatedPrefix": plain} if plain else {"prefix": "/"}}
    else:
        block = {"uri": {"exact" if kind == "Exact" else "regex": value}}
    if match.get("method"):
        block["method"] = {"exact": match["method"]}
    for field in ("headers", "queryParams"):
        if match.get(field):
            block[field] = {one["name"]: _text(one) for one in match[field]}
    return block


def _text(one: Given) -> Json:
    kind = "regex" if one.get("type") == "RegularExpression" else "exact"
    return {kind: one["value"]}


def _action(rule: Given, match: Given, namespace: str) -> Json:
    """What a rule does with what it matches."""
    made = _filtered(rule, match, namespace)
    if "redirect" in made:
        return made
    refs = [one for one in rule.get("backendRefs") or () if one.get("weight", 1)]
    if not refs:
        raise Unusable
    timeout = (rule.get("timeouts") or {}).get("request")
    more = {"timeout": seconds(timeout)} if timeout else {}
    return {**made, **more, "route": [_route(one, match, namespace) for one in refs]}


def _filtered(holder: Given, match: Given, namespace: str) -> Json:
    """What the filters of a rule or a backend ask for, put together."""
    made: Json = {}
    for one in holder.get("filters") or ():
        if one["type"] not in FILTERS:
            raise Unusable
        for name, said in FILTERS[one["type"]](one, match, namespace).items():
            old = made.get(name)
            made[name] = said
            if old is not None:
                made[name] = [*old, *said] if isinstance(said, list) else {**old, **said}
    return made


def _route(ref: Given, match: Given, namespace: str) -> Json:
    found = _filtered(ref, match, namespace)
    if found.keys() - {"headers"}:
        raise Unusable
    return {"destination": _backend(ref, namespace), "weight": ref.get("weight", 1), **found}


def _backend(ref: Given, namespace: str) -> Json:
    if ref.get("kind", "Service") != "Service" or ref.get("group", "") not in ("", "core"):
        raise Unusable
    host = f"{ref['name']}.{ref.get('namespace') or namespace}.{DOMAIN}"
    return {"host": host, "port": {"number": ref["port"]}}


def _headers(side: str, field: str) -> Any:
    def made(one: Given, match: Given, namespace: str) -> Json:  # noqa: ARG001
        said = one[field]
        changes: Json = {
            way: {each["name"]: each["value"] for each in said[way]}
            for way in ("set", "add") if said.get(way)
        }  # fmt: skip
        if said.get("remove"):
            changes["remove"] = list(said["remove"])
        return {"headers": {side: changes}}

    return made


def _redirect(one: Given, match: Given, namespace: str) -> Json:  # noqa: ARG001
    said = one["requestRedirect"]
    made: Json = {"redirectCode": said.get("statusCode", 302)}
    names = (("scheme", "scheme"), ("hostname", "authority"), ("port", "port"))
    made |= {ours: said[theirs] for theirs, ours in names if theirs in said}
    path = said.get("path") or {}
    if path.get("type") == "ReplacePrefixMatch":
        raise Unusable
    if path:
        made["uri"] = path["replaceFullPath"]
    return {"redirect": made}


def _rewrite(one: Given, match: Given, namespace: str) -> Json:  # noqa: ARG001
    said = one["urlRewrite"]
    made: Json = {}
    if said.get("hostname"):
        made["authority"] = said["hostname"]
    path = said.get("path") or {}
    if path.get("type") == "ReplaceFullPath":
        made["uriRegexRewrite"] = {"match": "^/.*$", "rewrite": path["replaceFullPath"]}
    elif path:
        prefix = re.escape(((match.get("path") or {}).get("value") or "/").rstrip("/"))
        new = path["replacePrefixMatch"].rstrip("/")
        made["uriRegexRewrite"] = {"match": f"^{prefix}(/?)(.*)", "rewrite": f"{new}/\\2"}
        if new:
            made["uriRegexRewrite"] = {"match": f"^{prefix}(.*)", "rewrite": f"{new}\\1"}
    return {"rewrite": made}


def _mirror(one: Given, match: Given, namespace: str) -> Json:  # noqa: ARG001
    said = one["requestMirror"]
    share = said.get("percent", 100)
    if "fraction" in said:
        share = 100 * said["fraction"]["numerator"] / said["fraction"].get("denominator", 100)
    destination = _backend(said["backendRef"], namespace)
    return {"mirrors": [{"destination": destination, "percentage": {"value": share}}]}


FILTERS: dict[str, Any] = {
    "RequestHeaderModifier": _headers("request", "requestHeaderModifier"),
    "ResponseHeaderModifier": _headers("response", "responseHeaderModifier"),
    "RequestRedirect": _redirect,
    "URLRewrite": _rewrite,
    "RequestMirror": _mirror,
}
"""What is known of filters."""
