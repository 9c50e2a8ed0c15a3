"""HTTPRoutes whose parent is a Service, as VirtualServices of the mesh (GAMMA).

A route in the Service's own namespace is its producer's and counts for all clients; one of another
namespace is a consumer's, counts for clients of that namespace alone, and comes first there. All
routes of a namespace for one Service (and port) are put together, the most specific match first.
In the mesh nobody asks for ReferenceGrants. A backend that cannot be used gets its share of the
requests all the same, answered with 500; a filter that is not known makes the whole route useless.
Source: istio `pilot/pkg/config/kube/gateway/conversion.go`, `route_collections.go`, 1.27;
gateway-api v1.5 `apis/v1/httproute_types.go`.

Unlike the real one: ServiceEntries are no parents, only Services are backends.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from typing import Any, NamedTuple

from kubelearn.mesh.istio.durations import seconds
from kubelearn.sim.duration import parse_duration

Json = dict[str, Any]
Given = Mapping[str, Any]
DOMAIN = "svc.cluster.local"
EVERYTHING: Json = {"path": {"type": "PathPrefix", "value": "/"}}
BROKEN: Json = {"directResponse": {"status": 500}}
"""What a rule without a backend does."""
RETRY_ON = ("connect-failure", "refused-stream", "unavailable", "cancelled")
ATTEMPTS = 2
RANKS = {"Exact": 3, "PathPrefix": 2, "RegularExpression": 1}
"""How strong a match of a path is before its length counts."""


class Problem(NamedTuple):
    """What is wrong with a route, as its condition ResolvedRefs tells it."""

    reason: str
    message: str


class Unusable(Exception):
    """A route asks for what there is not; as a whole it does nothing."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(reason, message)


Ranked = tuple[tuple[int, ...], Json]
"""How strong a rule is, and the rule."""


class Converted(NamedTuple):
    """A route as rules of VirtualServices."""

    rules: tuple[Ranked, ...]
    """None where the route cannot be used as a whole."""
    problem: Problem | None = None


def virtual_services(routes: Iterable[Given], hosts: Container[str]) -> list[Json]:
    """Those of all routes (oldest first), resolved as `Push.virtual_services` has them.

    `hosts` are the Services that there are.
    """
    found: dict[tuple[str, str, int], list[Ranked]] = {}
    for route in routes:
        namespace = route["metadata"]["namespace"]
        rules = converted(route, hosts).rules
        for parent in parents_of(route):
            host = parent_host(parent, namespace)
            if host in hosts and rules:
                key = (namespace, host, parent.get("port") or 0)
                found.setdefault(key, []).extend(rules)
    return [_made(*key, rules) for key, rules in found.items()]


def parents_of(route: Given) -> list[Given]:
    """The references to parents that are Services."""
    return [
        one for one in route["spec"].get("parentRefs") or ()
        if one.get("kind") == "Service" and one.get("group", "") in ("", "core")
    ]  # fmt: skip


def parent_host(parent: Given, namespace: str) -> str:
    """The host of a parent, to which a route of a namespace refers."""
    return f"{parent['name']}.{parent.get('namespace') or namespace}.{DOMAIN}"


def _made(namespace: str, host: str, port: int, rules: list[Ranked]) -> Json:
    consumer = host.split(".")[1] != namespace
    ordered = [rule for _, rule in sorted(rules, key=lambda pair: pair[0], reverse=True)]
    if port:
        ordered = [{**one, "match": [{**block, "port": port} for block in one["match"]]}
                   for one in ordered]  # fmt: skip
    return {
        "name": f"httproutes-{host}" + (f"-{port}" if port else ""), "namespace": namespace,
        "hosts": [host], "gateways": ["mesh"], "http": ordered, "tcp": [], "tls": [],
        "exportTo": ["."] if consumer else [], "consumer": consumer,
    }  # fmt: skip


