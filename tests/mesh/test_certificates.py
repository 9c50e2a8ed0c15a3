"""Certificates of workloads: names, life, renewal, and what expiry does to requests."""

import base64
import json
import re

import pytest

from kubelearn.mesh.certificates import HOUR, LIFE, SKEW
from kubelearn.mesh.root_certificate import ROOT_CERTIFICATE
from kubelearn.network.tls.certificates import read_chain
from kubelearn.world.proxy_secrets import AUTHORITY, identity_in
from tests.mesh.telemetry.watched import ask, log_of, pod_of, telemetry, watched_mesh

BACK = "http://back/"


@pytest.fixture
def cluster():
    """A copy for one test."""
    return watched_mesh()


def held(cluster, app):
    """What the proxy of a program holds."""
    return cluster.parts["workload-certificates"].of(pod_of(cluster, app))


def without_istiod(cluster):
    """Scale istiod away."""
    cluster.kubectl("scale deployment/istiod -n istio-system --replicas=0")
    cluster.run("10s")


def test_it_lives_for_a_day(cluster):
    """And counts from two minutes before it was signed."""
    found = held(cluster, "back")
    assert found.end - found.signed == LIFE
    assert found.signed - found.begin == SKEW


def test_it_is_renewed_when_half_of_its_life_is_over(cluster):
    """Not all at the same moment: one percent of jitter."""
    first = {app: held(cluster, app) for app in ("front", "back", "sick")}
    for one in first.values():
        assert 11.7 * HOUR < one.renewal - one.signed < 12.3 * HOUR
    assert len({one.renewal - one.signed for one in first.values()}) == 3
    cluster.run("13h")
    assert held(cluster, "back").signed == first["back"].renewal
    assert held(cluster, "back").number == 1


def test_without_istiod_it_is_kept_until_it_expires(cluster):
    """Then every handshake fails, until istiod is back."""
    without_istiod(cluster)
    cluster.run("23h")
    assert ask(cluster, BACK).status == 200
    cluster.run("2h")
    call = ask(cluster, BACK)
    assert (call.status, call.flags) == (503, "URX,UF")
    assert call.body.endswith("OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:TLS_error_end")
    why = str(cluster.why(call))
    assert "CERTIFICATE_VERIFY_FAILED" in why
    assert re.search(r"the certificate of back-\S+ has ended at 2026-01-02T\S+Z, and istiod", why)
    cluster.kubectl("scale deployment/istiod -n istio-system --replicas=1")
    cluster.run("60s")
    assert ask(cluster, BACK).status == 200


def test_plain_text_asks_for_no_certificate(cluster):
    """A client outside of the mesh is served as before."""
    without_istiod(cluster)
    cluster.run("26h")
    assert ask(cluster, BACK, client="plain").status == 200


def test_a_client_whose_own_has_expired_is_refused(cluster):
    """The server's is newer: it was made while istiod was there for a moment."""
    certificates = cluster.parts["workload-certificates"]
    client, server = pod_of(cluster, "client"), pod_of(cluster, "back")
    old = certificates.of(client)
    certificates.issued[client["metadata"]["uid"]] = old._replace(end=0, renewal=1 << 60)
    assert "SSLV3_ALERT_CERTIFICATE_EXPIRED" in certificates.problem(client, server).words
    assert "the certificate of client has ended" in certificates.problem(client, server).told
    assert certificates.problem(None, server) is None


def test_the_log_tells_why(cluster):
    """In the field for transport failures, and in the details."""
    telemetry(cluster, accessLogging=[{"providers": [{"name": "envoy"}]}])
    without_istiod(cluster)
    cluster.run("26h")
    ask(cluster, BACK)
    line = log_of(cluster, "client")[-1]
    assert "503 URX,UF upstream_reset_before_response_started{remote_connection_failure|" in line
    assert "SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:TLS_error_end" in line


def test_istiod_renews_as_soon_as_it_is_back(cluster):
    """Whoever has waited gets the next at that moment."""
    first = held(cluster, "back")
    cluster.run("11h")
    without_istiod(cluster)
    cluster.run("5h")
    assert held(cluster, "back") == first
    cluster.kubectl("scale deployment/istiod -n istio-system --replicas=1")
    cluster.run("60s")
    assert held(cluster, "back").signed > first.renewal + 3 * HOUR


def test_a_fork_has_its_own(cluster):
    """What comes to pass in one does not in the other."""
    twin = cluster.fork()
    twin.run("13h")
    assert held(twin, "back").number == 1
    assert held(cluster, "back").number == 0


def test_the_listing(cluster):
    """Columns and values as istioctl has them."""
    name = pod_of(cluster, "back")["metadata"]["name"]
    head, own, root = cluster.proxy_secret(f"pod/{name}").splitlines()
    assert head.split("  ")[0] == "RESOURCE NAME"
    assert own.startswith("default           Cert Chain     ACTIVE     true           ")
    assert root.startswith("ROOTCA            CA             ACTIVE     true           ")
    assert own.endswith("cluster.local")
    cluster.kubectl("scale deployment/istiod -n istio-system --replicas=0")
    cluster.run("26h")
    assert "ACTIVE     false" in cluster.proxy_secret(f"pod/{name}")


def test_the_certificate_is_a_real_one(cluster):
    """X.509 with the SPIFFE identifier, signed by the root beside it."""
    name = pod_of(cluster, "back")["metadata"]["name"]
    said = json.loads(cluster.proxy_secret(f"pod/{name}", output="json"))
    own, root = (one["secret"] for one in said["dynamicActiveSecrets"])
    pem = base64.b64decode(own["tlsCertificate"]["certificateChain"]["inlineBytes"]).decode()
    ca = base64.b64decode(root["validationContext"]["trustedCa"]["inlineBytes"]).decode()
    (leaf,), (authority,) = read_chain(pem), read_chain(ca)
    assert identity_in(leaf) == "spiffe://cluster.local/ns/default/sa/default"
    leaf.verify_directly_issued_by(authority)


def test_the_root_in_the_configmap_is_the_one_that_has_signed():
    """istio-ca-root-cert and the proxies speak of one authority."""
    assert AUTHORITY.certificate == ROOT_CERTIFICATE


def test_what_has_no_certificate(cluster):
    """A pod without a proxy; an output that is not known."""
    with pytest.raises(ValueError, match="default/plain has no proxy of the mesh"):
        cluster.proxy_secret("pod/plain")
    with pytest.raises(ValueError, match="choose json"):
        cluster.proxy_secret("pod/client", output="yaml")
