"""istiod: when it pushes, what a push brings, and what happens without it."""

import pytest

from kubelearn.api.errors import InternalError
from kubelearn.cluster import Cluster
from kubelearn.mesh.root_certificate import ROOT_CERTIFICATE
from kubelearn.sim.clock import MILLISECOND, SECOND

WEB = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, name: http}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web, sidecar.istio.io/inject: "true"}}
spec: {containers: [{name: web, image: "nginx:1.29", ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client, labels: {sidecar.istio.io/inject: "true"}}
spec: {containers: [{name: c, image: "nginx:1.29"}]}
"""
RULE = {
    "apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": {"name": "web"},
    "spec": {"hosts": ["web"], "http": [{"directResponse": {"status": 418}}]},
}  # fmt: skip


@pytest.fixture(scope="module")
def started():
    """Istio with a client and a server, at rest."""
    cluster = Cluster(nodes=2, zones=1, seed=4)
    cluster.install("istio")
    cluster.run("30s")
    cluster.apply(WEB)
    return cluster.run("60s")


@pytest.fixture
def cluster(started):
    """A copy for one test."""
    return started.fork()


def status(cluster):
    """What the client gets from web."""
    return cluster.request("http://web/", client="pod/client").status


def version(cluster):
    """The number of the last push that proxies have."""
    return cluster.parts["proxies"].push.version


def test_a_push_waits_for_a_pause_of_100_ms(cluster):
    """Then it takes 5 ms to the proxies (and the watch 1 ms to istiod)."""
    before, begin = version(cluster), cluster.clock.now
    cluster.apply(RULE)
    cluster.run(until=lambda c: version(c) > before)
    assert cluster.clock.now - begin == 106 * MILLISECOND
    assert status(cluster) == 418


def test_until_then_the_old_rules_count(cluster):
    """The change is stored, but no proxy knows it."""
    cluster.apply(RULE)
    cluster.run("0.05s")
    assert status(cluster) == 200


def test_changes_are_collected(cluster):
    """One push for many."""
    before = version(cluster)
    for number in range(10):
        cluster.apply({**RULE, "metadata": {"name": f"web-{number}"}})
        cluster.run("0.05s")
    assert before == version(cluster)
    cluster.run("1s")
    assert before + 1 == version(cluster)


def test_but_not_for_longer_than_ten_seconds(cluster):
    """A stream of changes without a pause does not keep proxies waiting for ever."""
    before, begin = version(cluster), cluster.clock.now
    for number in range(220):
        cluster.apply({**RULE, "spec": {**RULE["spec"], "hosts": [f"h{number}.example"]}})
        cluster.run("0.05s")
        if version(cluster) > before:
            break
    assert (cluster.clock.now - begin) // SECOND == 10


def test_without_istiod_proxies_keep_what_they_have(cluster):
    """Old rules hold until it is back; new ones come then, if they can be written at all."""
    cluster.scale("deployment/istiod", 0, "istio-system")
    cluster.run("10s")
    with pytest.raises(InternalError, match="failed calling webhook"):
        cluster.apply(RULE)
    validator = "validatingwebhookconfiguration/istiod-default-validator"
    webhooks = cluster.object(validator)["webhooks"]
    cluster.patch(validator, {"webhooks": [{**webhooks[0], "failurePolicy": "Ignore"}]})
    cluster.apply(RULE)
    cluster.run("10s")
    assert status(cluster) == 200
    assert "istiod has no ready pod" in str(cluster.why("virtualservice/web"))
    cluster.scale("deployment/istiod", 1, "istio-system")
    cluster.run("30s")
    assert status(cluster) == 418
    assert "brought it to the proxies" in str(cluster.why("virtualservice/web"))


def test_a_pod_that_moves_is_found(cluster):
    """Endpoints change by pushes too."""
    cluster.delete("pod/web")
    cluster.run("40s")
    call = cluster.request("http://web/", client="pod/client")
    assert (call.status, call.flags) == (503, "UH")
    cluster.apply(WEB)
    cluster.run("30s")
    assert status(cluster) == 200


def test_every_namespace_gets_the_root_certificate(cluster):
    """Also those that come later; pods could not start without."""
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "late"}})
    cluster.run("1s")
    for namespace in ("default", "late", "istio-system"):
        held = cluster.object("configmap/istio-ca-root-cert", namespace)
        assert held["data"] == {"root-cert.pem": ROOT_CERTIFICATE}


def test_without_istio_nothing_happens():
    """No push, no ConfigMap."""
    plain = Cluster(nodes=1)
    plain.apply(WEB)
    plain.run("30s")
    assert plain.parts["proxies"].push is None
    assert plain.api.find("configmaps", "default", "istio-ca-root-cert") is None


def test_a_pod_without_a_proxy_has_no_configuration(cluster):
    """And the error says how to get one."""
    cluster.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "bare"},
                   "spec": {"containers": [{"name": "c", "image": "nginx:1.29"}]}})  # fmt: skip
    with pytest.raises(ValueError, match="istio-injection=enabled"):
        cluster.proxy_config("pod/bare")
    with pytest.raises(ValueError, match="name one"):
        cluster.proxy_config("service/web")


def test_a_fork_goes_the_same_way(cluster):
    """Equal commands, equal calls, to the letter."""
    cluster.apply(RULE)
    twin = cluster.fork()
    texts = []
    for one in (cluster, twin):
        one.run("1s")
        texts.append(str(one.request("http://web/", client="pod/client")))
    assert texts[0] == texts[1]
    assert cluster.fingerprint() == twin.fingerprint()


def test_an_object_that_cannot_be_used_is_left_out(cluster):
    """The others count; why() says what is wrong."""
    cluster.delete("validatingwebhookconfiguration/istiod-default-validator")
    cluster.apply(RULE)
    route = [{"destination": {"host": "web"}}]
    bad = {"hosts": ["web"], "http": [{"route": route, "timeout": "soon"}]}
    cluster.apply({**RULE, "metadata": {"name": "bad"}, "spec": bad})
    cluster.run("1s")
    assert status(cluster) == 418
    assert "it cannot be used: 'soon' is not a duration" in str(cluster.why("virtualservice/bad"))
