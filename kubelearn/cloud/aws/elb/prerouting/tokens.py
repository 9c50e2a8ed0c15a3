"""Tokens as an application load balancer checks them: signature, issuer, and times.

Source: Elastic Load Balancing user guide, "Verify JWTs using an Application Load Balancer".

Unlike the real one: the keys of an issuer are those of `kl.Issuer` with its name, as if every
endpoint answered; clocks do not differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from kubelearn.api.jwt.issuer import ALGORITHMS, Issuer
from kubelearn.api.jwt.keys import signature_problem
from kubelearn.api.jwt.tokens import BadToken, read
from kubelearn.api.times import EPOCH
from kubelearn.sim.clock import SECOND

Claims = Mapping[str, Any]


class Refused(ValueError):
    """A token is not accepted; says why."""


def claims_of(
    token: str, issuer: str, now: int, algorithms: tuple[str, ...] = ALGORITHMS
) -> Claims:
    """The claims of a token at a moment (ns); Refused when it is not a good one of this issuer."""
    try:
        signed = read(token)
    except BadToken as error:
        raise Refused(str(error)) from None
    algorithm = str(signed.header["alg"])
    if algorithm not in algorithms:
        raise Refused(f"it is signed by {algorithm}, and only {' and '.join(algorithms)} is taken")
    problem = signature_problem(
        signed.header, signed.body, signed.signature, jwks_of(issuer, algorithm)
    )
    if problem:
        raise Refused(problem)
    if signed.claims.get("iss") != issuer:
        raise Refused(f"its issuer is {signed.claims.get('iss')}")
    _check_times(signed.claims, int(EPOCH.timestamp()) + now / SECOND)
    return signed.claims


def _check_times(claims: Claims, now: float) -> None:
    """All in seconds of Unix time; `exp` has to be there."""
    if "exp" not in claims:
        raise Refused("it has no claim exp")
    if now >= claims["exp"]:
        raise Refused("it has expired")
    for name in ("nbf", "iat"):
        if now < claims.get(name, 0):
            raise Refused(f"its {name} is in the future")


@lru_cache(maxsize=64)
def jwks_of(issuer: str, algorithm: str) -> str:
    """The keys of an issuer, as its JWKS endpoint has them."""
    return Issuer(issuer, algorithm).jwks
