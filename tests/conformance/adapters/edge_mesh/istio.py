"""Istio: `kubelearn.mesh.istio` and the proxies that it configures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.mesh.envoy.local_reply import Outcome, handle
from kubelearn.mesh.envoy.matching import asked
from kubelearn.mesh.envoy.routes import find_route
from kubelearn.mesh.envoy.virtual_hosts import find_virtual_host
from kubelearn.mesh.istio import gateways, locality, matches, peer_authentication
from kubelearn.mesh.istio.attributes import SPACE_DELIMITED, Peer
from kubelearn.mesh.istio.authorization import judge
from kubelearn.mesh.istio.locality import Endpoint
from kubelearn.mesh.istio.percent import DENOMINATORS, mirror_fraction
from kubelearn.mesh.istio.request_authentication import Asked, Token, authenticate
from kubelearn.mesh.istio.retries import retry_policy
from kubelearn.mesh.istio.routes import Proxy, cluster_name, destination_cluster, http_routes
from kubelearn.mesh.istio.sidecar_hosts import Hosts, Service, virtual_hosts
from tests.mesh.lots import FIRST

Given = dict[str, Any]


def _policy(given: Given) -> Given:
    spec = {name: given[name] for name in ("action", "rules") if name in given}
    if given.get("selector"):
        spec["selector"] = {"matchLabels": given["selector"]}
    return {"metadata": {"namespace": given["namespace"], "name": ""}, "spec": spec}


def _authz(given: Given) -> bool:
    request = given["request"]
    source = request.get("source", {})
    extra = request.get("space_delimited_claims") or given.get("space_delimited_claims") or ()
    peer = Peer(
        namespace=request["namespace"],
        labels=request.get("labels", {}),
        port=request.get("port", 0),
        http=request.get("protocol") != "tcp",
        method=request.get("method", ""),
        host=request.get("host", ""),
        path=request.get("path", ""),
        headers=request.get("headers", {}),
        principal=source.get("principal", ""),
        source_ip=source.get("ip", ""),
        remote_ip=request.get("remote_ip", ""),
        destination_ip=request.get("destination_ip", ""),
        claims=request.get("claims"),
        space_delimited=(*SPACE_DELIMITED, *extra),
    )
    return judge([_policy(one) for one in given["policies"]], peer).allowed


def _by_age(given: list[Given]) -> list[Given]:
    return sorted(given, key=lambda one: one.get("age_rank", 0))


def _peer_auth(given: Given) -> Given:
    policies = []
    for one in _by_age(given["policies"]):
        spec: Given = {"mtls": {"mode": one.get("mode", "UNSET")}}
        if one.get("selector"):
            spec["selector"] = {"matchLabels": one["selector"]}
        ports = one.get("ports") or {}
        spec["portLevelMtls"] = {port: {"mode": mode} for port, mode in ports.items()}
        policies.append({"metadata": {"namespace": one["namespace"]}, "spec": spec})
    found = peer_authentication.effective(
        policies,
        given.get("namespace", "my-ns"),
        given.get("labels", {"app": "foo"}),
        given["root"],
    )
    return {"mode": found.mode, **({"ports": found.ports} if found.ports else {})}


def _inbound(given: Given) -> Given:
    return {
        mode: peer_authentication.inbound(mode, given["port_kind"], given["wire"], given["tls"])
        for mode in ("DISABLE", "PERMISSIVE", "STRICT")
    }


def _request_auth(given: Given) -> int:
    request = given["request"]

    def verify(text: str) -> Token:
        claims = given["tokens"].get(text)
        if claims is None:
            return Token(None, "Jwt is not in the form of Header.Payload.Signature with two dots")
        return Token(claims, "Jwt is expired" if claims.get("expired") else "")

    places = Asked(request.get("method", "GET"), request.get("headers", {}),
                   request.get("query", {}))  # fmt: skip
    found = authenticate(given["jwt_rules"], places, verify)
    if found.status != 200 or "require_principals" not in given:
        return found.status
    rules = [{"from": [{"requestPrincipals": given["require_principals"]}]}]
    policy = {"namespace": "ns", "action": "ALLOW", "rules": rules}
    peer = Peer(namespace="ns", labels={}, claims=found.claims)
    return 200 if judge([_policy(policy)], peer).allowed else 403


def _endpoints(given: Given) -> list[Endpoint]:
    return [
        Endpoint(one.get("locality", ""), one.get("labels", {}), one.get("weight", 1))
        for one in given["endpoints"]
    ]


def _failover(given: Given) -> list[int]:
    setting = {name: given[name] for name in ("failover", "failoverPriority") if name in given}
    return locality.priorities(
        _endpoints(given),
        setting,
        given.get("proxy_locality", ""),
        given.get("proxy_labels"),
        zone_aware=given.get("zone_aware", False),
    )


def _retry(given: Given) -> Given | None:
    hashed, inbound = given.get("hash_policy", False), given.get("inbound", False)
    policy = retry_policy(given["retries"], inbound=inbound, hashed=hashed)
    if policy is None:
        return None
    told = {
        "num_retries": policy["num_retries"],
        "retry_on": policy["retry_on"],
        "status_codes": policy.get("retriable_status_codes", []),
        "avoid_previous_hosts": "retry_host_predicate" in policy,
        "host_selection_attempts": policy.get("host_selection_retry_max_attempts"),
        "per_try_timeout": policy.get("per_try_timeout"),
    }
    return {name: told[name] for name in given["ask"]}


def _mirror(given: Given) -> Given | None:
    rule: Given = {}
    if "mirrorPercentage" in given:
        rule["mirrorPercentage"] = {"value": given["mirrorPercentage"]}
    if "mirrorPercent" in given:
        rule["mirrorPercent"] = given["mirrorPercent"]
    found = mirror_fraction(rule)
    return found and {**found, "denominator": DENOMINATORS[found["denominator"]]}


def _weights(given: Given) -> list[float]:
    total = sum(given["weights"])
    return [100 * weight / total for weight in given["weights"]]


# Routes


def _rule(given: Given) -> Given:
    """A rule in a VirtualService's own shape."""
    rule = {**given}
    for destinations in ("route",):
        if destinations in rule:
            rule[destinations] = [
                {**one, "destination": {"host": one["destination"], "port": {"number": 80}}}
                for one in rule[destinations]
            ]
    if "fault" in rule:
        rule["fault"] = {kind: _fault(one) for kind, one in rule["fault"].items()}
    if "corsPolicy" in rule:
        cors = dict(rule["corsPolicy"])
        if "maxAgeSeconds" in cors:
            cors["maxAge"] = f"{cors.pop('maxAgeSeconds')}s"
        rule["corsPolicy"] = cors
    if isinstance(rule.get("timeout"), (int, float)):
        rule["timeout"] = f"{rule['timeout']}s"
    return rule


