"""Who may ask a gateway: tokens signed with a secret key (HS256), and rules on roles.

The first rule that fits a path decides; a request that fits none is denied. Without a token a
denied request gets 401, with a valid one 403; a token that is not valid gets 401 everywhere.
Source: spring-security 7.0 `NimbusReactiveJwtDecoder.java` (withSecretKey),
`JwtTimestampValidator.java`, `ServerBearerTokenAuthenticationConverter.java`,
`BearerTokenServerAuthenticationEntryPoint.java`, `BearerTokenServerAccessDeniedHandler.java`,
`BearerTokenErrors.java`; nimbus-jose-jwt 10 `JWTParser.java`, `JSONObjectUtils.java`.

Unlike the real one: the headers that Spring Security adds to every answer (Cache-Control,
X-Frame-Options) are left out; issuer and audience are not asked for.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from kubelearn.api.base64url import decoded
from kubelearn.spring.boot.failure import StartFailure
from kubelearn.spring.boot.properties import Properties
from kubelearn.spring.gateway.exchange import Exchange, values
from kubelearn.spring.path_pattern import match, parse

PREFIX = "gateway.security"
SKEW = 60
"""Seconds by which clocks may differ."""
LEAST_SECRET = 32
BEARER = re.compile(r"Bearer (?P<token>[a-zA-Z0-9\-._~+/]+=*)", re.IGNORECASE)
ERROR_URI = "https://tools.ietf.org/html/rfc6750#section-3.1"
DECODING = "An error occurred while attempting to decode the Jwt: "
FAILED = "Failed to validate the token"
UNSPEAKABLE = "Invalid token"
"""Instead of a description with quotation marks, as Nimbus words a header without `alg`."""
HIGHER = "The request requires higher privileges than provided by the access token."
ACCESS = re.compile(r"(?P<word>\w+)(?:\((?P<names>[^()]*)\))?")


class BadToken(Exception):
    """A token that is not valid; its text is the `error_description`."""


class Rule(NamedTuple):
    """Who may ask for the paths of a pattern."""

    path: str
    access: str
    """As it is written, such as hasRole('ADMIN')."""
    authorities: frozenset[str] | None
    """One of them is needed; None = nobody's authorities count."""
    open: bool = False
    """Everybody may."""
    closed: bool = False

    def admits(self, authorities: frozenset[str] | None) -> bool:
        """Whether somebody with these authorities may ask; None = nobody known."""
        if self.open or self.closed or authorities is None:
            return self.open
        return self.authorities is None or bool(self.authorities & authorities)


class Checked(NamedTuple):
    """What became of a request: `status` 0 when it goes on."""

    text: str
    status: int = 0
    authenticate: str = ""
    """The header WWW-Authenticate."""
    name: str = ""
    """Who asks: the claim `sub`."""
    problem: str = ""
    """What is wrong with the token."""
    authorities: frozenset[str] | None = None
    """What the token gives; None when there is none, or no good one."""
    rule: Rule | None = None
    """The first that fits the path."""


@dataclass(frozen=True)
class Security:
    """The secret and the rules of a gateway."""

    secret: bytes
    rules: tuple[Rule, ...]
    claim: str = ""
    """Where roles stand in a token; "" = scopes count, as SCOPE_name."""

    def check(self, exchange: Exchange, now: int) -> Checked:
        """Judge a request at a moment (seconds of Unix time)."""
        try:
            claims = self._claims(exchange, now)
        except BadToken as error:
            said = _challenge("invalid_token", str(error))
            return Checked(f"token refused: {error}", 401, said, problem=str(error))
        own = None if claims is None else self._authorities(claims)
        name = "" if claims is None else str(claims.get("sub", ""))
        who = "no token" if own is None else f"token of {name or 'somebody'}, {_listed(own)}"
        rule = next((one for one in self.rules if match(one.path, exchange.path) is not None), None)
        asked = f"{rule.path} asks for {rule.access}" if rule else "no rule fits the path: denied"
        found = Checked("", name=name, authorities=own, rule=rule)
        if rule is not None and rule.admits(own):
            return found._replace(text=f"{who}; {asked}: admitted")
        if own is None:
            return found._replace(text=f"{who}; {asked}: 401", status=401, authenticate="Bearer")
        said = _challenge("insufficient_scope", HIGHER)
        return found._replace(text=f"{who}; {asked}: 403", status=403, authenticate=said)

    def _claims(self, exchange: Exchange, now: int) -> Mapping[str, Any] | None:
        token = token_of(exchange)
        if token is None:
            return None
        claims = signed_claims(token, self.secret)
        for name, word, late in (("exp", "expired at", True), ("nbf", "used before", False)):
            moment = claims.get(name)
            if moment is not None and (now - SKEW > moment if late else now + SKEW < moment):
                raise BadToken(f"Jwt {word} {_instant(int(moment))}")
        return claims

    def _authorities(self, claims: Mapping[str, Any]) -> frozenset[str]:
        """ROLE_x of the claim of roles; without one SCOPE_x of `scope` or `scp`."""
        prefix = "ROLE_" if self.claim else "SCOPE_"
        names = (self.claim,) if self.claim else ("scope", "scp")
        found = next((claims[name] for name in names if name in claims), ())
        given = found.split() if isinstance(found, str) else found
        return frozenset(f"{prefix}{one}" for one in (given if isinstance(given, list) else ()))


