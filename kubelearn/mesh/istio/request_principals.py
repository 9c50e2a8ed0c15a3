"""Request principals: issuer and subject of a token, which are compared each by itself.

The last slash of a value stands between them, as issuers are often URLs. Source: istio
`pilot/pkg/security/authz/model/generator.go` (requestPrincipalGenerator), 1.27.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubelearn.mesh.envoy.strings import matches_string

Json = Mapping[str, Any]
ANY: Json = {"safe_regex": {"regex": ".+"}}
BETWEEN = "\n"
"""What stands between issuer and subject where both are one text."""


def patterns(value: str) -> tuple[Json, Json]:
    """Envoy's matchers for issuer and subject.

    A star counts at the beginning of a value or else at its end, so `*/*` asks for the subject
    `*`; and a value without a slash or a star asks for an empty subject.
    """
    issuer, slash, subject = value.rpartition("/") if "/" in value else (value, "", "")
    if value == "*":
        return ANY, ANY
    if value.startswith("*"):
        if not slash:
            return ANY, {"suffix": value[1:]}
        return ANY if issuer == "*" else {"suffix": issuer[1:]}, {"exact": subject}
    if value.endswith("*"):
        if not slash:
            return {"prefix": value[:-1]}, ANY
        return {"exact": issuer}, ANY if subject == "*" else {"prefix": subject[:-1]}
    return {"exact": issuer}, {"exact": subject}


def matches_principal(wanted: str, pair: str) -> bool:
    """Whether issuer and subject fit."""
    issuer, _, subject = pair.partition(BETWEEN)
    whose, who = patterns(wanted)
    return matches_string(whose, issuer) and matches_string(who, subject)
