"""Whether the controller runs: its Deployment `aws-load-balancer-controller` with a ready pod.

Source: aws-load-balancer-controller 3.5 `helm/aws-load-balancer-controller`.
"""

from __future__ import annotations

from kubelearn.api.objects import Key, is_true
from kubelearn.api.server import APIServer

PLACE: Key = ("kube-system", "aws-load-balancer-controller")
SELECTOR = "app.kubernetes.io/name=aws-load-balancer-controller"
CLUSTER_NAME = "kubelearn"


def is_installed(api: APIServer) -> bool:
    """Whether somebody has installed the add-on."""
    return api.find("deployments.apps", *PLACE) is not None


def runs(api: APIServer) -> bool:
    """Whether one of its pods is ready to work."""
    return any(is_true(pod, "Ready") for pod in api.list("pods", PLACE[0], SELECTOR))