def converted(route: Given, hosts: Container[str]) -> Converted:
    """A rule for each match, and what is wrong with the last backends that cannot be used."""
    metadata, made, problem = route["metadata"], [], None
    try:
        for number, rule in enumerate(route["spec"].get("rules") or ({},)):
            name = rule.get("name") or f"{metadata['namespace']}.{metadata['name']}.{number}"
            for match in rule.get("matches") or (EVERYTHING,):
                backends = Backends(metadata["namespace"], hosts)
                action = _action(rule, match, backends)
                made.append((strength(match), {"name": name, "match": [_block(match)], **action}))
                problem = backends.problem or problem
    except Unusable as error:
        return Converted((), error.problem)
    return Converted(tuple(made), problem)


class Backends:
    """The backends of a rule, and what is wrong with the last of each sort."""

    def __init__(self, namespace: str, hosts: Container[str]) -> None:
        self.namespace, self.hosts = namespace, hosts
        self.wrong: dict[str, Problem] = {}

    @property
    def problem(self) -> Problem | None:
        """The reason of the first sort, and what is said of both."""
        found = [self.wrong[sort] for sort in ("route", "mirror") if sort in self.wrong]
        text = "; ".join(one.message for one in found)
        return Problem(found[0].reason, text) if found else None

    def route(self, ref: Given) -> Json:
        """Where requests go; no host where the kind is not known."""
        destination, problem = self._destination(ref)
        if problem is not None:
            self.wrong["route"] = problem
        return destination

    def mirror(self, ref: Given) -> Json | None:
        """Where copies go; None where nobody can have them."""
        try:
            destination, problem = self._destination(ref)
        except Unusable as error:
            destination, problem = {}, error.problem
        if problem is None:
            return destination
        self.wrong["mirror"] = problem
        return None

    def _destination(self, ref: Given) -> tuple[Json, Problem | None]:
        kind, group = ref.get("kind", "Service"), ref.get("group", "")
        if (kind, group) not in (("Service", ""), ("Service", "core")):
            text = f'referencing unsupported backendRef: group "{group}" kind "{kind}"'
            return {"host": ""}, Problem("InvalidKind", text)
        if "." in ref["name"]:
            raise Unusable("InvalidDestination", DOTTED)
        host = f"{ref['name']}.{ref.get('namespace') or self.namespace}.{DOMAIN}"
        if not ref.get("port"):
            raise Unusable("InvalidDestination", "port is required in backendRef")
        destination = {"host": host, "port": {"number": ref["port"]}}
        if host in self.hosts:
            return destination, None
        return destination, Problem("BackendNotFound", f"backend({host}) not found")


DOTTED = "service name invalid; the name of the Service must be used, not the hostname."


