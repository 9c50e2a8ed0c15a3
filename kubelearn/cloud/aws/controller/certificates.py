"""Which certificates a listener gets: those that annotations name, or those that fit its hosts.

Source: aws-load-balancer-controller 3.5 `pkg/certs/cert_discovery.go`,
`pkg/ingress/model_build_listener.go`, `pkg/service/model_build_listener.go`.

Unlike the real one: the list of certificates is looked at anew each time; without a fitting
certificate the next look is after a minute.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from kubelearn.cloud.aws.acm import Certificates
from kubelearn.cloud.aws.controller.annotations import AnnotationError, DeployError
from kubelearn.sim.clock import SECOND

CERTIFICATE_ARN = "certificate-arn"
SSL_CERT = "ssl-cert"


class NoCertificate(AnnotationError):
    """No certificate, or more than one, is for a host; another may be imported."""

    again: ClassVar[int | None] = 60 * SECOND


class CertificateNotFound(DeployError):
    """A certificate that an annotation names is not there."""

    code: ClassVar[str] = "CertificateNotFound"
    again: ClassVar[int | None] = 60 * SECOND


def check_imported(acm: Certificates, arns: Iterable[str]) -> None:
    """Refuse, as AWS does, a listener with a certificate that is not there."""
    for arn in arns:
        if arn not in acm.imported:
            raise CertificateNotFound(f"Certificate '{arn}' not found")


def discovered(acm: Certificates, hosts: Iterable[str]) -> tuple[str, ...]:
    """The ARNs of the certificates for hosts, one for each."""
    return tuple(sorted({_the_one(host, _for(acm, host)) for host in sorted(set(hosts))}))


def _for(acm: Certificates, host: str) -> list[str]:
    return [one.arn for one in acm.fitting(host)]


def _the_one(host: str, arns: Sequence[str]) -> str:
    if not arns:
        raise NoCertificate(f"no certificate found for host: {host}")
    if len(arns) > 1:
        raise NoCertificate(
            f"multiple certificates found for host: {host}, certARNs: [{' '.join(arns)}]"
        )
    return arns[0]
