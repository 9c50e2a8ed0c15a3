"""Whether a webhook's service answers, and what the API server says when it does not.

Source: `k8s.io/apiserver/pkg/admission/plugin/webhook/errors`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kubelearn.api.errors import InternalError

if TYPE_CHECKING:
    from kubelearn.api.server import APIServer

SLICES = "endpointslices.discovery.k8s.io"


class Service(NamedTuple):
    """Who is asked."""

    namespace: str
    name: str

    def answers(self, api: APIServer) -> bool:
        """Whether one of its pods is ready."""
        return any(
            (endpoint.get("conditions") or {}).get("ready") is not False
            for one in api.store.select(SLICES, "service", f"{self.namespace}/{self.name}")
            for endpoint in one.get("endpoints") or ()
        )

    def silent(self, webhook: str, path: str) -> InternalError:
        """What becomes of a request about which it had to be asked."""
        url = f"https://{self.name}.{self.namespace}.svc:443{path}?timeout=10s"
        return InternalError(
            f'Internal error occurred: failed calling webhook "{webhook}": failed to call webhook: '
            f'Post "{url}": no endpoints available for service "{self.name}"'
        )
