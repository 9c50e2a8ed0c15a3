"""RequestAuthentication with signed tokens, at sidecars and at the ingress gateway."""

import pytest

from kubelearn.api.jwt.issuer import Issuer
from kubelearn.cluster import Cluster
from tests.mesh.programs import CLIENTS
from tests.mesh.test_data_path import server

ISSUER = Issuer("https://auth.example.com")
PRINCIPAL = "https://auth.example.com/ada"
GATEWAY = """
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gw}
spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web}
spec: {hosts: ["*"], gateways: [gw], http: [{route: [{destination: {host: web}}]}]}
"""  # noqa: E501


@pytest.fixture(scope="module")
def started():
    """A server and a client with proxies, and a way in from the internet."""
    cluster = Cluster(nodes=2, zones=1, seed=6)
    cluster.install("istio")
    cluster.run("30s")
    cluster.apply(CLIENTS)
    cluster.apply(server("web"))
    cluster.apply(GATEWAY)
    return cluster.run("60s")


@pytest.fixture
def cluster(started):
    """A copy for one test."""
    return started.fork()


def secure(cluster, kind, namespace="default", **spec):
    """Apply an object of Istio's security, and wait until proxies have it."""
    cluster.apply({"apiVersion": "security.istio.io/v1", "kind": kind,
                   "metadata": {"name": "web", "namespace": namespace}, "spec": spec})  # fmt: skip
    cluster.run("1s")


def authenticated(cluster, namespace="default", **rule):
    """Tokens of the issuer are checked."""
    rule = {"issuer": ISSUER.name, "jwks": ISSUER.jwks, **rule}
    secure(cluster, "RequestAuthentication", namespace, jwtRules=[rule])


def ask(cluster, token="", **options):
    """A request from the client's pod."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return cluster.request("http://web/", client="pod/client", headers=headers, **options)


def enter(cluster, token=""):
    """A request from the internet, by a node's port."""
    service = cluster.object("service/istio-ingressgateway", "istio-system")
    port = next(one["nodePort"] for one in service["spec"]["ports"] if one["port"] == 80)
    node = cluster.kubectl("get nodes -o jsonpath={.items[0].status.addresses[0].address}")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"http://{str(node).strip()}:{port}/"
    return cluster.request(url, client="internet", headers=headers)


def told(call):
    """Status, body and flags."""
    return call.status, call.body, call.flags


def test_a_good_token_and_none_pass(cluster):
    """And the trace says whose it is."""
    authenticated(cluster)
    good, none = ask(cluster, ISSUER.token("ada")), ask(cluster)
    assert (good.status, none.status) == (200, 200)
    assert "JWT of https://auth.example.com, subject ada" in str(cluster.why(good))
    assert "no JWT" in str(cluster.why(none))


BAD = {
    "Jwt is expired": ISSUER.token("ada", exp=1),
    "Jwt not yet valid": ISSUER.token("ada", nbf="2h", exp="3h"),
    "Jwt issuer is not configured": Issuer("https://other.example.com").token("ada"),
    "Jwks doesn't have key to match kid or alg from Jwt":
        Issuer(ISSUER.name, "ES256").token("ada"),
    "Jwt verification fails": ISSUER.token("ada").rpartition(".")[0] + ".AAAA",
    "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections": "garbage",
}  # fmt: skip


def test_a_bad_token_is_told_in_envoys_words(cluster):
    """401 for each sort, without a flag."""
    authenticated(cluster)
    for text, token in BAD.items():
        call = ask(cluster, token)
        assert (401, text, "") == told(call)
        assert f"refused: {text}: 401" in str(cluster.why(call))


def test_the_wrong_audience_is_forbidden(cluster):
    """403, and the right one of several passes."""
    authenticated(cluster, audiences=["shop"])
    assert told(ask(cluster, ISSUER.token("ada"))) == (403, "Audiences in Jwt are not allowed", "")
    assert ask(cluster, ISSUER.token("ada", aud=["x", "shop"])).status == 200


def test_a_token_expires_while_time_passes(cluster):
    """A minute of skew is allowed; a fork's clock is its own."""
    authenticated(cluster)
    token = ISSUER.token("ada", exp=100)
    later = cluster.fork()
    later.run("90s")
    assert told(ask(later, token)) == (401, "Jwt is expired", "")
    cluster.run("30s")
    assert ask(cluster, token).status == 200


