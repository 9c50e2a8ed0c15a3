"""Keys that istiod fetches: from a workload, by discovery, and when they cannot be had."""

import json
from functools import cache

import pytest

from kubelearn.api.jwt.issuer import Issuer
from kubelearn.cluster import Cluster
from kubelearn.mesh.jwks import MINUTE, REFRESH
from kubelearn.sim.clock import SECOND
from tests.mesh.programs import CLIENTS, program

KEYS = """
apiVersion: v1
kind: Service
metadata: {name: keys, namespace: idp}
spec: {selector: {app: keys}, ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Pod
metadata:
  name: keys
  namespace: idp
  labels: {app: keys}
  annotations: {kubelearn.dev/serves: documents}
spec:
  containers: [{name: c, image: "nginx:1.29", ports: [{containerPort: 80}]}]
  volumes:
  - name: documents
    configMap:
      name: documents
      items:
      - {key: jwks, path: jwks.json}
      - {key: discovery, path: .well-known/openid-configuration}
"""
URI = "http://keys.idp.svc.cluster.local/jwks.json"
NAME = "http://keys.idp.svc.cluster.local"
OLD, NEW = Issuer(NAME, "ES256"), Issuer("another", "ES256")
NO_MATCH = "Jwks doesn't have key to match kid or alg from Jwt"


def documents(keys):
    """The ConfigMap that the program serves."""
    data = {"jwks": keys, "discovery": json.dumps({"issuer": NAME, "jwks_uri": URI})}
    return {"apiVersion": "v1", "kind": "ConfigMap", "data": data,
            "metadata": {"name": "documents", "namespace": "idp"}}  # fmt: skip


@cache
def made():
    """A program behind a proxy, and who serves the keys of an issuer."""
    cluster = Cluster(nodes=3, zones=1, seed=3)
    cluster.install("istio")
    cluster.run("30s")
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "idp"}})
    cluster.run("1s")
    cluster.apply(documents(OLD.jwks))
    cluster.apply(KEYS)
    cluster.apply(CLIENTS)
    cluster.apply(program("web"))
    return cluster.run("60s")


def demanding(cluster=None, **rule):
    """With a rule for the issuer's tokens."""
    cluster = cluster or made().fork()
    spec = {"jwtRules": [{"issuer": NAME, **rule}]}
    cluster.apply({"apiVersion": "security.istio.io/v1", "kind": "RequestAuthentication",
                   "metadata": {"name": "jwt"}, "spec": spec})  # fmt: skip
    return cluster.run("7s")


def ask(cluster, issuer=OLD):
    """Status and body of a request with a token that never ends."""
    token = issuer.token("eva", exp=None)
    call = cluster.request("http://web/", client="pod/client",
                           headers={"authorization": f"Bearer {token}"})  # fmt: skip
    return call.status, call.body if call.status == 401 else ""


def signed_by(issuer):
    """The issuer of tokens that bear the first one's name, with another's key."""
    other = Issuer(NAME, "ES256")
    other.__dict__.update(kid=issuer.kid, _ec=issuer._ec)
    return other


@pytest.mark.parametrize("rule", [{"jwksUri": URI}, {}, {"jwksUri": URI, "timeout": "1s"}])
def test_keys_are_fetched(rule):
    """From the address, or from where the issuer's discovery says."""
    cluster = demanding(**rule)
    assert ask(cluster) == (200, "")
    assert ask(cluster, signed_by(NEW)) == (401, NO_MATCH)
    assert "OLD" not in str(cluster.why("requestauthentication/jwt"))


def test_the_proxys_file_has_them():
    """As local keys of the filter."""
    cluster = demanding(jwksUri=URI)
    pod = cluster.api.list("pods", "default", "app=web")[0]
    assert OLD.kid in json.dumps(cluster.proxy_config(pod))


def test_the_push_waits_for_them():
    """It comes later than one without a fetch, by the time that the answer takes."""
    cluster = made().fork()
    before, begin = cluster.parts["proxies"].push.version, cluster.clock.now
    demanding(cluster, jwksUri=URI)
    push = cluster.parts["proxies"].push
    assert push.version > before
    assert push.time > begin + 101_000_000


def test_without_an_answer_tokens_are_refused():
    """The proxies get keys of nobody after the timeout, and why() says what is the matter."""
    cluster = demanding(jwksUri="http://nobody.idp.svc.cluster.local/jwks.json")
    assert ask(cluster) == (401, NO_MATCH)
    why = str(cluster.why("requestauthentication/jwt"))
    assert "no keys of issuer http://keys.idp" in why
    assert "no such host" in why


@pytest.mark.parametrize("uri", ["nowhere", "ftp://a/b", f"{NAME}/other.json", "https://x.test/"])
def test_bad_addresses(uri):
    """No URL, a scheme that is not asked for, 404, a name that is not there."""
    cluster = made().fork()
    cluster.delete("validatingwebhookconfiguration/istiod-default-validator")
    assert ask(demanding(cluster, jwksUri=uri)) == (401, NO_MATCH)


def test_istiod_goes_on_trying():
    """At once for some seconds; then each push, and each minute and more, asks again."""
    cluster = made().fork()
    cluster.delete("service/keys", "idp")
    cluster.run("30s")
    demanding(cluster, jwksUri=URI)
    assert ask(cluster) == (401, NO_MATCH)
    cluster.apply(KEYS)
    cluster.run("10s")
    assert ask(cluster) == (200, "")


def test_new_keys_come_within_twenty_minutes():
    """Until then the old ones count."""
    cluster = demanding(jwksUri=URI)
    cluster.apply(documents(NEW.jwks))
    cluster.run("60s")
    assert ask(cluster) == (200, "")
    cluster.run(REFRESH / SECOND)
    assert ask(cluster) == (401, NO_MATCH)
    assert ask(cluster, signed_by(NEW)) == (200, "")


def test_old_keys_are_kept_when_the_server_is_away():
    """And the next try comes after a minute instead of twenty."""
    cluster = demanding(jwksUri=URI)
    cluster.delete("pod/keys", "idp")
    cluster.run((REFRESH + MINUTE) / SECOND)
    assert ask(cluster) == (200, "")
    assert cluster.parts["jwks"].again
    cluster.apply(documents(NEW.jwks))
    cluster.apply(KEYS)
    cluster.run(4 * MINUTE / SECOND)
    assert ask(cluster, signed_by(NEW)) == (200, "")
    assert not cluster.parts["jwks"].again


def test_a_fork_fetches_by_itself():
    """What one has fetched, the other has not."""
    cluster = made().fork()
    twin = cluster.fork()
    demanding(cluster, jwksUri=URI)
    assert cluster.parts["jwks"].keys()
    assert not twin.parts["jwks"].keys()
