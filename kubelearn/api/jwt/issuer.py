"""Issuers of tokens: real signed JWTs and the JWKS that checks them, the same each time.

Source: RFC 7515, RFC 7517, RFC 7519.

Unlike the real one: keys follow from the issuer's name and can be guessed; never use one outside
the model.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any

from kubelearn.api.base64url import encoded, encoded_json, encoded_number
from kubelearn.api.extras import need_cryptography
from kubelearn.api.times import EPOCH
from kubelearn.sim.arguments import checked, shown
from kubelearn.sim.clock import SECOND
from kubelearn.sim.duration import parse_duration

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

ALGORITHMS = ("RS256", "ES256")
"""Those with a pair of keys."""
SHARED = "HS256"
"""That of a secret which both sides have."""
PUBLIC_EXPONENT = 65537
BITS = 2048
ROUNDS = 24
"""Of Miller and Rabin's test."""
SMALL = (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89)
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True)
class Issuer:
    """Who signs tokens: `name` is their claim `iss`; `algorithm` is RS256, ES256 or HS256.

    With HS256 whoever checks a token needs the same `secret`, and could sign tokens too.
    """

    name: str
    algorithm: str = "RS256"
    secret: str = ""

    def __post_init__(self) -> None:
        for word, given in {"name": self.name, "secret": self.secret}.items():
            if not isinstance(given, str) or (word == "name" and not given):
                raise TypeError(f"{word}={shown(given)}: give a text, such as 'https://id.example'")
        if self.algorithm not in (*ALGORITHMS, SHARED):
            known = ", ".join(ALGORITHMS)
            raise ValueError(f"an issuer signs by {known} or {SHARED}, not by {self.algorithm!r}")
        if (self.algorithm == SHARED) != bool(self.secret):
            raise ValueError(f"{SHARED}, and no other algorithm, signs with a secret: secret=...")

    @checked
    def token(
        self, sub: str = "", *, exp: str | float | None = "1h", nbf: str | float | None = None,
        **claims: Any,
    ) -> str:  # fmt: skip
        """A signed token.

        `exp` and `nbf` are moments on the cluster's clock: seconds or a duration such as "1h"
        since its time 0; None leaves the claim out. Other claims are taken as they are.
        """
        said: dict[str, Any] = {"iss": self.name}
        said |= {"sub": sub} if sub else {}
        said |= {name: _seconds(time) for name, time in (("exp", exp), ("nbf", nbf))
                 if time is not None}  # fmt: skip
        header = {"alg": self.algorithm, "kid": self.kid, "typ": "JWT"}
        body = f"{encoded_json(header)}.{encoded_json({**said, **claims})}"
        return f"{body}.{encoded(self._signature(body.encode()))}"

    @cached_property
    def kid(self) -> str:
        """The name of its key."""
        return hashlib.sha256(f"kid {self.algorithm} {self.name}".encode()).hexdigest()[:16]

    @cached_property
    def jwks(self) -> str:
        """Its public key as `jwks` of a RequestAuthentication takes it (JSON text)."""
        known = {"kid": self.kid, "alg": self.algorithm, "use": "sig"}
        return json.dumps({"keys": [{**known, **self._public}]})

    @property
    def _public(self) -> dict[str, str]:
        if self.algorithm == SHARED:
            return {"kty": "oct", "k": encoded(self.secret.encode())}
        if self.algorithm == "ES256":
            point = self._ec.public_key().public_numbers()
            return {"kty": "EC", "crv": "P-256", "x": encoded_number(point.x, 32),
                    "y": encoded_number(point.y, 32)}  # fmt: skip
        numbers = self._rsa.public_key().public_numbers()
        return {"kty": "RSA", "n": encoded_number(numbers.n, BITS // 8),
                "e": encoded_number(numbers.e, 3)}  # fmt: skip

    def _signature(self, body: bytes) -> bytes:
        if self.algorithm == SHARED:
            return hmac.new(self.secret.encode(), body, hashlib.sha256).digest()
        if self.algorithm == "RS256":
            from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
            from cryptography.hazmat.primitives.hashes import SHA256

            return self._rsa.sign(body, PKCS1v15(), SHA256())
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
        from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
        from cryptography.hazmat.primitives.hashes import SHA256

        signed = self._ec.sign(body, ECDSA(SHA256(), deterministic_signing=True))
        return b"".join(part.to_bytes(32, "big") for part in decode_dss_signature(signed))

    @cached_property
    def _ec(self) -> EllipticCurvePrivateKey:
        need_cryptography("a signed token")
        from cryptography.hazmat.primitives.asymmetric import ec

        secret = int.from_bytes(hashlib.sha512(f"ec {self.name}".encode()).digest(), "big")
        return ec.derive_private_key(secret % (P256_ORDER - 1) + 1, ec.SECP256R1())

    @cached_property
    def _rsa(self) -> RSAPrivateKey:
        need_cryptography("a signed token")
        from cryptography.hazmat.primitives.asymmetric import rsa

        primes = _primes(f"rsa {self.name}")
        p, q = next(primes), next(primes)
        d = pow(PUBLIC_EXPONENT, -1, (p - 1) * (q - 1))
        public = rsa.RSAPublicNumbers(PUBLIC_EXPONENT, p * q)
        parts = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
        return rsa.RSAPrivateNumbers(p, q, d, *parts, public).private_key()


def _seconds(time: str | float) -> int:
    return int(EPOCH.timestamp()) + parse_duration(time) // SECOND


def _primes(purpose: str) -> Iterator[int]:
    """Primes of half the key's length that follow from a text."""
    half = BITS // 2
    for number in count():
        digest = hashlib.shake_256(f"{purpose} {number}".encode()).digest(half // 8)
        found = int.from_bytes(digest, "big") | 3 << half - 2 | 1
        if found % PUBLIC_EXPONENT != 1 and _is_prime(found, digest):
            yield found


def _is_prime(number: int, digest: bytes) -> bool:
    """Miller and Rabin's test, its bases drawn from a digest."""
    if any(number % small == 0 for small in SMALL):
        return False
    rest = number - 1
    twos = (rest & -rest).bit_length() - 1
    bases = (int.from_bytes(hashlib.sha256(digest + bytes([turn])).digest(), "big") | 2
             for turn in range(ROUNDS))  # fmt: skip
    return all(_passes(pow(base, rest >> twos, number), number, twos) for base in bases)


def _passes(power: int, number: int, twos: int) -> bool:
    if power in (1, number - 1):
        return True
    for _ in range(twos - 1):
        power = power * power % number
        if power == number - 1:
            return True
    return False