def test_a_token_may_be_demanded(cluster):
    """An AuthorizationPolicy asks for the principal: without a token 403, not 401."""
    authenticated(cluster)
    source = {"source": {"requestPrincipals": [PRINCIPAL]}}
    secure(cluster, "AuthorizationPolicy", action="ALLOW", rules=[{"from": [source]}])
    assert told(ask(cluster)) == (403, "RBAC: access denied", "RBAC")
    assert ask(cluster, ISSUER.token("ada")).status == 200
    assert ask(cluster, ISSUER.token("bob")).status == 403


def test_claims_are_asked_for(cluster):
    """A list, a text with blanks, a claim within a claim."""
    authenticated(cluster)
    keys = {"request.auth.claims[groups]": "admin", "request.auth.claims[scope]": "write",
            "request.auth.claims[realm][role]": "boss"}  # fmt: skip
    when = [{"key": key, "values": [value]} for key, value in keys.items()]
    secure(cluster, "AuthorizationPolicy", action="ALLOW", rules=[{"when": when}])
    claims = {"groups": ["user", "admin"], "scope": "read write", "realm": {"role": "boss"}}
    assert ask(cluster, ISSUER.token("ada", **claims)).status == 200
    for name in claims:
        assert ask(cluster, ISSUER.token("ada", **{**claims, name: "user"})).status == 403


def test_keys_that_must_be_fetched_are_not_there(cluster):
    """As with istiod whose fetch has failed."""
    secure(cluster, "RequestAuthentication",
           jwtRules=[{"issuer": ISSUER.name, "jwksUri": f"{ISSUER.name}/jwks"}])  # fmt: skip
    assert told(ask(cluster, ISSUER.token("ada"))) == (
        401,
        "Jwks doesn't have key to match kid or alg from Jwt",
        "",
    )
    assert ask(cluster).status == 200


def test_a_rule_without_issuer_does_nothing(cluster):
    """And one whose keys are none refuses its tokens."""
    cluster.delete("validatingwebhookconfiguration/istiod-default-validator")
    secure(cluster, "RequestAuthentication", jwtRules=[{"jwks": ISSUER.jwks}])
    assert ask(cluster, "garbage").status == 200
    authenticated(cluster, jwks="{}")
    wanted = "Jwks doesn't have any valid public key"
    assert (401, wanted, "") == told(ask(cluster, ISSUER.token("ada")))


def test_the_gateway_checks_tokens(cluster):
    """Before it routes; the token does not go on unless it is forwarded."""
    authenticated(cluster, "istio-system")
    late = enter(cluster, ISSUER.token("ada", exp=1))
    assert told(late) == (401, "Jwt is expired", "")
    call = enter(cluster, ISSUER.token("ada"))
    seen = [step.decision for step in call.trace if step.hop == "inbound"]
    assert call.status == 200
    assert "no JWT" in seen[0]
    authenticated(cluster, "istio-system", forwardOriginalToken=True)
    call = enter(cluster, ISSUER.token("ada"))
    assert any("subject ada" in one.decision for one in call.trace if one.hop == "inbound")


def test_the_gateway_demands_a_token(cluster):
    """Only where its own namespace asks for it."""
    authenticated(cluster, "istio-system", outputPayloadToHeader="x-claims")
    source = {"source": {"requestPrincipals": [PRINCIPAL]}}
    cluster.apply({"apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy",
                   "metadata": {"name": "edge", "namespace": "istio-system"},
                   "spec": {"selector": {"matchLabels": {"istio": "ingressgateway"}},
                            "rules": [{"from": [source]}]}})  # fmt: skip
    payload = ISSUER.token("ada").split(".")[1]
    when = [{"key": "request.headers[x-claims]", "values": [payload]}]
    secure(cluster, "AuthorizationPolicy", rules=[{"when": when}])
    assert told(enter(cluster)) == (403, "RBAC: access denied", "RBAC")
    assert enter(cluster, ISSUER.token("ada")).status == 200
    assert ask(cluster).status == 403
