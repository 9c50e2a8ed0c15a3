"""Pods stay for 300 s on a node that is not ready or unreachable, unless they say otherwise.

Source: `plugin/pkg/admission/defaulttolerationseconds/admission.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.admission.request import AdmissionRequest
from kubelearn.api.objects import Object

SECONDS: Final = 300
TAINTS: Final = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
TOLERATIONS: Final[dict[str, Object]] = {
    taint: {
        "key": taint,
        "operator": "Exists",
        "effect": "NoExecute",
        "tolerationSeconds": SECONDS,
    }
    for taint in TAINTS
}


class DefaultTolerationSeconds:
    """Adds the two tolerations that a pod does not have yet."""

    name = "DefaultTolerationSeconds"
    per_object = False

    def admit(self, request: AdmissionRequest) -> Object:
        """The pod with both tolerations."""
        pod = request.written()
        if request.resource != "pods" or request.subresource:
            return pod
        spec = pod.get("spec") or {}
        tolerations = spec.get("tolerations") or []
        missing = [TOLERATIONS[taint] for taint in TAINTS if not _tolerates(tolerations, taint)]
        if not missing:
            return pod
        return {**pod, "spec": {**spec, "tolerations": [*tolerations, *missing]}}


def _tolerates(tolerations: list[Object], taint: str) -> bool:
    return any(
        toleration.get("key", "") in (taint, "")
        and toleration.get("effect", "") in ("NoExecute", "")
        for toleration in tolerations
    )
