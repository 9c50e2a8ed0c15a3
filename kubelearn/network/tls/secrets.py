"""Certificates in Secrets of type kubernetes.io/tls.

Source: Kubernetes 1.36 `k8s.io/api/core/v1` (SecretTypeTLS).
"""

from __future__ import annotations

import base64

from kubelearn.api.objects import Object
from kubelearn.network.tls.certificates import is_pair


def pair_of(secret: Object | None) -> str:
    """The PEM chain in a Secret; "" when it holds no certificate with its key."""
    data = (secret or {}).get("data") or {}
    try:
        chain, key = (
            base64.b64decode(data.get(name) or "").decode() for name in ("tls.crt", "tls.key")
        )
    except ValueError:
        return ""
    return chain if is_pair(chain, key) else ""
