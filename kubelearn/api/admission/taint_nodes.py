"""A new node starts with the taint that keeps pods away until it is Ready.

Source: `plugin/pkg/admission/nodetaint/admission.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.admission.request import AdmissionRequest
from kubelearn.api.objects import Object

NOT_READY: Final = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}


class TaintNodesByCondition:
    """Adds the not-ready taint to nodes at creation."""

    name = "TaintNodesByCondition"
    per_object = False

    def admit(self, request: AdmissionRequest) -> Object:
        """The node with the taint."""
        node = request.written()
        if not request.creates("nodes"):
            return node
        spec = node.get("spec") or {}
        taints = spec.get("taints") or []
        pairs = [(taint.get("key"), taint.get("effect")) for taint in taints]
        if (NOT_READY["key"], NOT_READY["effect"]) in pairs:
            return node
        return {**node, "spec": {**spec, "taints": [*taints, NOT_READY]}}
