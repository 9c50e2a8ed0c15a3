"""An ALB that listens on 80 and 443, with what annotations ask of requests."""

import base64

import kubelearn as kl
from kubelearn.network.tls.certificates import PUBLIC
from tests.cloud.aws.edge import annotate, edge

URL = "https://shop.example.com/"
AUTH = kl.Issuer("https://auth.example.com")
SECRET = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "oidc"},
    "data": {
        name: base64.b64encode(text.encode()).decode()
        for name, text in (("clientID", "shop\n"), ("clientSecret", "sesame"))
    },
}


def secure(**said):
    """The shared cluster with a certificate, a Secret for logins, and annotations."""
    cluster = edge()
    arn = cluster.import_certificate(kl.Authority(PUBLIC).issue("shop.example.com"))
    cluster.apply(SECRET)
    ports = '[{"HTTP": 80}, {"HTTPS": 443}]'
    return annotate(cluster, certificate_arn=arn, listen_ports=ports, **said)


def told(call):
    """What the balancer says."""
    return next(step.decision for step in call.trace if step.hop == "balancer")
