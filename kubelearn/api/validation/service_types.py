"""What follows from the type of a Service (`pkg/api/service/util.go`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object


def is_externally_accessible(spec: Object) -> bool:
    """Whether traffic from outside the cluster can reach a Service of this spec."""
    kind = spec.get("type")
    by_address = kind == "ClusterIP" and bool(spec.get("externalIPs"))
    return kind in ("LoadBalancer", "NodePort") or by_address
