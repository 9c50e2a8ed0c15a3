"""Programs that speak TLS themselves: what clients, proxies and balancers meet at them."""

from functools import cache

import pytest

from kubelearn.cluster import Cluster
from kubelearn.network.tls.certificates import PUBLIC, Authority
from kubelearn.network.tls.client import EXPIRED, NO_PAIR, UNKNOWN, WRONG_HOST
from tests.network.edge.entry import CLIENT

SHOP = Authority("Shop CA")
POD = """
apiVersion: v1
kind: Pod
metadata:
  name: {name}
  labels: {{app: {name}}}
  annotations: {{kubelearn.dev/tls: certs, kubelearn.dev/service-time: fixed 10ms}}
spec:
  containers: [{{name: c, image: example.com/c, ports: [{{containerPort: 8443}}],
                volumeMounts: [{{name: certs, mountPath: /certs}}]}}]
  volumes: [{{name: certs, secret: {{secretName: {name}}}}}]
---
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{selector: {{app: {name}}}, ports: [{{port: 443, targetPort: 8443}}]}}
"""


def secure(cluster, name, *hosts, days=90.0):
    """A pod with a certificate for hosts, and its Service."""
    cluster.apply(SHOP.issue(*hosts, days=days).secret(name))
    cluster.apply(POD.format(name=name))


@cache
def _cluster():
    cluster = Cluster(nodes=2, zones=2, seed=4)
    cluster.apply(CLIENT)
    secure(cluster, "web", "web", "shop.example.com")
    secure(cluster, "old", "old", days=0.0001)
    return cluster.run("60s")


@pytest.fixture
def cluster():
    """Pods web and old that speak TLS, and a client."""
    return _cluster().fork()


def ask(cluster, url, **more):
    """A request of a client that trusts the shop's authority."""
    told = {"client": "pod/client", "cacert": SHOP.certificate}
    return cluster.request(url, **{**told, **more})


def test_a_client_sees_the_certificate_of_the_pod(cluster):
    """Its handshake takes one more round trip."""
    call = ask(cluster, "https://web/")
    assert (call.status, call.body.splitlines()[0]) == (200, "web answers GET /")
    [step] = [step for step in call.trace if step.hop == "tls"]
    assert (step.place, step.decision) == ("web", "certificate for web accepted")
    plain = cluster.fork()
    tell = {"metadata": {"annotations": {"kubelearn.dev/tls": None}}}
    plain.patch("pod/web", tell, style="merge")
    assert ask(plain, "https://web/").latency < call.latency


@pytest.mark.parametrize(
    ("url", "more", "error"),
    [
        ("https://web/", {"cacert": ""}, UNKNOWN),
        ("https://web.default/", {}, WRONG_HOST.format(host="web.default")),
        ("https://old/", {}, EXPIRED),
    ],
)
def test_what_clients_do_not_accept(cluster, url, more, error):
    """As at any server; who checks nothing is answered."""
    assert ask(cluster, url, **more).error == error
    assert ask(cluster, url, insecure=True).status == 200


def test_a_volume_without_a_pair(cluster):
    """The handshake cannot be done."""
    other = Authority("Other").issue("web").secret("x")
    cluster.patch("secret/web", {"data": {"tls.key": other["data"]["tls.key"]}})
    assert ask(cluster, "https://web/").error == NO_PAIR


@pytest.mark.parametrize(
    ("url", "status", "error"),
    [("http://web:443/", 400, ""), ("tcp://web:443/", 0, "connection reset by peer")],
)
def test_it_understands_nothing_else(cluster, url, status, error):
    """Plain HTTP is answered by 400."""
    call = ask(cluster, url)
    assert (call.status, call.error) == (status, error)


def test_a_kept_connection_shakes_hands_once(cluster):
    """The second request of a user is quicker."""
    public = Authority(PUBLIC).issue("web").secret("web")
    cluster.patch("secret/web", {"data": public["data"]})
    load = cluster.load("https://web/", users=1, think="1s", duration="5s", keep_alive=True,
                        client="pod/client")  # fmt: skip
    cluster.run("10s")
    first, second, *_ = ((end - sent, outcome) for _, sent, end, outcome in load.requests())
    assert first[1] == second[1] == "ok"
    assert second[0] < first[0]


def test_a_load_runs_one_by_one(cluster):
    """Handshakes are not computed in bulk."""
    load = cluster.load("https://web/", rate=10, duration="5s", client="pod/client")
    assert "speaks TLS" in load.engine
