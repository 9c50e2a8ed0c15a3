"""Tokens of service accounts: JSON web tokens that tell who asks, until when, and from which pod.

Source: `pkg/serviceaccount/claims.go`, `pkg/kubelet/token/token_manager.go`, Kubernetes 1.36;
RFC 7515, RFC 7519.

Unlike the real one: tokens are signed with a key that follows from the cluster's seed, by
HMAC-SHA256 and not by RSA, so only this cluster can check them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any, Final

from kubelearn.api.base64url import decoded, encoded, encoded_json
from kubelearn.api.objects import Object
from kubelearn.api.rbac.attributes import AUTHENTICATED, User
from kubelearn.api.server import APIServer
from kubelearn.api.times import EPOCH, parse_timestamp
from kubelearn.sim.clock import SECOND

ISSUER: Final = "https://kubernetes.default.svc.cluster.local"
HEADER: Final = {"alg": "HS256", "typ": "JWT"}
ACCOUNTS: Final = "system:serviceaccounts"
REFRESH: Final = 0.8
"""The kubelet asks for a new token when so much of its life is over."""


def issue(
    api: APIServer,
    account: Object,
    audiences: list[str],
    seconds: int,
    since: int,
    bound: Object | None = None,
) -> str:
    """A token of a service account for so many seconds from a moment (ns) on.

    `bound` is the pod (or another object) with which it ends.
    """
    metadata, begin = account["metadata"], int(EPOCH.timestamp()) + since // SECOND
    name, namespace = metadata["name"], metadata["namespace"]
    about: Object = {"namespace": namespace}
    if bound is not None:
        known = bound["metadata"]
        about[bound["kind"].lower()] = {"name": known["name"], "uid": known["uid"]}
        if bound["spec"].get("nodeName"):
            about["node"] = {"name": bound["spec"]["nodeName"]}
    about["serviceaccount"] = {"name": name, "uid": metadata["uid"]}
    subject = f"system:serviceaccount:{namespace}:{name}"
    claims = {
        "aud": audiences or [ISSUER],
        "exp": begin + seconds,
        "iat": begin,
        "iss": ISSUER,
        "jti": api.draws.uuid("token", f"{subject}/{json.dumps(about, sort_keys=True)}", begin),
        "kubernetes.io": about,
        "nbf": begin,
        "sub": subject,
    }
    body = f"{encoded_json(HEADER)}.{encoded_json(claims)}"
    return f"{body}.{_signature(api, body)}"


def of_pod(api: APIServer, pod: Object, wanted: Object) -> str:
    """The token that a pod finds in its volume now; "" when its account is gone."""
    spec, namespace = pod["spec"], pod["metadata"]["namespace"]
    name = spec.get("serviceAccountName") or "default"
    account = api.find("serviceaccounts", namespace, name)
    if account is None:
        return ""
    seconds = wanted.get("expirationSeconds") or 3600
    started = (pod.get("status") or {}).get("startTime")
    begun = parse_timestamp(started) if started else api.clock.now
    period = max(1, int(seconds * REFRESH)) * SECOND
    since = begun + (api.clock.now - begun) // period * period
    audience = [wanted["audience"]] if wanted.get("audience") else []
    return issue(api, account, audience, seconds, since, {**pod, "kind": "Pod"})


def authenticated(api: APIServer, token: str) -> User | None:
    """Whom a token belongs to; None when it is not valid, not now, or not any more."""
    body, _, signature = token.rpartition(".")
    try:
        if not hmac.compare_digest(_signature(api, body).encode(), signature.encode()):
            return None
        claims = json.loads(decoded(body.partition(".")[2]))
    except ValueError:
        return None
    now = int(EPOCH.timestamp()) + api.clock.now // SECOND
    if not claims["nbf"] <= now < claims["exp"] or ISSUER not in claims["aud"]:
        return None
    return _user(api, claims)


def _user(api: APIServer, claims: dict[str, Any]) -> User | None:
    about = claims["kubernetes.io"]
    namespace, account = about["namespace"], about["serviceaccount"]
    owners = [("serviceaccounts", account)]
    owners += [("pods", about["pod"])] if "pod" in about else []
    for resource, known in owners:
        found = api.find(resource, namespace, known["name"])
        if found is None or found["metadata"]["uid"] != known["uid"]:
            return None
    groups = (ACCOUNTS, f"{ACCOUNTS}:{namespace}", AUTHENTICATED)
    return User(str(claims["sub"]), groups, account["uid"])


def _signature(api: APIServer, body: str) -> str:
    key = api.draws.uuid("service-account-key", "cluster").encode()
    digest = hmac.new(key, body.encode(), hashlib.sha256).digest()
    return encoded(digest)
