"""RequestAuthentication at a proxy: the tokens of a request are checked before its rights are.

Source: istio `pilot/pkg/security/authn/policy_applier.go`, 1.27; envoy
`source/extensions/filters/http/jwt_authn`, 1.40.

Unlike the real one: `outputClaimToHeaders` and `fromCookies` are left out, and a token in the
query is passed on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from kubelearn.api.jwt.keys import signature_problem
from kubelearn.api.jwt.tokens import BadToken, read, time_problem
from kubelearn.api.times import EPOCH
from kubelearn.mesh.external_authorization import external
from kubelearn.mesh.istio.attributes import Peer
from kubelearn.mesh.istio.authorization import Verdict, applies, judge
from kubelearn.mesh.istio.request_authentication import (
    DEFAULT_HEADER,
    Asked,
    Result,
    Rule,
    Token,
    authenticate,
)
from kubelearn.mesh.jwks import source_of
from kubelearn.mesh.push import Push
from kubelearn.sim.clock import SECOND
from kubelearn.traffic.call import Call
from kubelearn.traffic.proxying import NO_HEADERS, Answered, Judged, Routed

DENIED = "RBAC: access denied"
LONGEST_TARGET = 256
"""Characters of a path that a challenge repeats."""


class Admitted(NamedTuple):
    """What a proxy says of a request, and the headers with which it goes on."""

    judged: Judged
    headers: Mapping[str, str]


def jwt_rules(push: Push, peer: Peer) -> list[Rule]:
    """The rules of all RequestAuthentications for a workload, by issuer (one must be named)."""
    policies = [one for one in push.of("requestauthentications") if applies(one, peer)]
    rules = [rule for one in policies for rule in (one.get("spec") or {}).get("jwtRules") or ()]
    named = (_with_keys(push, rule) for rule in rules if rule.get("issuer"))
    return sorted(named, key=lambda rule: str(rule["issuer"]))


def _with_keys(push: Push, rule: Rule) -> Rule:
    """The rule with the keys that istiod has fetched for it."""
    fetched = "" if rule.get("jwks") else push.keys.get(source_of(rule))
    return {**rule, "jwks": fetched} if fetched else rule


def verified(text: str, now: int) -> Token:
    """What is to be said of a token at a moment (Unix seconds), whoever has issued it."""
    try:
        signed = read(text)
    except BadToken as error:
        return Token(None, str(error))

    def forged(rule: Rule) -> str:
        keys = rule.get("jwks") or None
        return signature_problem(signed.header, signed.body, signed.signature, keys)

    return Token(signed.claims, time_problem(signed.claims, now), forged, signed.payload)


def admit(push: Push, peer: Peer, call: Call, now: int, answer: Answered | None) -> Admitted:
    """The external authoriser first, then tokens, then authorization; `now` is the clock's (ns)."""
    first = external(push, peer, call, answer)
    if isinstance(first, Judged):
        return Admitted(first, call.headers)
    known = replace(peer, headers=_lower(first.headers))
    judged, headers = _authenticated(push, known, first.headers, urlsplit(call.url).query, now)
    return Admitted(judged._replace(text=_listed(", ", first.said, judged.text)), headers)


def _authenticated(
    push: Push, peer: Peer, given: Mapping[str, str], query: str, now: int
) -> Admitted:
    """What tokens and policies make of a request with some headers."""
    rules = jwt_rules(push, peer) if peer.http else []
    if not rules:
        return Admitted(_judged(push, peer, ""), given)
    parameters = dict(reversed(parse_qsl(query, keep_blank_values=True)))
    asked = Asked(peer.method, given, parameters)
    seconds = int(EPOCH.timestamp()) + now // SECOND
    found = authenticate(rules, asked, lambda text: verified(text, seconds))
    said = _said(found)
    if found.status != 200:
        details = f"jwt_authn_access_denied{{{found.reason.replace(' ', '_')}}}"
        judged = Judged(f"{said}: {found.status}", False, found.status, "", found.reason,
                        details=details, response=_challenge(peer, query, found))  # fmt: skip
        return Admitted(judged, given)
    headers = passed_on(given, found)
    known = replace(peer, claims=found.claims, headers=_lower(headers))
    return Admitted(_judged(push, known, said), headers)


def _challenge(peer: Peer, query: str, found: Result) -> Mapping[str, str]:
    """The header WWW-Authenticate of a 401."""
    if found.status != 401:
        return NO_HEADERS
    target = f"{peer.path}?{query}" if query else peer.path
    realm = f"http://{peer.host}{target[:LONGEST_TARGET]}"
    return {"www-authenticate": f'Bearer realm="{realm}", error="invalid_token"'}


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _listed(sign: str, *texts: str) -> str:
    return sign.join(text for text in texts if text)


def _said(found: Result) -> str:
    if found.claims is None:
        return f"JWT refused: {found.reason}" if found.reason else "no JWT"
    return _whose(found.claims) if not found.reason else (
        f"{_whose(found.claims)} refused: {found.reason}")  # fmt: skip


def _whose(claims: Mapping[str, Any]) -> str:
    return f"JWT of {claims.get('iss', 'no issuer')}, subject {claims.get('sub', 'none')}"


def passed_on(headers: Mapping[str, str], found: Result) -> dict[str, str]:
    """The headers without the token, unless it is forwarded; with its claims, if asked for."""
    rule = found.rule
    kept = dict(headers)
    if rule is None:
        return kept
    if not rule.get("forwardOriginalToken"):
        places = rule.get("fromHeaders") or (() if rule.get("fromParams") else (DEFAULT_HEADER,))
        gone = {place["name"].lower() for place in places}
        kept = {name: value for name, value in kept.items() if name.lower() not in gone}
    if rule.get("outputPayloadToHeader"):
        kept[rule["outputPayloadToHeader"]] = found.payload
    return kept


def through(
    routed: Routed, text: str, before: Mapping[str, str], after: Mapping[str, str]
) -> Routed:  # fmt: skip
    """What a gateway does with a request that it admits; routes see the headers of before."""
    gone = {name.lower() for name in before} - {name.lower() for name in after}
    added = {name: value for name, value in after.items() if before.get(name) != value}
    kept = {name: value for name, value in routed.headers.items() if name.lower() not in gone}
    said = f"{text}; {routed.text}" if text else routed.text
    return routed._replace(text=said, headers={**kept, **added})


def _judged(push: Push, peer: Peer, said: str) -> Judged:
    """What DENY and ALLOW policies say; those of CUSTOM have had their say."""
    verdict = judge(push.of("authorizationpolicies"), peer, authorise=lambda _: True)
    if verdict.allowed:
        by = f"allowed by {verdict.policy}" if verdict.policy else ""
        return Judged(_listed(", ", said, by), True)
    text = _listed("; ", said, f"{DENIED} ({_refused_by(verdict)})")
    return Judged(text, False, 403 if peer.http else 0, "RBAC" if peer.http else "UAEX",
                  DENIED if peer.http else "", details=matched(verdict))  # fmt: skip


def matched(verdict: Verdict) -> str:
    """A refusal in the words of Envoy's log, where Istio names policies ns[…]-policy[…]-rule[…]."""
    if not verdict.policy:
        return "rbac_access_denied_matched_policy[none]"
    namespace, _, name = verdict.policy.partition("/")
    policy = f"ns[{namespace}]-policy[{name}]-rule[{verdict.rule}]"
    return f"rbac_access_denied_matched_policy[{policy}]"


def _refused_by(verdict: Verdict) -> str:
    return f"denied by {verdict.policy}" if verdict.policy else "no ALLOW policy matches"