def _fault(given: Given) -> Given:
    fault = {**given}
    if not isinstance(fault.get("percentage", {}), dict):
        fault["percentage"] = {"value": float(fault["percentage"])}
    for name in ("fixedDelay", "fixedDelaySeconds"):
        if isinstance(fault.get(name), (int, float)):
            fault["fixedDelay"] = f"{fault[name]}s"
    return fault


def _vs_route(given: Given) -> Given:
    request = given["request"]
    port = request.get("port", 80)
    rules = [_rule(one) for one in given["http"]]
    routes = http_routes(rules, Proxy(port=port), destination_cluster(port))
    hosts = [{"domains": ["*"], "routes": routes}]
    target, host = request.get("path", "/"), request.get("host", "b")
    headers, method = request.get("headers", {}), request.get("method", "GET")
    for _ in range(10):
        found = find_route(hosts, asked(method, host, target.partition("#")[0], headers), FIRST)
        if found is None:
            outcome = Outcome(status=404)
            break
        outcome = handle(found, asked(method, host, target, headers), target, FIRST)
        if not request.get("follow") or "location" not in outcome.headers:
            break
        target = "/" + outcome.headers["location"].partition("//")[2].partition("/")[2]
    return {name: _seen(name, outcome, headers) for name in given["ask"]}