def strength(match: Given) -> tuple[int, ...]:
    """Kind and length of the path, method, headers, query: more is stronger."""
    path = match.get("path") or EVERYTHING["path"]
    length = len(path.get("value", "/").rstrip("/") or "/")
    return (RANKS[path.get("type", "PathPrefix")], length, "method" in match,
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


def _action(rule: Given, match: Given, backends: Backends) -> Json:
    """What a rule does with what it matches."""
    made = {**_filtered(rule, match, backends), **_times(rule)}
    if "redirect" in made:
        return made
    refs = [one for one in rule.get("backendRefs") or () if one.get("weight", 1)]
    if not refs:
        return {**made, **BROKEN}
    return {**made, "gatewaySemantics": True,
            "route": [_route(one, match, backends) for one in refs]}  # fmt: skip


def _times(rule: Given) -> Json:
    """Retries and time limits; that of a try is the route's own where nothing is retried."""
    made: Json = {}
    said = rule.get("retry")
    if said is not None:
        attempts = said.get("attempts", ATTEMPTS)
        causes = (*RETRY_ON, *map(str, said.get("codes") or ())) if attempts else ()
        made["retries"] = {"attempts": attempts, "retryOn": ",".join(causes)}
        if said.get("backoff"):
            made["retries"]["backoff"] = seconds(said["backoff"])
    limits = {name: seconds(text) for name, text in (rule.get("timeouts") or {}).items()
              if parse_duration(text)}  # fmt: skip
    if "request" in limits:
        made["timeout"] = limits["request"]
    if "backendRequest" in limits and said is not None:
        made["retries"]["perTryTimeout"] = limits["backendRequest"]
    elif "backendRequest" in limits:
        made["timeout"] = limits["backendRequest"]
    return made


def _filtered(holder: Given, match: Given, backends: Backends) -> Json:
    """What the filters of a rule or a backend ask for, put together."""
    made: Json = {}
    for one in holder.get("filters") or ():
        if one["type"] not in FILTERS:
            raise Unusable("InvalidFilter", f'unsupported filter type "{one["type"]}"')
        for name, said in FILTERS[one["type"]](one, match, backends).items():
            old = made.get(name)
            made[name] = said
            if old is not None:
                made[name] = [*old, *said] if isinstance(said, list) else {**old, **said}
    return made


def _route(ref: Given, match: Given, backends: Backends) -> Json:
    for one in ref.get("filters") or ():
        if one["type"] not in OF_BACKENDS:
            raise Unusable("InvalidFilter", f'unsupported filter type "{one["type"]}"')
    found = _filtered(ref, match, backends)
    return {"destination": backends.route(ref), "weight": ref.get("weight", 1), **found}


def _headers(side: str, field: str) -> Any:
    def made(one: Given, match: Given, backends: Backends) -> Json:  # noqa: ARG001
        said = one[field]
        changes: Json = {
            way: {each["name"]: each["value"] for each in said[way]}
            for way in ("set", "add") if said.get(way)
        }  # fmt: skip
        if said.get("remove"):
            changes["remove"] = list(said["remove"])
        return {"headers": {side: changes}}

    return made


def _redirect(one: Given, match: Given, backends: Backends) -> Json:  # noqa: ARG001
    said = one["requestRedirect"]
    made: Json = {"redirectCode": said.get("statusCode", 302)}
    names = (("scheme", "scheme"), ("hostname", "authority"), ("port", "port"))
    made |= {ours: said[theirs] for theirs, ours in names if theirs in said}
    path = said.get("path") or {}
    if not said.get("port") and not said.get("scheme"):
        made["derivePort"] = "FROM_REQUEST_PORT"
    if path.get("type") == "ReplacePrefixMatch":
        made |= {"uri": path["replacePrefixMatch"], "replacesPrefix": True}
    elif path:
        made["uri"] = path["replaceFullPath"]
    return {"redirect": made}


def _rewrite(one: Given, match: Given, backends: Backends) -> Json:  # noqa: ARG001
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


def _mirror(one: Given, match: Given, backends: Backends) -> Json:  # noqa: ARG001
    said = one["requestMirror"]
    destination = backends.mirror(said["backendRef"])
    if destination is None:
        return {}
    share = said.get("percent", 100)
    if "fraction" in said:
        share = 100 * said["fraction"]["numerator"] / said["fraction"].get("denominator", 100)
    return {"mirrors": [{"destination": destination, "percentage": {"value": share}}]}


def _cors(one: Given, match: Given, backends: Backends) -> Json:  # noqa: ARG001
    said = one["cors"]
    made: Json = {"allowOrigins": [{"exact": origin} for origin in said.get("allowOrigins") or ()]}
    made |= {name: said[name] for name in LISTS if said.get(name)}
    if said.get("allowCredentials"):
        made["allowCredentials"] = True
    if said.get("maxAge"):
        made["maxAge"] = f"{said['maxAge']}s"
    return {"corsPolicy": made}


LISTS = ("allowMethods", "allowHeaders", "exposeHeaders")
FILTERS: dict[str, Any] = {
    "RequestHeaderModifier": _headers("request", "requestHeaderModifier"),
    "ResponseHeaderModifier": _headers("response", "responseHeaderModifier"),
    "RequestRedirect": _redirect,
    "URLRewrite": _rewrite,
    "RequestMirror": _mirror,
    "CORS": _cors,
}
"""What is known of filters."""
OF_BACKENDS = ("RequestHeaderModifier", "ResponseHeaderModifier")
"""Those that a backend may have."""
