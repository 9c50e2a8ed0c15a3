"""RequestAuthentication: its targets and the rules for tokens.

Source: istio `pkg/config/validation/validation.go` (ValidateRequestAuthentication,
validateJwtRule), `pkg/config/security/security.go` (ParseJwksURI), Go `src/net/url/url.go`, 1.27.

Unlike the real one: keys in `jwks` that cannot be read are not refused, and of a `jwksUri` only the
scheme and the port are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kubelearn.api.istio.multierror import Listed
from kubelearn.api.istio.names import duration, header_name, quoted
from kubelearn.api.istio.policy_targets import policy_targets
from kubelearn.api.objects import Object

_SCHEME = re.compile("([a-zA-Z][a-zA-Z0-9+.-]*)?:")
_BAD_PORT = re.compile(":[0-9]*[^0-9:][^:]*$")


def errors(obj: Object) -> Iterator[str]:
    """What is wrong with a RequestAuthentication."""
    spec = obj.get("spec") or {}
    yield from policy_targets(spec)
    for rule in spec.get("jwtRules") or ():
        yield from map(Listed, _jwt_rule(rule or {}))


def _jwt_rule(rule: Mapping[str, Any]) -> Iterator[str]:
    yield from _empty(rule, "audiences", "audience must be non-empty string")
    uri = rule.get("jwksUri")
    if not rule.get("issuer") and not uri:
        yield "issuer or jwksUri must be non-empty string"
    if uri:
        yield from _jwks_uri(uri)
    yield from _token_places(rule)
    for pair in rule.get("outputClaimToHeaders") or ():
        yield from _claim_to_header(pair or {})
    if rule.get("timeout") is not None:
        yield from duration(rule["timeout"])


def _empty(rule: Mapping[str, Any], field: str, error: str) -> Iterator[str]:
    yield from (error for one in rule.get(field) or () if not one)


def _token_places(rule: Mapping[str, Any]) -> Iterator[str]:
    for place in rule.get("fromHeaders") or ():
        if not (place or {}).get("name"):
            yield "location header name must be non-empty string"
    yield from _empty(rule, "fromParams", "location query must be non-empty string")
    yield from _empty(rule, "fromCookies", "cookie name must be non-empty string")


def _claim_to_header(pair: Mapping[str, Any]) -> Iterator[str]:
    if pair.get("claim") and pair.get("header"):
        yield from header_name(pair["header"])
    else:
        yield "outputClaimToHeaders header and claim value must be non-empty string"


def _jwks_uri(uri: str) -> Iterator[str]:
    whole = uri.partition("#")[0]
    found = _SCHEME.match(whole)
    scheme = ((found and found[1]) or "").lower()
    wrong = _url_error(whole, scheme, whole[found.end() :] if found else whole)
    if wrong is not None:
        yield f"parse {quoted(whole)}: {wrong}"
    elif scheme not in ("http", "https"):
        yield f"URI scheme {quoted(scheme)} is not supported"


def _url_error(whole: str, scheme: str, rest: str) -> str | None:
    """Why Go cannot read a URL of this scheme ("" for none) and rest."""
    rest = rest.partition("?")[0]
    if whole.startswith(":"):
        return "missing protocol scheme"
    if not scheme and ":" in rest.partition("/")[0]:
        return "first path segment in URL cannot contain colon"
    if not rest.startswith("//"):
        return None
    host = rest[2:].partition("/")[0]
    port = _BAD_PORT.search(host) if "@" not in host and "[" not in host else None
    return f"invalid port {quoted(port[0])} after host" if port else None
