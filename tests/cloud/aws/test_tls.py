"""TLS that ends at load balancers: certificates, server names, and what clients say of them."""

import json

import pytest

import kubelearn as kl
from kubelearn.network.tls import client as words
from kubelearn.network.tls.certificates import PUBLIC
from tests.cloud.aws.edge import annotate, balanced, edge, name_of, refusals

BOTH = '[{"HTTP": 80}, {"HTTPS": 443}]'
URL = "https://shop.example.com/"


def leaf(*hosts, authority=PUBLIC, **life):
    """A certificate for hosts."""
    return kl.Authority(authority).issue(*hosts, **life)


@pytest.fixture
def cluster():
    """An ALB that listens on 80 and 443, with a certificate for the shop."""
    made = edge()
    made.arn = made.import_certificate(leaf("shop.example.com"))
    return annotate(made, certificate_arn=made.arn, listen_ports=BOTH)


def steps(call, hop="tls"):
    """What a hop says."""
    return [step.decision for step in call.trace if step.hop == hop]


def test_a_request_over_tls(cluster):
    """Its handshake takes one round trip more; the pod is told of it."""
    cluster.request("http://shop.example.com/")  # now the client knows the address
    plain, secure = (cluster.request(f"{each}://shop.example.com/") for each in ("http", "https"))
    assert (plain.status, secure.status) == (200, 200)
    assert secure.latency - plain.latency == pytest.approx(0.04, abs=0.002)
    assert steps(secure) == ["certificate for shop.example.com accepted"]
    assert secure.headers["X-Forwarded-Proto"] == "https"
    assert secure.headers["X-Forwarded-Port"] == "443"


@pytest.mark.parametrize(
    ("certificate", "text"),
    [
        (leaf("cart.example.com"), words.WRONG_HOST.format(host="shop.example.com")),
        (leaf("shop.example.com", authority="Shop CA"), words.UNKNOWN),
        (leaf("shop.example.com", days=0.001), words.EXPIRED),
        (leaf("shop.example.com", start="2h"), words.EARLY),
    ],
)
def test_what_clients_do_not_accept(cluster, certificate, text):
    """In curl's words; insecure clients accept it all the same."""
    cluster.import_certificate(certificate, cluster.arn)
    assert cluster.request(URL).error == text
    assert cluster.request(URL, insecure=True).status == 200


def test_a_client_may_trust_another_authority(cluster):
    """As by `curl --cacert`."""
    cluster.import_certificate(leaf("shop.example.com", authority="Shop CA"), cluster.arn)
    authority = kl.Authority("Shop CA").certificate
    assert cluster.request(URL, cacert=authority).status == 200


def test_the_certificate_goes_by_the_servers_name(cluster):
    """The first one is for names that none is for."""
    other = cluster.import_certificate(leaf("*.example.com"))
    annotate(cluster, certificate_arn=f"{cluster.arn},{other}")
    shown = cluster.parts["elb"].certificate
    [address] = cluster.parts["elb"].resolve("shop.example.com").addresses[:1]
    chains = [leaf("shop.example.com").chain, leaf("*.example.com").chain]
    names = ("shop.example.com", "cart.example.com", "nobody.example.org")
    assert [chains.index(shown(address, 443, name)) for name in names] == [0, 1, 0]


def test_ports_speak_one_protocol(cluster):
    """TLS on the plain port, plain HTTP on the TLS port."""
    wrong = cluster.request("https://shop.example.com:80/")
    plain = cluster.request("http://shop.example.com:443/")
    assert (wrong.error, plain.status) == (words.NOT_TLS, 400)


def test_ssl_redirect(cluster):
    """A client that follows ends at the pod."""
    annotate(cluster, ssl_redirect="443")
    call = cluster.request("http://shop.example.com/cart?id=1")
    assert (call.status, call.state["response"]["location"]) == (
        301, "https://shop.example.com:443/cart?id=1",
    )  # fmt: skip
    assert cluster.request("http://shop.example.com/", follow=True).status == 200


def test_a_certificate_is_found_by_the_hosts():
    """Without an annotation; a minute after it has been imported."""
    cluster = annotate(edge(), listen_ports=BOTH)
    assert refusals(cluster)[0] == (
        "Failed build model due to ingress: default/shop: "
        "no certificate found for host: shop.example.com"
    )
    cluster.import_certificate(leaf("*.example.com"))
    cluster.run("60s")
    assert cluster.request(URL).status == 200
    assert "HTTPS, certificates for *.example.com" in str(cluster.why("ingress/shop"))


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"certificate_arn": "arn:x"}, "CertificateNotFound: Certificate 'arn:x' not found"),
        ({"listen_ports": "[]"}, "empty listen-ports configuration: `[]`"),
        ({"listen_ports": '[{"TLS": 443}]'}, "listen protocol must be within [HTTP, HTTPS]: TLS"),
        ({"listen_ports": '[{"HTTP": 0}]'}, "listen port must be within [1, 65535]: 0"),
        ({"ssl_redirect": "443"}, "listener does not exist for SSLRedirect port: 443"),
        ({"ssl_redirect": "80"}, "listener protocol non-SSL for SSLRedirect port: 80"),
        ({"backend_protocol": "SPDY"}, "backend protocol must be within [HTTP, HTTPS]: SPDY"),
    ],
)
def test_what_the_controller_refuses(said, text):
    """In its words."""
    assert text in refusals(annotate(edge(), **said))[0]


