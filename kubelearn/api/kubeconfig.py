"""The file that tells a client where a cluster is, and as whom it asks.

Source: client-go `tools/clientcmd/api/v1/types.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.objects import Object

NAME: Final = "kubelearn"
"""Of the one cluster, and of the one context."""
ADMINISTRATOR: Final = "kubernetes-admin"


def kubeconfig(cluster: Object, user: str = "", credentials: Object | None = None) -> Object:
    """A Config with one context; `cluster` has the address, "" is the administrator."""
    name = user or ADMINISTRATOR
    context = {"cluster": NAME, "user": name, "namespace": "default"}
    return {
        "kind": "Config",
        "apiVersion": "v1",
        "clusters": [{"name": NAME, "cluster": cluster}],
        "users": [{"name": name, "user": credentials or {}}],
        "contexts": [{"name": NAME, "context": context}],
        "current-context": NAME,
    }
