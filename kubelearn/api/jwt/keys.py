"""The keys of an issuer (JWKS), and whether one of them has signed a token.

Source: envoy `source/common/jwt/verify.cc`, `jwks.cc`, 1.40; RFC 7517, RFC 7518.

Unlike the real one: tokens signed by PS256, PS384, PS512 or EdDSA never pass, and keys of these
kinds (and X.509 or PEM in place of a JWKS) do not count.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from kubelearn.api.extras import need_cryptography
from kubelearn.api.jwt.unescaping import unescaped

NO_VALID_KEYS = "Jwks doesn't have any valid public key"
NO_MATCH = "Jwks doesn't have key to match kid or alg from Jwt"
FAILED = "Jwt verification fails"
CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
ALGORITHMS = (*CURVES, "HS256", "HS384", "HS512", "RS256", "RS384", "RS512",
              "PS256", "PS384", "PS512", "EdDSA")  # fmt: skip
"""What a token's header may name."""
PREFIXES = {"RSA": "RS", "EC": "ES", "oct": "HS"}
"""Kind of key → how its algorithms begin."""
FIELDS = {"RSA": ("n", "e"), "EC": ("x", "y"), "oct": ("k",)}

Key = Mapping[str, Any]


def signature_problem(
    header: Mapping[str, Any], body: bytes, signature: bytes, jwks: str | None
) -> str:
    """What is wrong with a signature under keys (JSON text; None = those nobody has); or ""."""
    if jwks is None:
        return NO_MATCH if header.get("kid") or header["alg"] != "RS256" else FAILED
    keys = valid_keys(jwks)
    if not keys:
        return NO_VALID_KEYS
    fitting = [key for key in keys if _fits(key, header)]
    if any(_signed(key, header["alg"], body, signature) for key in fitting):
        return ""
    return FAILED if fitting else NO_MATCH


def valid_keys(jwks: str) -> list[Key]:
    """The keys of a JWKS that count."""
    try:
        found = json.loads(jwks)
    except (TypeError, ValueError, RecursionError):
        return []
    keys = found.get("keys") if isinstance(found, dict) else None
    return [key for key in keys if _valid(key)] if isinstance(keys, list) else []


def _valid(key: Any) -> bool:
    if not isinstance(key, dict) or key.get("kty") not in FIELDS:
        return False
    named = str(key.get("alg") or "")
    if not (named or PREFIXES[key["kty"]]).startswith(PREFIXES[key["kty"]]):
        return False
    try:
        return all(unescaped(str(key[name])) for name in FIELDS[key["kty"]])
    except (KeyError, ValueError):
        return False


def _fits(key: Key, header: Mapping[str, Any]) -> bool:
    """A key is passed over when it names another `kid` or another algorithm."""
    pairs = (key.get("kid"), header.get("kid")), (key.get("alg"), header["alg"])
    return all(not own or not given or own == given for own, given in pairs)


def _signed(key: Key, algorithm: str, body: bytes, signature: bytes) -> bool:
    if not algorithm.startswith(PREFIXES[key["kty"]]):
        return False
    parts = [unescaped(str(key[name])) for name in FIELDS[key["kty"]]]
    if key["kty"] == "oct":
        mac = hmac.new(parts[0], body, getattr(hashlib, f"sha{algorithm[2:]}")).digest()
        return hmac.compare_digest(mac, signature)
    need_cryptography("a signed token")
    from cryptography.exceptions import InvalidSignature

    numbers = [int.from_bytes(part, "big") for part in parts]
    check = _check_rsa if key["kty"] == "RSA" else _check_ec
    try:
        check(key, algorithm, numbers, body, signature)
    except (InvalidSignature, ValueError):
        return False
    return True


def _check_rsa(
    _key: Key, algorithm: str, numbers: list[int], body: bytes, signature: bytes
) -> None:  # fmt: skip
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    digest = getattr(hashes, f"SHA{algorithm[2:]}")()
    public = rsa.RSAPublicNumbers(numbers[1], numbers[0]).public_key()
    public.verify(signature, body, padding.PKCS1v15(), digest)


def _check_ec(
    key: Key, algorithm: str, numbers: list[int], body: bytes, signature: bytes
) -> None:  # fmt: skip
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    curves = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
    name = key.get("crv") or CURVES[algorithm]
    curve = curves.get(name)
    size = 0 if curve is None else (curve.key_size + 7) // 8
    if curve is None or name != CURVES[algorithm] or len(signature) != 2 * size:
        raise ValueError(f"no signature by {algorithm} on the curve {name}")
    r, s = (int.from_bytes(part, "big") for part in (signature[:size], signature[size:]))
    public = ec.EllipticCurvePublicNumbers(numbers[0], numbers[1], curve).public_key()
    digest = getattr(hashes, f"SHA{algorithm[2:]}")()
    public.verify(encode_dss_signature(r, s), body, ec.ECDSA(digest))