def test_two_certificates_for_one_host_are_too_many():
    """The controller does not choose."""
    cluster = edge()
    arns = sorted(cluster.import_certificate(leaf("shop.example.com")) for _ in range(2))
    annotate(cluster, listen_ports=BOTH)
    shown = f"multiple certificates found for host: shop.example.com, certARNs: [{' '.join(arns)}]"
    assert shown in refusals(cluster)[0]


def test_rules_stand_on_the_listeners_of_their_ingress(cluster):
    """One that listens on 443 only is not found on 80."""
    text = {
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "more"},
        "spec": {"ingressClassName": "alb", "rules": [{"host": "more.example.com", "http": {
            "paths": [{"path": "/", "pathType": "Prefix",
                       "backend": {"service": {"name": "web", "port": {"number": 80}}}}]}}]},
    }  # fmt: skip
    prefix = "alb.ingress.kubernetes.io/"
    said = {"group.name": "both", "certificate-arn": cluster.arn, "target-type": "ip",
            "scheme": "internet-facing"}  # fmt: skip
    text["metadata"]["annotations"] = {prefix + name: value for name, value in said.items()}
    cluster.apply(json.dumps(text))
    annotate(cluster, **{"group.name": "both"}).run("150s")
    statuses = [
        cluster.request(f"{where}.example.com/", insecure=True).status
        for where in ("http://shop", "https://shop", "http://more", "https://more")
    ]
    assert statuses == [200, 200, 404, 200]


TLS = "service.beta.kubernetes.io/aws-load-balancer-"


def nlb(cluster, ports="443", **said):
    """A network load balancer on which TLS ends."""
    named = {f"{TLS}{name.replace('_', '-')}": value for name, value in said.items()}
    named |= {f"{TLS}scheme": "internet-facing", f"{TLS}ssl-ports": ports}
    named["external-dns.alpha.kubernetes.io/hostname"] = "nlb.example.com"
    cluster.apply(balanced("secure"))
    spec = {
        "ports": [
            {"name": "plain", "port": 80, "targetPort": 80},
            {"name": "https", "port": 443, "targetPort": 80},
        ]
    }
    cluster.patch("service/secure", {"spec": spec, "metadata": {"annotations": named}})
    return cluster.run("200s")


def test_tls_ends_at_a_network_load_balancer():
    """On the ports that are named; the pod gets plain HTTP."""
    cluster = edge()
    nlb(cluster, ssl_cert=cluster.import_certificate(leaf("nlb.example.com")))
    call = cluster.request("https://nlb.example.com/")
    assert (call.status, steps(call)) == (200, ["certificate for nlb.example.com accepted"])
    assert cluster.request("http://nlb.example.com/").status == 200
    assert cluster.request("http://nlb.example.com:443/").error == "connection reset by peer"
    wrong = cluster.request(f"https://{name_of(cluster, 'service/secure')}/")
    assert "no alternative certificate subject name" in wrong.error


def test_ports_of_ssl_ports_are_those_of_the_service():
    """Upstream's words."""
    cluster = edge()
    nlb(cluster, "443,8443", ssl_cert=cluster.import_certificate(leaf("nlb.example.com")))
    assert "Unused port in ssl-ports annotation [8443]" in refusals(cluster)[-1]


def test_a_missing_certificate_of_a_network_load_balancer():
    """AWS refuses the listener."""
    assert "Certificate 'arn:x' not found" in refusals(nlb(edge(), ssl_cert="arn:x"))[-1]


def test_users_keep_their_connection_and_shake_hands_once(cluster):
    """Answers after the first one come a round trip earlier."""
    options = {"users": 1, "think": "1s", "duration": "10s", "client": "internet"}
    kept, fresh = (cluster.load(URL, keep_alive=each, **options) for each in (True, False))
    cluster.run("15s")
    assert kept.totals()["ok"] == kept.totals()["sent"] > 3
    assert fresh.report()["p50"][0] - kept.report()["p50"][0] == pytest.approx(40)


def test_a_load_meets_the_end_of_a_certificate(cluster):
    """Requests fail from that moment on."""
    cluster.import_certificate(leaf("shop.example.com", days=(cluster.time + 10) / 86400),
                               cluster.arn)  # fmt: skip
    load = cluster.load(URL, rate=10, duration="20s", client="internet")
    cluster.run("30s")
    totals = load.totals()
    assert totals["ok"] == pytest.approx(100, abs=35)
    assert totals[words.EXPIRED] == totals["sent"] - totals["ok"] > 0
