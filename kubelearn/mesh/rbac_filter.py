"""The filters that decide who may pass, in Istio's order: CUSTOM; then, after tokens, DENY, ALLOW.

For CUSTOM a first filter only notes whether a policy matches, and ext_authz asks its provider when
one did. Source: istio `pilot/pkg/security/authz/builder/builder.go`, `extauthz.go`, 1.27.

Unlike the real one: AUDIT and the annotation `istio.io/dry-run` are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kubelearn.api.objects import Object
from kubelearn.mesh.external_authorization import (
    BAD,
    GRPC,
    HTTP,
    PREFIX,
    TIMEOUT,
    Provider,
    customs,
    provider_for,
)
from kubelearn.mesh.istio.attributes import Peer
from kubelearn.mesh.istio.authorization import action_of, applies
from kubelearn.mesh.push import Push
from kubelearn.mesh.rbac_rules import ANY, Unmatched, policy_of, string_match

Json = dict[str, Any]
TYPES = "type.googleapis.com/envoy.extensions.filters"
RBAC, NETWORK_RBAC = "envoy.filters.http.rbac", "envoy.filters.network.rbac"
SHADOW = "istio_ext_authz_"
NEVER: Json = {
    "permissions": [{"not_rule": ANY}],
    "principals": [{"not_id": ANY}],
}


def custom_filters(push: Push, peer: Peer, *, tcp: bool = False) -> list[Json]:
    """What stands before everything else: the policies of CUSTOM."""
    policies = customs(push, peer)
    if not policies:
        return []
    named = f"{PREFIX}-"
    try:
        used = provider_for(push, policies)
    except ValueError:
        return [
            _rbac({"rules": _rules(policies, "DENY", tcp=tcp, before=named, behind=BAD)}, tcp=tcp)
        ]
    if tcp and used.kind == HTTP:
        return []
    shadow = {
        "shadow_rules": _rules(policies, "DENY", tcp=tcp, before=named),
        "shadow_rules_stat_prefix": SHADOW,
    }
    return [_rbac(shadow, tcp=tcp), _ext_authz(used, tcp=tcp)]


def rbac_filters(push: Push, peer: Peer, *, tcp: bool = False) -> list[Json]:
    """What stands behind the tokens: the policies of DENY, then those of ALLOW."""
    found = [one for one in push.of("authorizationpolicies") if applies(one, peer)]
    made = []
    for action in ("DENY", "ALLOW"):
        policies = [one for one in found if action_of(one) == action]
        if policies:
            made.append(_rbac({"rules": _rules(policies, action, tcp=tcp)}, tcp=tcp))
    return made


def _rules(
    policies: Iterable[Object], action: str, *, tcp: bool, before: str = "", behind: str = ""
) -> Json:
    made: Json = {}
    for one in policies:
        metadata = one["metadata"]
        name = f"{before}ns[{metadata['namespace']}]-policy[{metadata['name']}]-rule[{{}}]{behind}"
        rules = (one.get("spec") or {}).get("rules") or ()
        if not rules:
            made[name.format(0)] = NEVER
        for number, rule in enumerate(rules):
            try:
                made[name.format(number)] = policy_of(
                    rule, metadata["namespace"], tcp=tcp, deny=action == "DENY"
                )
            except Unmatched:
                continue
    return {"action": action, "policies": made}


def _rbac(config: Json, *, tcp: bool) -> Json:
    if tcp:
        kind = {"@type": f"{TYPES}.network.rbac.v3.RBAC", "stat_prefix": "tcp."}
        return {"name": NETWORK_RBAC, "typed_config": {**kind, **config}}
    kind = {"@type": f"{TYPES}.http.rbac.v3.RBAC"}
    return {"name": RBAC, "typed_config": {**kind, **config}}


def _ext_authz(used: Provider, *, tcp: bool) -> Json:
    kind = "network" if tcp else "http"
    made: Json = {
        "@type": f"{TYPES}.{kind}.ext_authz.v3.ExtAuthz",
        "failure_mode_allow": used.fails_open,
        "transport_api_version": "V3",
        "filter_enabled_metadata": {
            "filter": NETWORK_RBAC if tcp else RBAC,
            "path": [{"key": f"{SHADOW}shadow_effective_policy_id"}],
            "value": {"string_match": {"prefix": PREFIX}},
        },
    }
    service = _grpc(used) if used.kind == GRPC else _http(used)
    if tcp:
        made["stat_prefix"] = "tcp."
    else:
        made["status_on_error"] = {"code": used.status_on_error}
    return {"name": f"envoy.filters.{kind}.ext_authz", "typed_config": {**made, **service}}


def _grpc(used: Provider) -> Json:
    envoy = {"cluster_name": used.cluster, "authority": used.cluster.replace("|", "_.")}
    timeout = used.said.get("timeout") or TIMEOUT
    return {"grpc_service": {"envoy_grpc": envoy, "timeout": timeout}}


def _http(used: Provider) -> Json:
    said = used.said
    asked = (*(said.get("includeRequestHeadersInCheck") or ()),
             *(said.get("includeHeadersInCheck") or ()))  # fmt: skip
    added = [
        {"key": name, "value": value}
        for name, value in (said.get("includeAdditionalHeadersInCheck") or {}).items()
    ]
    request = {**_listed("allowed_headers", asked), **({"headers_to_add": added} if added else {})}
    response = {
        **_listed("allowed_upstream_headers", said.get("headersToUpstreamOnAllow") or ()),
        **_listed("allowed_client_headers", said.get("headersToDownstreamOnDeny") or ()),
    }
    service: Json = {
        "path_prefix": said.get("pathPrefix") or "",
        "server_uri": {
            "uri": f"http://{used.host}",
            "cluster": used.cluster,
            "timeout": said.get("timeout") or TIMEOUT,
        },
    }
    if response:
        service["authorization_response"] = response
    made: Json = {"http_service": service}
    if "allowed_headers" in request:
        made["allowed_headers"] = request.pop("allowed_headers")
    if request:
        service["authorization_request"] = request
    return made


def _listed(field: str, names: Iterable[str]) -> Json:
    patterns = [string_match(one) for one in names]
    return {field: {"patterns": patterns}} if patterns else {}
