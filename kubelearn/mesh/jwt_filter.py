"""The filter jwt_authn of a proxy's configuration.

Source: istio `pilot/pkg/security/authn/policy_applier.go` (convertToEnvoyJwtConfig), 1.27.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kubelearn.api.jwt.issuer import Issuer
from kubelearn.mesh.istio.attributes import SPACE_DELIMITED
from kubelearn.mesh.istio.request_authentication import (
    DEFAULT_HEADER,
    DEFAULT_PARAMETER,
    Rule,
)

Json = dict[str, Any]
NAME = "envoy.filters.http.jwt_authn"
KIND = "type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication"
STAND_IN = "istiod"
"""Issuer of the key that istiod gives out when it cannot get the real one."""


def jwt_filters(rules: Sequence[Rule]) -> list[Json]:
    """The filter for rules; none without rules."""
    if not rules:
        return []
    providers = {f"origins-{number}": _provider(rule) for number, rule in enumerate(rules)}
    config = {
        "@type": KIND,
        "providers": providers,
        "rules": [{"match": {"prefix": "/"}, "requires": _requires(providers)}],
        "bypass_cors_preflight": True,
    }
    return [{"name": NAME, "typed_config": config}]


def _requires(providers: Mapping[str, Json]) -> Json:
    """Any provider, or each token that is there is its provider's."""
    named: list[Json] = [{"provider_name": name} for name in providers]
    each = [_any([one, {"allow_missing": {}}]) for one in named]
    return each[0] if len(each) == 1 else _any([*named, {"requires_all": {"requirements": each}}])


def _any(requirements: list[Json]) -> Json:
    return {"requires_any": {"requirements": requirements}}


def _provider(rule: Rule) -> Json:
    headers, parameters = rule.get("fromHeaders") or (), rule.get("fromParams") or ()
    if not headers and not parameters:
        headers, parameters = (DEFAULT_HEADER,), (DEFAULT_PARAMETER,)
    made: Json = {
        "issuer": rule["issuer"],
        "audiences": list(rule.get("audiences") or ()),
        "local_jwks": {"inline_string": rule.get("jwks") or Issuer(STAND_IN).jwks},
        "payload_in_metadata": "payload",
        "normalize_payload_in_metadata": {"space_delimited_claims": list(SPACE_DELIMITED)},
        "forward": bool(rule.get("forwardOriginalToken")),
        "from_headers": [
            {"name": place["name"], "value_prefix": place.get("prefix", "")} for place in headers
        ],
        "from_params": list(parameters),
    }
    if rule.get("outputPayloadToHeader"):
        made["forward_payload_header"] = rule["outputPayloadToHeader"]
    return made
