"""What annotations ask of requests before they are routed: logins and tokens (HTTPS only).

Source: aws-load-balancer-controller 3.5 `pkg/ingress/auth_config_builder.go`,
`model_build_actions.go`; elbv2 API, AuthenticateOidcActionConfig, JwtValidationActionConfig.

Unlike the real one: AWS refuses in other words; a claim has one value, as it is not documented
whether all or any of several have to be there.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from kubelearn.api.objects import key_of
from kubelearn.api.server import APIServer
from kubelearn.cloud.aws.controller.annotations import (
    AnnotationError,
    Annotations,
    DeployError,
    number,
    parsed,
)
from kubelearn.cloud.aws.controller.ingress_rules import Member
from kubelearn.cloud.aws.elb.prerouting.jwt_validation import FORMATS
from kubelearn.sim.clock import SECOND

Action = dict[str, Any]
UNAUTHENTICATED = ("authenticate", "deny", "allow")
TIMEOUTS = range(1, 604_801)
CHECKED = ("exp", "iss", "nbf", "iat")
"""Claims that are checked anyway."""
JWT = "jwt-validation"


def before(member: Member, api: APIServer) -> list[Action]:
    """The actions of an Ingress that come before the routing, in their order."""
    said = member.annotations
    kind = said.get("auth-type", "none")
    if kind not in LOGINS:
        raise AnnotationError(f"unknown authType: {kind}")
    found = LOGINS[kind](member, api)
    token = parsed(said, JWT, None)
    return found + ([_jwt(token)] if token is not None else [])


def _none(member: Member, api: APIServer) -> list[Action]:  # noqa: ARG001
    return []


def _oidc(member: Member, api: APIServer) -> list[Action]:
    given = parsed(member.annotations, "auth-idp-oidc", None)
    if given is None:
        raise AnnotationError("missing IDPConfigOIDC")
    client = _client(member, given.get("secretName", ""), api)
    provider = given.get("issuer", ""), given.get("authorizationEndpoint", "")
    return [_login("authenticate-oidc", member.annotations, given, provider, client)]


def _cognito(member: Member, api: APIServer) -> list[Action]:  # noqa: ARG001
    given = parsed(member.annotations, "auth-idp-cognito", None)
    if given is None:
        raise AnnotationError("missing IDPConfigCognito")
    pool = given.get("userPoolARN", "").rpartition("/")[2]
    region, domain = pool.partition("_")[0], given.get("userPoolDomain", "")
    host = domain if "." in domain else f"{domain}.auth.{region}.amazoncognito.com"
    provider = (
        f"https://cognito-idp.{region}.amazonaws.com/{pool}", f"https://{host}/oauth2/authorize",
    )  # fmt: skip
    client = given.get("userPoolClientID", "")
    return [_login("authenticate-cognito", member.annotations, given, provider, client)]


LOGINS: dict[str, Callable[[Member, APIServer], list[Action]]] = {
    "none": _none,
    "oidc": _oidc,
    "cognito": _cognito,
}
"""By the annotation `auth-type`."""


def _login(
    kind: str, said: Annotations, given: Mapping[str, Any], provider: tuple[str, str], client: str
) -> Action:
    issuer, endpoint = provider
    unauthenticated = said.get("auth-on-unauthenticated-request", UNAUTHENTICATED[0])
    if unauthenticated not in UNAUTHENTICATED:
        raise DeployError(
            f"auth-on-unauthenticated-request={unauthenticated}: it must be one of "
            f"{', '.join(UNAUTHENTICATED)}"
        )
    timeout = number(said.get("auth-session-timeout", str(TIMEOUTS[-1])), "auth-session-timeout")
    if timeout not in TIMEOUTS:
        raise DeployError(f"auth-session-timeout={timeout}: it must be from 1 to {TIMEOUTS[-1]}")
    return {
        "type": kind, "issuer": issuer, "endpoint": endpoint, "client": client,
        "scope": said.get("auth-scope", "openid"),
        "cookie": said.get("auth-session-cookie", "AWSELBAuthSessionCookie"),
        "timeout": timeout * SECOND, "unauthenticated": unauthenticated,
        "extra": given.get("authenticationRequestExtraParams") or {},
    }  # fmt: skip


def _client(member: Member, name: str, api: APIServer) -> str:
    """The client's identity at the provider, from a Secret beside the Ingress."""
    place = f"{key_of(member.ingress)[0]}/{name}"
    secret = api.find("secrets", key_of(member.ingress)[0], name)
    if secret is None:
        raise AnnotationError(f'Secret "{name}" not found')
    data = secret.get("data") or {}
    client = data.get("clientID") or data.get("clientId")
    if client is None:
        raise AnnotationError(f"missing clientID, secret: {place}")
    if "clientSecret" not in data:
        raise AnnotationError(f"missing clientSecret, secret: {place}")
    return base64.b64decode(client).decode().rstrip()


def _jwt(given: Mapping[str, Any]) -> Action:
    claims = given.get("additionalClaims") or []
    for name in ("issuer", "jwksEndpoint"):
        if not given.get(name):
            raise DeployError(f"{JWT}: {name} is missing")
    return {"type": JWT, "issuer": given["issuer"], "claims": [_claim(one) for one in claims]}


def _claim(given: Mapping[str, Any]) -> dict[str, str]:
    name, kind, values = given.get("name"), given.get("format"), given.get("values") or []
    if not name or name in CHECKED:
        raise DeployError(f"{JWT}: {name} is no claim to be added: {', '.join(CHECKED)} are there")
    if kind not in FORMATS:
        raise DeployError(f"{JWT}: format={kind}: it must be one of {', '.join(FORMATS)}")
    if len(values) != 1:
        raise AnnotationError(
            f"{JWT}: {name} has {len(values)} values, and one is modelled: it is not documented "
            "whether all or any of several have to be there"
        )
    return {"name": name, "format": kind, "value": values[0]}
