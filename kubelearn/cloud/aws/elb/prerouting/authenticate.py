"""The actions authenticate-oidc and authenticate-cognito: who has no session logs in first.

The client is sent to the identity provider; it comes back to /oauth2/idpresponse with a code, and
the balancer gives it a session in the cookie AWSELBAuthSessionCookie-0. Source: Elastic Load
Balancing user guide, "Authenticate users using an Application Load Balancer".

Unlike the real one: the provider asks nobody and is not asked: its code is a token that
`kl.Issuer` with its name signs, and is the access token too; cookies are only encoded, not
encrypted, and have one part; targets get x-amzn-oidc-identity and x-amzn-oidc-accesstoken, but not
x-amzn-oidc-data; sessions are not refreshed.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from kubelearn.cloud.aws.elb.prerouting.outcome import Action, Asked, Outcome
from kubelearn.cloud.aws.elb.prerouting.tokens import Refused, claims_of
from kubelearn.traffic.balancers import Cookie
from kubelearn.traffic.cookies import cookies

RESPONSE = "/oauth2/idpresponse"
NONCE = "AWSALBAuthNonce"
BITS = 1 << 32
STATE = {"rule": int, "nonce": str, "back": str}
"""What the provider brings back unseen."""
SESSION = {"client": str, "sub": str, "token": str, "ends": int}
"""What the session's cookie holds."""


def authenticate(action: Action, asked: Asked) -> Outcome:
    """Let a request with a session pass; others log in, are denied, or pass without claims."""
    session = _session(action, asked)
    if session:
        headers = {
            "x-amzn-oidc-identity": session["sub"], "x-amzn-oidc-accesstoken": session["token"],
        }  # fmt: skip
        return Outcome(f"the session of {session['sub']}", headers=headers)
    if action["unauthenticated"] == "allow":
        return Outcome("no session, which is allowed")
    if action["unauthenticated"] == "deny":
        return Outcome("no session: 401", 401)
    nonce = f"{asked.draw(BITS, 'nonce'):08x}"
    place = f"{action['endpoint']}?{_query(action, asked, nonce)}"
    cookie = Cookie(f"{NONCE}={nonce}; Path=/; Secure; HttpOnly")
    return Outcome("no session: 302 to the identity provider", 302, place, (cookie,))


def _query(action: Action, asked: Asked, nonce: str) -> str:
    request = asked.request
    back = f"https://{request.host}{request.path}"
    said = {
        "client_id": action["client"], "redirect_uri": f"https://{request.host}{RESPONSE}",
        "response_type": "code", "scope": action["scope"],
        "state": _encoded({"rule": asked.rule, "nonce": nonce, "back": back}),
    }  # fmt: skip
    return urlencode({**said, **action["extra"]})


def respond(rules: Sequence[Mapping[str, Any]], asked: Asked) -> Outcome | None:
    """What a client gets that comes back from the provider; None when it does not."""
    parts = urlsplit(asked.request.path)
    if parts.path != RESPONSE:
        return None
    said = {name: values[0] for name, values in parse_qs(parts.query).items()}
    state = _decoded(said.get("state", ""), STATE)
    action = _action_of(rules, state.get("rule"))
    if action is None:
        return Outcome("no state of a login: 401", 401)
    if cookies(asked.request.headers).get(NONCE) != state["nonce"]:
        return Outcome(f"the cookie {NONCE} is not that of the login: 401", 401)
    try:
        claims = claims_of(said.get("code", ""), action["issuer"], asked.now)
    except Refused as error:
        return Outcome(f"the identity provider does not know the code, {error}: 561", 561)
    sub = str(claims.get("sub", ""))
    session = {"client": action["client"], "sub": sub, "token": said["code"],
               "ends": asked.now + action["timeout"]}  # fmt: skip
    header = f"{_name(action)}={_encoded(session)}; Path=/; Secure; HttpOnly"
    back = str(state["back"])
    return Outcome(f"{sub} has logged in: 302 to {back}", 302, back, (Cookie(header),))


def _action_of(rules: Sequence[Mapping[str, Any]], priority: Any) -> Action | None:
    """The action of the rule that has begun a login."""
    return next(
        (
            one
            for rule in rules
            if rule["priority"] == priority
            for one in rule["action"].get("before", ())
            if one["type"].startswith("authenticate-")
        ),
        None,
    )


def _session(action: Action, asked: Asked) -> dict[str, Any]:
    """The session in the cookie of a request; {} when it has none that counts."""
    found = _decoded(cookies(asked.request.headers).get(_name(action), ""), SESSION)
    own = bool(found) and found["client"] == action["client"] and found["ends"] > asked.now
    return found if own else {}


def _name(action: Action) -> str:
    return f"{action['cookie']}-0"


def _encoded(facts: Mapping[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(facts).encode()).decode().rstrip("=")


def _decoded(text: str, fields: Mapping[str, type]) -> dict[str, Any]:
    """The facts in a text; {} when it holds anything else."""
    try:
        found = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return {}
    given = found if isinstance(found, dict) else {}
    fits = all(isinstance(given.get(name), kind) for name, kind in fields.items())
    return given if fits else {}
