"""PeerAuthentication: its selector, and modes of single ports only with one.

Source: istio `pkg/config/validation/validation.go` (ValidatePeerAuthentication), 1.27.

Unlike the real one: a port that is no number has no error here (the real webhook refuses it while
it decodes the object).
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelearn.api.istio.policy_targets import workload_selector
from kubelearn.api.objects import Object


def errors(obj: Object) -> Iterator[str]:
    """What is wrong with a PeerAuthentication."""
    spec = obj.get("spec") or {}
    selector, ports = spec.get("selector"), spec.get("portLevelMtls")
    if ports and not (selector or {}).get("matchLabels"):
        yield "mesh/namespace peer authentication cannot have port level mTLS"
    if ports is not None and not ports:
        yield "port level mTLS, if defined, must have at least one element"
    for port in ports or ():
        if str(port).isdecimal() and not 1 <= int(port) <= 65535:
            yield "port must be in range 1..65535"
    yield from workload_selector(selector)
