"""What `istioctl proxy-config secret` prints: the X.509 certificates of a pod's proxy.

Source: istio `istioctl/pkg/writer/envoy/configdump/secret.go`,
`istioctl/pkg/util/configdump/secret.go`, 1.27.

Unlike the real one: keys are Ed25519 instead of RSA, and made when somebody asks for them.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from kubelearn.api.objects import Object
from kubelearn.api.times import EPOCH
from kubelearn.mesh.certificates import LIFE, SKEW, Issued
from kubelearn.mesh.proxies import has_sidecar, is_router
from kubelearn.mesh.telemetry.part import principal_of
from kubelearn.mesh.transport import TRUST_DOMAIN
from kubelearn.network.tls.certificates import Authority, read_chain
from kubelearn.sim.clock import MICROSECOND, SECOND

if TYPE_CHECKING:
    from cryptography import x509

    from kubelearn.world.world import World

HEADS = ("RESOURCE NAME", "TYPE", "STATUS", "VALID CERT", "SERIAL NUMBER", "NOT AFTER",
         "NOT BEFORE", "TRUST DOMAIN")  # fmt: skip
GAP = 5
REDACTED = base64.b64encode(b"[redacted]").decode()
AUTHORITY = Authority("istiod", TRUST_DOMAIN)
"""istiod's own: self-signed at its first start."""
DAY = 24 * 3600 * SECOND


def proxy_secret(world: World, pod: Object, output: str = "") -> str:
    """The table ("") or "json" of a pod's certificates; ValueError when it has none."""
    if output not in ("", "json"):
        raise ValueError(f"there is no output {output!r}: choose json, or leave it out")
    chain = certificate(world, pod)
    if output == "json":
        return _json(chain)
    moment = EPOCH + timedelta(microseconds=world.clock.now // MICROSECOND)
    rows = [HEADS]
    for name, kind, pem in (
        ("default", "Cert Chain", chain), ("ROOTCA", "CA", AUTHORITY.certificate),
    ):  # fmt: skip
        one = read_chain(pem)[0]
        begin, end = one.not_valid_before_utc, one.not_valid_after_utc
        valid = str(begin <= moment <= end).lower()
        rows.append((name, kind, "ACTIVE", valid, f"{one.serial_number:x}", f"{end:%FT%TZ}",
                     f"{begin:%FT%TZ}", TRUST_DOMAIN))  # fmt: skip
    return _columns(rows)


def certificate(world: World, pod: Object) -> str:
    """The certificate (PEM) that a pod's proxy shows to others."""
    issued = _issued(world, pod)
    start, days = issued.begin / SECOND, (LIFE + SKEW) / DAY
    return AUTHORITY.issue(principal_of(pod), start=start, days=days).chain


def identity_in(one: x509.Certificate) -> str:
    """The SPIFFE identifier that a certificate names."""
    from cryptography import x509

    names = one.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return str(names.get_values_for_type(x509.UniformResourceIdentifier)[0])


def _issued(world: World, pod: Object) -> Issued:
    name = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
    if pod["kind"] != "Pod" or not (has_sidecar(pod) or is_router(pod)):
        raise ValueError(f"{name} has no proxy of the mesh, so it has no certificate")
    found: Issued | None = world.parts["workload-certificates"].of(pod)
    if found is None:
        raise ValueError(f"the proxy of pod {name} has not got a certificate from istiod yet")
    return found


def _columns(rows: Sequence[Sequence[str]]) -> str:
    """Columns as Go's tabwriter sets them."""
    widths = [max(map(len, column)) + GAP for column in zip(*rows, strict=True)]
    lines = [
        "".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join(lines)


def _json(chain: str) -> str:
    own = {
        "certificateChain": {"inlineBytes": base64.b64encode(chain.encode()).decode()},
        "privateKey": {"inlineBytes": REDACTED},
    }
    root = {"inlineBytes": base64.b64encode(AUTHORITY.certificate.encode()).decode()}
    secrets = [
        {"name": "default", "secret": {"name": "default", "tlsCertificate": own}},
        {"name": "ROOTCA", "secret": {"name": "ROOTCA", "validationContext": {"trustedCa": root}}},
    ]
    return json.dumps({"dynamicActiveSecrets": secrets}, indent=4)
