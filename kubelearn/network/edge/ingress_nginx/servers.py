"""The TLS side of a server: which certificate nginx shows for a name.

Source: ingress-nginx 1.13 `internal/ingress/controller/controller.go` (createServers,
extractTLSSecretName), `internal/net/ssl/ssl.go` (GetFakeSSLCert).
"""

from __future__ import annotations

from kubelearn.api.server import APIServer
from kubelearn.network.edge.ingress_nginx.classes import ingresses
from kubelearn.network.ingress import secret_for
from kubelearn.network.tls.certificates import Authority
from kubelearn.network.tls.client import is_for
from kubelearn.network.tls.secrets import pair_of

FAKE = "Kubernetes Ingress Controller Fake Certificate"


def has_certificate(api: APIServer, host: str) -> bool:
    """Whether the server for a host speaks TLS with more than what is shown by default."""
    return secret_for(ingresses(api), host) is not None


def chain_for(api: APIServer, name: str) -> str:
    """The PEM chain for a name: of its Ingress's Secret if it bears that name, or the fake one."""
    key = secret_for(ingresses(api), name)
    chain = pair_of(api.find("secrets", *key) if key is not None else None)
    if chain and is_for(chain, name):
        return chain
    return Authority(FAKE, organization="Acme Co").certificate
