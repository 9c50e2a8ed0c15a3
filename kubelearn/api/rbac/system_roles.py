"""The roles that a new cluster has for all its users, and whom they are bound to.

Source: `plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from kubelearn.api.rbac.attributes import AUTHENTICATED, MASTERS, UNAUTHENTICATED

Rules = tuple[dict[str, Any], ...]
HEALTH = ["/healthz", "/livez", "/readyz", "/version", "/version/"]
DISCOVERY = ["/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*"]

CLUSTER_ROLES: dict[str, Rules] = {
    "admin": (),
    "cluster-admin": (
        {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]},
        {"verbs": ["*"], "nonResourceURLs": ["*"]},
    ),
    "edit": (),
    "system:basic-user": (
        {
            "verbs": ["create"],
            "apiGroups": ["authorization.k8s.io"],
            "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
        },
        {
            "verbs": ["create"],
            "apiGroups": ["authentication.k8s.io"],
            "resources": ["selfsubjectreviews"],
        },
    ),
    "system:discovery": ({"verbs": ["get"], "nonResourceURLs": sorted(DISCOVERY + HEALTH)},),
    "system:public-info-viewer": ({"verbs": ["get"], "nonResourceURLs": HEALTH},),
    "view": (),
}


class SystemBinding(NamedTuple):
    """A ClusterRoleBinding of the system: a role for groups."""

    role: str
    groups: tuple[str, ...]


BINDINGS: dict[str, SystemBinding] = {
    "cluster-admin": SystemBinding("cluster-admin", (MASTERS,)),
    "system:basic-user": SystemBinding("system:basic-user", (AUTHENTICATED,)),
    "system:discovery": SystemBinding("system:discovery", (AUTHENTICATED,)),
    "system:public-info-viewer": SystemBinding(
        "system:public-info-viewer", (AUTHENTICATED, UNAUTHENTICATED)
    ),
}
"""By the names of the bindings."""