def token_of(exchange: Exchange) -> str | None:
    """The bearer token of a request; None without one, BadToken when it is malformed."""
    given = next(iter(values(exchange.headers, "Authorization")), "")
    if not given.lower().startswith("bearer"):
        return None
    found = BEARER.fullmatch(given)
    if found is None:
        raise BadToken("Bearer token is malformed")
    return found["token"]


def signed_claims(token: str, secret: bytes) -> Mapping[str, Any]:
    """The claims of a token that the secret has signed with HS256; BadToken says what is wrong."""
    parts = token.split(".")
    if len(parts) < 2:
        raise BadToken(f"{DECODING}Invalid JWT serialization: Missing dot delimiter(s)")
    header = json_of(parts[0])
    if header is None:
        raise BadToken(f"{DECODING}Invalid unsecured/JWS/JWE header: Invalid JSON object")
    if not isinstance(header.get("alg"), str):
        raise BadToken(UNSPEAKABLE)
    if header["alg"] == "none":
        raise BadToken("Unsupported algorithm of none")
    if len(parts) != 3:
        raise BadToken(f"{DECODING}Unexpected number of Base64URL parts, must be three")
    body = f"{parts[0]}.{parts[1]}".encode()
    wanted = hmac.new(secret, body, hashlib.sha256).digest()
    claims = json_of(parts[1])
    # The header's word on the algorithm is never believed: one is configured, others are refused.
    if header.get("alg") != "HS256" or not _same(wanted, parts[2]) or claims is None:
        raise BadToken(FAILED)
    return claims


def _same(wanted: bytes, text: str) -> bool:
    try:
        return hmac.compare_digest(wanted, decoded(text))
    except ValueError:
        return False


def json_of(text: str) -> dict[str, Any] | None:
    """What a part of a token says to everybody; None when it is no JSON."""
    try:
        found = json.loads(decoded(text))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _challenge(error: str, description: str) -> str:
    return f'Bearer error="{error}", error_description="{description}", error_uri="{ERROR_URI}"'


def _listed(authorities: frozenset[str]) -> str:
    return ", ".join(sorted(authorities)) or "no authorities"


def _instant(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# Reading


def security_of(properties: Properties) -> Security | None:
    """The security that an application is configured with; None = it asks nobody for a token."""
    if properties.get(PREFIX) is None:
        return None
    secret = properties.text(f"{PREFIX}.secret").encode()
    if len(secret) < LEAST_SECRET:
        message = "The secret length must be at least 256 bits"
        raise StartFailure.thrown("com.nimbusds.jose.KeyLengthException", message)
    listed = properties.elements(f"{PREFIX}.rules")
    rules = tuple(_rule(number, one) for number, one in enumerate(listed))
    return Security(secret, rules, properties.text(f"{PREFIX}.roles-claim"))


def _rule(number: int, given: Any) -> Rule:
    name = f"{PREFIX}.rules[{number}]"
    if not isinstance(given, dict) or not {"path", "access"} <= given.keys():
        raise StartFailure.unbound(name, given, "a rule has a path and an access")
    path, access = str(given["path"]), str(given["access"])
    found = ACCESS.fullmatch(access)
    read = KINDS.get(found["word"]) if found else None
    if found is None or read is None or bool(found["names"]) != read.named:
        known = ", ".join(f"{word}(...)" if one.named else word for word, one in KINDS.items())
        raise StartFailure.unbound(f"{name}.access", access, f"write one of {known}")
    try:
        parse(path)
    except (ValueError, re.error) as error:
        raise StartFailure.unbound(f"{name}.path", path, str(error)) from error
    names = [each.strip().strip("'\"") for each in (found["names"] or "").split(",")]
    wanted = frozenset(f"{read.prefix}{each}" for each in names) if read.named else None
    return Rule(path, access, wanted, read.open, read.closed)


class Kind(NamedTuple):
    """A word with which a rule says who may."""

    named: bool = False
    prefix: str = ""
    open: bool = False
    closed: bool = False


KINDS = {
    "permitAll": Kind(open=True),
    "denyAll": Kind(closed=True),
    "authenticated": Kind(),
    "hasRole": Kind(named=True, prefix="ROLE_"),
    "hasAnyRole": Kind(named=True, prefix="ROLE_"),
    "hasAuthority": Kind(named=True),
    "hasAnyAuthority": Kind(named=True),
}
"""The words of Spring Security's AuthorizeExchangeSpec."""
