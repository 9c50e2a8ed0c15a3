"""Pods that speak TLS themselves, behind the load balancers of AWS."""

import pytest

from kubelearn.network.tls.certificates import PUBLIC, Authority
from kubelearn.network.tls.client import WRONG_HOST
from tests.cloud.aws.edge import annotate, edge, name_of, states

LB = "service.beta.kubernetes.io/aws-load-balancer-"
TEMPLATE = {
    "metadata": {"annotations": {"kubelearn.dev/tls": "certs"}},
    "spec": {"volumes": [{"name": "certs", "secret": {"secretName": "certs"}}]},
}


def speaking(*hosts, **said):
    """The pods of the shop with a certificate for hosts, after health checks have seen them."""
    cluster = edge()
    cluster.apply(Authority(PUBLIC).issue(*hosts).secret("certs"))
    cluster.patch("deployment/web", {"spec": {"template": TEMPLATE}})
    if said:
        annotate(cluster, **said)
    return cluster.run("180s")


def test_a_network_load_balancer_passes_tls_on():
    """By TCP: the client sees the certificate of the pod, and judges it by the name it asked."""
    cluster = speaking("shop.example.com")
    name = name_of(cluster)
    url = f"https://{name}:80/"
    assert cluster.request(url).error == WRONG_HOST.format(host=name)
    call = cluster.request(url, insecure=True)
    assert (call.status, [step.place[:3] for step in call.trace if step.hop == "tls"]) == (
        200, ["web"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("protocol", "state", "status"), [("HTTP", "unhealthy", 400), ("HTTPS", "healthy", 200)]
)
def test_an_application_load_balancer_speaks_what_it_is_told(protocol, state, status):
    """Over TLS it takes any certificate; plain HTTP is answered by 400, checks too."""
    cluster = speaking("nobody.example.com", backend_protocol=protocol)
    assert states(cluster, kind="ip") == [state] * 3
    assert cluster.request("http://shop.example.com/").status == status


def test_a_handshake_that_fails_is_a_502():
    """The target has no certificate that it could show."""
    cluster = speaking("shop.example.com", backend_protocol="HTTPS")
    other = Authority("Other").issue("x").secret("x")["data"]["tls.key"]
    cluster.patch("secret/certs", {"data": {"tls.key": other}})
    call = cluster.request("http://shop.example.com/")
    assert call.status == 502
    assert "alert internal error" in str(call)