def _seen(name: str, outcome: Outcome, before: Given) -> Any:
    sent = outcome.sent
    if name == "status":
        return outcome.status or 200
    if name == "max_age":
        found = outcome.headers.get("access-control-max-age")
        return int(found) if found else None
    if name.startswith("allow_"):
        return outcome.headers.get(f"access-control-{name.replace('_', '-')}")
    if name == "location":
        return outcome.headers.get("location")
    if sent is None:
        return None
    known = {key.lower() for key in before}
    added = {key: value for key, value in sent.headers.items() if key not in known}
    told = {"path": sent.target, "authority": sent.host, "request_headers": added,
            "cluster": sent.cluster}  # fmt: skip
    return told[name]


def _vs_merge(given: Given) -> Given:
    services = [Service(one["host"], one["namespace"]) for one in given["services"]]
    every = _by_age(given["virtual_services"])
    named = [Hosts(str(n), one["namespace"], tuple(one["hosts"])) for n, one in enumerate(every)]
    found = virtual_hosts(services, named, given["port"], given.get("egress"))
    told = {}
    for host in given["ask"]:
        told[host] = None
        if host in found:
            ruled = found[host]
            one = every[int(ruled.name)] if ruled is not None else {"dest": host}
            told[host] = cluster_name(one.get("dest_port", given["port"]), "", one["dest"])
    return told


def _gateway_rule(given: Given) -> Given:
    destination: Given = {"host": given["dest"]}
    if "dest_port" in given:
        destination["port"] = {"number": given["dest_port"]}
    return {**given, "route": [{"destination": destination}]}


def _gateway(given: Given) -> Given:
    request = given["request"]
    port = request["port"]
    servers = [
        {"hosts": one["hosts"], "tls": {"httpsRedirect": one.get("httpsRedirect", False)}}
        for one in given["servers"]
        if one["port"] == port
    ]
    if not servers:
        return {"outcome": "no_listener"}
    bound = [
        {"hosts": one["hosts"], "http": [_gateway_rule(rule) for rule in one.get("http", ())]}
        for one in _by_age(given["virtual_services"])
    ]
    hosts = gateways.gateway_hosts(servers, bound, port)
    host = find_virtual_host(hosts, request["host"])
    if host is None:
        return {"outcome": "no_virtual_host"}
    if host.get("require_tls") and not request.get("tls"):
        return {"outcome": "tls_redirect"}
    target = asked(request.get("method", "GET"), request["host"], request.get("path", "/"),
                   request.get("headers", {}))  # fmt: skip
    found = find_route(hosts, target, FIRST)
    if found is None:
        return {"outcome": "no_route"}
    return {"outcome": "cluster", "cluster": found.cluster}


def _catch_all(given: Given) -> bool:
    queries = {
        name: {} if one == "present" else one for name, one in (given.get("query") or {}).items()
    }
    uri = {kind: given[kind] for kind in ("prefix", "exact", "regex") if kind in given}
    block = {"uri": uri, "headers": given.get("headers"), "queryParams": queries}
    return matches.is_catch_all(matches.route_match(block))


KINDS: dict[str, Callable[[Given], Any]] = {
    "istio_authz": _authz,
    "istio_catch_all": _catch_all,
    "istio_distribute": lambda g: locality.distributed(_endpoints(g), g["distribute"]),
    "istio_failover": _failover,
    "istio_gateway": _gateway,
    "istio_inbound_mtls": _inbound,
    "istio_locality_match": lambda g: locality.falls_under(g["locality"], g["rule"]),
    "istio_mirror_percent": _mirror,
    "istio_peer_auth": _peer_auth,
    "istio_request_auth": _request_auth,
    "istio_retry": _retry,
    "istio_source_namespace": lambda g: matches.applies_to(
        g["match"], g["proxy_namespace"], {}, ("mesh",)
    ),
    "istio_vs_merge": _vs_merge,
    "istio_vs_route": _vs_route,
    "istio_weights": _weights,
}
