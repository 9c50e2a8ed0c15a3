"""The action jwt-validation: requests without a good token in their header Authorization are 401.

Source: elbv2 API, JwtValidationActionConfig; Elastic Load Balancing user guide, "Verify JWTs using
an Application Load Balancer".

Unlike the real one: 401 is what users report, the guide gives no status.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kubelearn.cloud.aws.elb.prerouting.outcome import Action, Asked, Outcome
from kubelearn.cloud.aws.elb.prerouting.tokens import Claims, Refused, claims_of

SCHEME = "bearer "
ONLY = ("RS256",)
FORMATS: dict[str, Callable[[Any, str], bool]] = {
    "single-string": lambda given, value: given == value,
    "string-array": lambda given, value: isinstance(given, list) and value in given,
    "space-separated-values": lambda given, value: value in str(given).split(" "),
}
"""How a claim is compared with the value that it has to have."""


def validate(action: Action, asked: Asked) -> Outcome:
    """Let a request with a good token pass; it keeps its token."""
    given = {name.lower(): value for name, value in asked.request.headers.items()}
    header = given.get("authorization", "")
    if not header.lower().startswith(SCHEME):
        return Outcome("no token in the header Authorization: 401", 401)
    try:
        claims = claims_of(header[len(SCHEME) :].strip(), action["issuer"], asked.now, ONLY)
        _check(claims, action)
    except Refused as error:
        return Outcome(f"the token is refused, {error}: 401", 401)
    return Outcome(f"a valid token of {claims.get('sub', 'nobody')}")


def _check(claims: Claims, action: Action) -> None:
    for one in action["claims"]:
        if not FORMATS[one["format"]](claims.get(one["name"]), one["value"]):
            raise Refused(f"its claim {one['name']} is not {one['value']}")
