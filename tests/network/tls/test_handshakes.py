"""Handshakes at ingress-nginx: which certificate is shown, and how a connection fails."""

import pytest

from kubelearn.network.tls.certificates import Authority
from kubelearn.network.tls.client import EXPIRED, NOT_TLS, SELF_SIGNED, UNKNOWN
from kubelearn.network.verdict import NO_NAME
from tests.network.edge.entry import AUTHORITY, NGINX, ask, edge, ingress, path, served_by


def shown(*hosts, days=90.0, key_of=""):
    """A cluster whose Ingress has a certificate for hosts; `key_of`: with the key of another."""
    cluster = edge("ingress-nginx")
    secret = AUTHORITY.issue(*hosts, days=days).secret("pair")
    if key_of:
        secret["data"]["tls.key"] = AUTHORITY.issue(key_of).secret("other")["data"]["tls.key"]
    cluster.apply(secret)
    ingress(cluster, "all", path("shop"), tls="pair")
    # The name in the handshake is that of the controller's Service.
    cluster.patch("ingress/all", {"spec": {"tls": [{"hosts": [NGINX], "secretName": "pair"}]}})
    return cluster


def secure(cluster, **more):
    """A request over TLS with trust in the authority."""
    return ask(cluster, "https://x", **{"cacert": AUTHORITY.certificate, **more})


def test_a_certificate_for_the_name_is_taken():
    """And the request goes on as any other."""
    assert served_by(secure(shown(NGINX))) == "shop"


@pytest.mark.parametrize(
    ("hosts", "days", "more", "error"),
    [
        ([NGINX], 90, {"cacert": ""}, UNKNOWN),
        ([NGINX], 90, {"cacert": Authority("Other").certificate}, UNKNOWN),
        ([NGINX], 0.0001, {}, EXPIRED),
        (["shop.example.com"], 90, {}, SELF_SIGNED),  # the fake one is shown instead
    ],
)
def test_a_client_that_is_not_content(hosts, days, more, error):
    """Ends the connection; no status comes."""
    call = secure(shown(*hosts, days=days), **more)
    assert (0, error) == (call.status, call.error)
    assert error in [step.decision for step in call.trace if step.hop == "tls"]


def test_an_insecure_client_takes_anything():
    """As with curl --insecure."""
    assert secure(shown("other.example.com"), cacert="", insecure=True).status == 200


def test_without_a_pair_the_fake_certificate_is_shown():
    """A key of another certificate is no pair; nor is a Secret that is not there."""
    assert secure(shown(NGINX, key_of="cart.example.com")).error == SELF_SIGNED
    gone = shown(NGINX)
    gone.delete("secret/pair")
    assert secure(gone).error == SELF_SIGNED


def test_a_name_can_be_led_to_the_proxy():
    """The certificate, the server name and the Host header are the URL's own."""
    cluster, name = edge("ingress-nginx"), "shop.example.com"
    cluster.apply(AUTHORITY.issue(name).secret("pair"))
    ingress(cluster, "all", path("shop"), tls="pair")
    service = cluster.object("service/ingress-nginx-controller", "ingress-nginx")
    to = {f"{name}:443": service["spec"]["clusterIP"]}
    told = {"client": "pod/client", "cacert": AUTHORITY.certificate}
    assert served_by(cluster.request(f"https://{name}/", resolve=to, **told)) == "shop"
    everywhere = {"*:443": to[f"{name}:443"]}
    other = cluster.request("https://cart.example.com/", resolve=everywhere, **told)
    assert other.error == SELF_SIGNED


def test_a_redirect_to_https_is_led_there_too():
    """An address for each of the two ports; without the second one nobody knows the name."""
    cluster, name = edge("ingress-nginx"), "shop.example.com"
    cluster.apply(AUTHORITY.issue(name).secret("pair"))
    ingress(cluster, "all", path("shop"), tls="pair")
    to = cluster.object("service/ingress-nginx-controller", "ingress-nginx")["spec"]["clusterIP"]
    told = {"client": "pod/client", "cacert": AUTHORITY.certificate, "follow": True}
    both = cluster.request(f"http://{name}/", resolve={"*:80": to, "*:443": to}, **told)
    assert (served_by(both), both.url) == ("shop", f"https://{name}/")
    one = cluster.request(f"http://{name}/", resolve={"*:80": to}, **told)
    assert one.error == f"{NO_NAME}: {name}"


def test_curl_in_a_pod_sees_the_same():
    """With --resolve, and the certificate's problem in its own words."""
    cluster = shown("other.example.com")
    service = cluster.object("service/ingress-nginx-controller", "ingress-nginx")
    words = f"--resolve {NGINX}:443:{service['spec']['clusterIP']} https://{NGINX}/"
    refused = cluster.kubectl(f"exec client -- curl -sS {words}")
    assert "command terminated with exit code 60" in refused
    taken = cluster.kubectl(f"exec client -- curl -k -H Host:shop.example.com {words}")
    assert " answers GET /" in taken


def test_http_and_https_on_the_wrong_ports():
    """Nginx answers 400 to the one; the other is no TLS."""
    cluster = shown(NGINX)
    plain = ask(cluster, "http://x", service=f"{NGINX}:443")
    assert (plain.status, "400 Bad Request" in plain.body) == (400, True)
    assert secure(cluster, service=f"{NGINX}:80").error == NOT_TLS


def test_a_handshake_takes_a_round_trip():
    """On top of what a request takes over an open connection."""
    cluster = shown(NGINX)
    cluster.patch("ingress/all", {"spec": {"tls": None}})
    plain = ask(cluster, "http://x")
    safe = secure(cluster, insecure=True)
    assert safe.latency > plain.latency
