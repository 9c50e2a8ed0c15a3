"""Which Ingresses belong to the controller.

Source: ingress-nginx 1.13 `internal/ingress/controller/store/store.go` (GetIngressClass);
the flags `--ingress-class=nginx --controller-class=k8s.io/ingress-nginx`.
"""

from __future__ import annotations

from kubelearn.api.admission.ingress_nginx import INGRESSES, is_own
from kubelearn.api.objects import Key, Object, is_terminating
from kubelearn.api.server import APIServer

PLACE: Key = ("ingress-nginx", "ingress-nginx-controller")
"""Namespace and name of the controller's Deployment, Service and ConfigMap."""


def ingresses(api: APIServer) -> list[Object]:
    """All Ingresses of the controller, the oldest first."""
    found = [one for one in api.list(INGRESSES) if is_own(api, one) and not is_terminating(one)]
    return sorted(found, key=lambda one: one["metadata"].get("creationTimestamp") or "")
