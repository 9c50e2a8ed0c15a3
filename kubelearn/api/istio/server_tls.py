"""TLS that a gateway or sidecar ends: the errors of its settings.

Source: istio `pkg/config/validation/validation.go` (validateTLSOptions), 1.27.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelearn.api.objects import Object

PASSTHROUGH = "PASSTHROUGH"
MUTUAL = ("MUTUAL", "OPTIONAL_MUTUAL")
NOT_OF_ISTIO = {
    "serverCertificate": "server certificate",
    "privateKey": "private key",
    "caCertificates": "CA bundle",
    "tlsCertificates": "tlsCertificates",
    "credentialName": "credentialName",
    "credentialNames": "credentialNames",
}


def mode_of(tls: Object) -> str:
    """The mode of settings, which pass TLS through where they say none."""
    return str(tls.get("mode") or PASSTHROUGH)


def server_tls(tls: Object | None) -> Iterator[str]:
    """The errors of tls settings, none without them."""
    if tls is None:
        return
    if mode_of(tls) == "ISTIO_MUTUAL":
        for field, words in NOT_OF_ISTIO.items():
            if tls.get(field):
                yield f"ISTIO_MUTUAL TLS cannot have associated {words}"
        return
    yield from _one_source(tls)
    ends = mode_of(tls) in ("SIMPLE", *MUTUAL)
    if ends and (tls.get("credentialName") or tls.get("credentialNames")):
        return
    if ends:
        yield from _certificates(tls)
    yield from _revocations(tls)


def _one_source(tls: Object) -> Iterator[str]:
    files = tls.get("serverCertificate") and tls.get("privateKey")
    others = [tls.get(field) for field in ("credentialName", "credentialNames", "tlsCertificates")]
    if sum(map(bool, (files, *others))) > 1:
        yield (
            "only one of credential_name, credential_names, server_certificate/private_key, "
            "tls_certificates should be specified"
        )


def _certificates(tls: Object) -> Iterator[str]:
    mutual = mode_of(tls) in MUTUAL
    words = "MUTUAL TLS" if mutual else "SIMPLE TLS"
    if mutual and not tls.get("caCertificates"):
        yield f"{words} requires a client CA bundle"
    for certificate in tls.get("tlsCertificates") or [tls]:
        if not certificate.get("serverCertificate"):
            yield f"{words} requires a server certificate"
        if not certificate.get("privateKey"):
            yield f"{words} requires a private key"


def _revocations(tls: Object) -> Iterator[str]:
    if not tls.get("caCrl"):
        return
    if tls.get("credentialName"):
        yield (
            "CRL is not supported with credentialName. CRL has to be specified in the credential"
        )
    if mode_of(tls) == "SIMPLE":
        yield "CRL is not supported with SIMPLE TLS"
