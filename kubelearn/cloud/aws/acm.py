"""AWS Certificate Manager: the imported certificates of an account.

Source: ACM API, ImportCertificate; aws-load-balancer-controller 3.5 `pkg/certs`
(cert_discovery.go); Elastic Load Balancing user guide, "HTTPS listeners for your Application Load
Balancer" (the choice by server name).

Unlike the real one: certificates are imported only, none are issued or renewed by themselves; keys
are Ed25519, which ACM does not take; of several certificates that fit a name the one that lasts
longest is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from kubelearn.runtime.part import Context


class Certificate(NamedTuple):
    """An imported certificate."""

    arn: str
    chain: str
    """PEM: itself, and those between it and its authority."""
    names: tuple[str, ...]
    """The hosts that it is for; `*` stands for one label on the left."""
    ends: int
    """The moment (ns) from which it has expired."""

    def fits(self, host: str) -> bool:
        """Whether one of its names is that of a host."""
        wanted = host.lower()
        rest = wanted.partition(".")[2]
        return wanted in self.names or (bool(rest) and f"*.{rest}" in self.names)


class Certificates:
    """All certificates of the account."""

    name = "acm"
    state: ClassVar[tuple[str, ...]] = ("imported",)

    def __init__(self, context: Context) -> None:
        self.context = context
        self.imported: dict[str, Certificate] = {}

    def put(self, chain: str, names: Iterable[str], ends: int, *, region: str, arn: str) -> str:
        """Import a certificate, in the place of an older one if its ARN is given; its ARN."""
        if arn and arn not in self.imported:
            raise ValueError(
                f"no certificate has the ARN {arn!r}: leave it out to import a new one"
            )
        if not arn:
            number = self.context.draws.uuid("certificate", region, len(self.imported))
            arn = f"arn:aws:acm:{region}:111122223333:certificate/{number}"
        listed = tuple(name.lower() for name in names)
        self.imported[arn] = Certificate(arn, chain, listed, ends)
        return arn

    def names_of(self, arn: str) -> tuple[str, ...]:
        """The hosts that a certificate is for."""
        return self.imported[arn].names

    def fitting(self, host: str) -> list[Certificate]:
        """Those for a host that have not expired, by their ARNs."""
        now = self.context.clock.now
        found = (one for one in self.imported.values() if one.ends > now and one.fits(host))
        return sorted(found)

    def shown(self, arns: Sequence[str], name: str) -> str:
        """The PEM chain that a listener with these certificates shows for a server name.

        The first one is shown for names that none is for.
        """
        listed = [self.imported[arn] for arn in arns]
        fitting = [one for one in listed if one.fits(name)]
        return max(fitting, key=lambda one: one.ends).chain if fitting else listed[0].chain
