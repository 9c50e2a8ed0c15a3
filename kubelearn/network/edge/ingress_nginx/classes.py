"""Which Ingresses belong to the controller.

Source: ingress-nginx 1.13 `internal/ingress/controller/store/store.go` (GetIngressClass);
the flags `--ingress-class=nginx --controller-class=k8s.io/ingress-nginx`.
"""

from __future__ import annotations

from kubelearn.api.objects import Key, Object, is_terminating
from kubelearn.api.server import APIServer

INGRESSES = "ingresses.networking.k8s.io"
CLASSES = "ingressclasses.networking.k8s.io"
CONTROLLER = "k8s.io/ingress-nginx"
LEGACY = "kubernetes.io/ingress.class"
PLACE: Key = ("ingress-nginx", "ingress-nginx-controller")
"""Namespace and name of the controller's Deployment, Service and ConfigMap."""


def is_own(api: APIServer, ingress: Object) -> bool:
    """Whether the class of an Ingress is one of this controller's; the old annotation first."""
    legacy = (ingress["metadata"].get("annotations") or {}).get(LEGACY)
    if legacy is not None:
        return bool(legacy == "nginx")
    found = api.find(CLASSES, None, ingress["spec"].get("ingressClassName") or "")
    return found is not None and found["spec"].get("controller") == CONTROLLER


def ingresses(api: APIServer) -> list[Object]:
    """All Ingresses of the controller, the oldest first."""
    found = [one for one in api.list(INGRESSES) if is_own(api, one) and not is_terminating(one)]
    return sorted(found, key=lambda one: one["metadata"].get("creationTimestamp") or "")
