"""RequestAuthentication: tokens, where they are looked for and what becomes of bad ones.

A missing token passes, a bad one does not (401); whether one is demanded says an
AuthorizationPolicy (then 403). Source: istio `pilot/pkg/security/authn`; envoy
`source/extensions/filters/http/jwt_authn`, 1.40.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

Rule = Mapping[str, Any]
Claims = Mapping[str, Any]
DEFAULT_HEADER = {"name": "Authorization", "prefix": "Bearer "}
DEFAULT_PARAMETER = "access_token"
UNKNOWN = "Jwt issuer is not configured"
LETTER = re.compile(r"[A-Za-z0-9_.-]")
SCHEME = re.compile(r"\Ahttps?://")


def unforged(rule: Rule) -> str:  # noqa: ARG001
    """Nothing is wrong with a signature that is not looked at."""
    return ""


class Token(NamedTuple):
    """What a verifier says of a token: its claims, or why it is bad."""

    claims: Claims | None = None
    problem: str = ""
    """With its form or its times."""
    forged: Callable[[Rule], str] = unforged
    """What is wrong with its signature under the keys of a rule; "" when nothing."""
    payload: str = ""
    """Its claims as they are encoded in it."""


Verify = Callable[[str], Token]
"""Reads a token and checks its times."""


class Result(NamedTuple):
    """Claims of a token (None = no token), and the status that the caller gets."""

    claims: Claims | None = None
    status: int = 200
    reason: str = ""
    rule: Rule | None = None
    """The rule under which the token is valid."""
    payload: str = ""


class Asked(NamedTuple):
    """What is looked at of a request."""

    method: str
    headers: Mapping[str, str]
    parameters: Mapping[str, str]

    def header(self, name: str) -> str | None:
        """A header's value without blanks around it, whatever the case of its name."""
        found = (text.strip(" \t") for key, text in self.headers.items() if _same(key, name))
        return next(found, None)


def is_preflight(asked: Asked) -> bool:
    """Whether a browser asks what it may do (CORS); it cannot send a token along."""
    wanted = ("Origin", "Access-Control-Request-Method")
    return asked.method == "OPTIONS" and all(asked.header(name) for name in wanted)


def authenticate(rules: Sequence[Rule], asked: Asked, verify: Verify) -> Result:
    """Check the tokens of a request.

    It passes when under one rule all tokens at the rule's places are good, whatever stands at the
    places of others, and when no rule finds any.
    """
    if is_preflight(asked):
        return Result()
    told = [_under(rule, asked, verify) for rule in rules]
    found = [one for one in told if one is not None]
    good = next((one for one in found if one.status == 200), None)
    if good is not None or not found:
        return good or Result()
    # Behind all rules Envoy asks each once more; a token of somebody else is the least of errors.
    errors = [*found, found[0]] if len(rules) > 1 else found
    return next((one for one in reversed(errors) if one.reason != UNKNOWN), found[0])


def _under(rule: Rule, asked: Asked, verify: Verify) -> Result | None:
    """What one rule says: the last token is looked at first, one bad one is enough.

    None: it finds no token.
    """
    found: Result | None = None
    for text in reversed(tokens_of(rule, asked)):
        found = _checked(rule, verify(text))
        if found.status != 200:
            break
    return found


def tokens_of(rule: Rule, asked: Asked) -> list[str]:
    """The tokens at the places that a rule names; without any at the usual ones."""
    headers = rule.get("fromHeaders") or ()
    parameters = rule.get("fromParams") or ()
    if not headers and not parameters:
        headers, parameters = (DEFAULT_HEADER,), (DEFAULT_PARAMETER,)
    found = []
    for place in headers:
        value, prefix = asked.header(place["name"]), place.get("prefix", "")
        if value is not None and prefix in value:
            found.append(_behind(prefix, value))
    return [*found, *(asked.parameters[name] for name in parameters if name in asked.parameters)]


def _behind(prefix: str, value: str) -> str:
    """What stands behind a prefix, from the first letter on that a token may have."""
    text = value[value.find(prefix) + len(prefix) :]
    begin = LETTER.search(text) if prefix else None
    return text[begin.start() :] if begin else text


def _same(name: str, other: str) -> bool:
    return name.lower() == other.lower()


def _checked(rule: Rule, token: Token) -> Result:
    """What a token means under one rule."""
    claims = token.claims
    if claims is None:
        return Result(None, 401, token.problem)
    if claims.get("iss") != rule["issuer"]:
        return Result(claims, 401, UNKNOWN)
    if token.problem:
        return Result(claims, 401, token.problem)
    audiences = rule.get("audiences") or ()
    own = claims.get("aud", [])
    given = own if isinstance(own, list) else [own]
    if audiences and {*map(_plain, audiences)}.isdisjoint(map(_plain, given)):
        return Result(claims, 403, "Audiences in Jwt are not allowed")
    forged = token.forged(rule)
    if forged:
        return Result(claims, 401, forged)
    return Result(claims, rule=rule, payload=token.payload)


def _plain(audience: str) -> str:
    """An audience as Envoy compares it: without its scheme and a slash at its end."""
    return SCHEME.sub("", audience).removesuffix("/")
