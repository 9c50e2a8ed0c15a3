"""What `istioctl analyze` says of the objects of a cluster, in its codes and words.

A new analyzer is a function (facts → messages) in its file and one line in `ANALYZERS`.
Source: istio `pkg/config/analysis/analyzers`, `pkg/config/analysis/msg/messages.yaml`,
`pkg/config/validation/validation.go` (analyzeUnreachableHTTPRules), 1.27.

Unlike the real one: of its analyzers only those are there that `ANALYZERS` names; what is wrong
with an object that cannot be used at all (IST0106) is told in words of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kubelearn.api.server import APIServer
from kubelearn.mesh.analysis.destinations import hosts, subsets
from kubelearn.mesh.analysis.facts import Facts
from kubelearn.mesh.analysis.gateways import bound_gateways, conflicting_gateways, gateway_ports
from kubelearn.mesh.analysis.matches import unreachable
from kubelearn.mesh.analysis.message import Message
from kubelearn.mesh.analysis.objects import addresses, certificates, conflicting_hosts, usable
from kubelearn.mesh.analysis.workloads import guarded, not_injected, sidecars

ANALYZERS: tuple[Callable[[Facts], Iterator[Message]], ...] = (
    usable, hosts, subsets, bound_gateways, unreachable, conflicting_hosts, certificates, addresses,
    gateway_ports, conflicting_gateways, sidecars, guarded, not_injected,
)  # fmt: skip
"""The analyzers, each of which tells of objects of all namespaces."""


def analyze(api: APIServer) -> list[Message]:
    """All messages, errors first, each once."""
    facts = Facts(api)
    found = dict.fromkeys(one for analyzer in ANALYZERS for one in analyzer(facts))
    return sorted(found, key=lambda one: one.order)
