"""Logins before an ALB: to the identity provider, back with a code, and then with a session."""

import json
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

import kubelearn as kl
from tests.cloud.aws.edge import refusals
from tests.cloud.aws.elb.prerouting.secure import AUTH, SECRET, URL, secure, told

OIDC = json.dumps({
    "issuer": AUTH.name, "authorizationEndpoint": f"{AUTH.name}/authorize",
    "tokenEndpoint": f"{AUTH.name}/token", "userInfoEndpoint": f"{AUTH.name}/me",
    "secretName": "oidc", "authenticationRequestExtraParams": {"prompt": "login"},
})  # fmt: skip
POOL = json.dumps({
    "userPoolARN": "arn:aws:cognito-idp:us-west-2:111122223333:userpool/us-west-2_abc",
    "userPoolClientID": "shop", "userPoolDomain": "shop",
})  # fmt: skip


MADE_UP = ("x", "W10", "eyJjbGllbnQiOiAieCJ9", "eyJjbGllbnQiOiAic2hvcCIsICJlbmRzIjogIngifQ")
"""No JSON, a list, another client, an end that is no time."""


@pytest.fixture(scope="module")
def base():
    """Who has no session logs in."""
    return secure(auth_type="oidc", auth_idp_oidc=OIDC, auth_session_timeout="60")


@pytest.fixture
def cluster(base):
    """A fork of it."""
    return base.fork()


def cookies(*calls):
    """What a client sends back."""
    lines = "\n".join(call.state["response"].get("set-cookie", "") for call in calls).split("\n")
    return {"Cookie": "; ".join(line.partition(";")[0] for line in lines if line)}


def begun(cluster, path="cart?id=1"):
    """A request without a session."""
    return cluster.request(f"{URL}{path}")


def returned(cluster, first, code, **changes):
    """The client comes back from the provider, which it was sent to by `first`."""
    asked = parse_qs(urlsplit(first.state["response"]["location"]).query)
    said = {"code": code, "state": asked["state"][0], **changes}
    headers = cookies(first)
    return cluster.request(f"{URL}oauth2/idpresponse?{urlencode(said)}", headers=headers)


def test_a_client_without_a_session_is_sent_to_the_provider(cluster):
    """With what RFC 6749 asks for."""
    call = begun(cluster)
    place = urlsplit(call.state["response"]["location"])
    asked = {name: values[0] for name, values in parse_qs(place.query).items()}
    assert (call.status, f"{place.scheme}://{place.netloc}{place.path}") == (
        302, f"{AUTH.name}/authorize",
    )  # fmt: skip
    assert (asked["client_id"], asked["response_type"], asked["scope"], asked["prompt"]) == (
        "shop", "code", "openid", "login",
    )  # fmt: skip
    assert asked["redirect_uri"] == f"{URL}oauth2/idpresponse"


def test_a_login_ends_where_it_began(cluster):
    """With a session that counts for its time."""
    back = returned(cluster, begun(cluster), AUTH.token("ada"))
    assert (back.status, back.state["response"]["location"]) == (302, f"{URL}cart?id=1")
    assert cookies(back)["Cookie"].startswith("AWSELBAuthSessionCookie-0=")
    call = cluster.request(URL, headers=cookies(back))
    assert (call.status, call.headers["x-amzn-oidc-identity"]) == (200, "ada")
    assert "the session of ada; default/web:80" in told(call)
    cluster.run("60s")
    assert cluster.request(URL, headers=cookies(back)).status == 302


@pytest.mark.parametrize(
    ("code", "status"),
    [("", 561), ("x", 561), (kl.Issuer("https://other.example.com").token("ada"), 561),
     (AUTH.token("ada", exp="1m"), 561), (kl.Issuer(AUTH.name, "ES256").token("ada"), 302)],
)  # fmt: skip
def test_codes_that_the_provider_does_not_know(cluster, code, status):
    """561, its error."""
    assert returned(cluster, begun(cluster), code).status == status


def test_a_login_that_nobody_has_begun(cluster):
    """Neither a made-up state nor somebody else's."""
    code = AUTH.token("ada")
    for state in ("x", "eyJydWxlIjogMX0"):
        assert returned(cluster, begun(cluster), code, state=state).status == 401
    first = begun(cluster)
    asked = parse_qs(urlsplit(first.state["response"]["location"]).query)
    url = f"{URL}oauth2/idpresponse?{urlencode({'code': code, 'state': asked['state'][0]})}"
    assert "AWSALBAuthNonce is not that of the login: 401" in told(cluster.request(url))


def test_a_made_up_session_does_not_count(cluster):
    """Of another client, or no session at all."""
    for value in MADE_UP:
        headers = {"Cookie": f"AWSELBAuthSessionCookie-0={value}"}
        assert cluster.request(URL, headers=headers).status == 302


@pytest.mark.parametrize(("what", "status"), [("deny", 401), ("allow", 200)])
def test_what_becomes_of_others(what, status):
    """Denied, or let in without claims."""
    cluster = secure(auth_type="oidc", auth_idp_oidc=OIDC, auth_on_unauthenticated_request=what)
    call = cluster.request(URL)
    assert (call.status, "x-amzn-oidc-identity" in call.headers) == (status, False)


def test_plain_http_needs_no_login(cluster):
    """The action is one of HTTPS listeners."""
    assert cluster.request("http://shop.example.com/").status == 200


def test_a_user_pool_of_cognito():
    """Its domain, and its issuer."""
    cluster = secure(auth_type="cognito", auth_idp_cognito=POOL)
    first = begun(cluster)
    place = first.state["response"]["location"]
    assert place.startswith("https://shop.auth.us-west-2.amazoncognito.com/oauth2/authorize?")
    pool = kl.Issuer("https://cognito-idp.us-west-2.amazonaws.com/us-west-2_abc")
    assert returned(cluster, first, pool.token("ada")).status == 302


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"auth_type": "saml"}, "unknown authType: saml"),
        ({"auth_type": "oidc"}, "missing IDPConfigOIDC"),
        ({"auth_type": "cognito"}, "missing IDPConfigCognito"),
        ({"auth_type": "oidc", "auth_idp_oidc": "{}"}, 'Secret "" not found'),
        ({"auth_type": "oidc", "auth_idp_oidc": OIDC, "auth_session_timeout": "0"},
         "auth-session-timeout=0: it must be from 1 to 604800"),
        ({"auth_type": "oidc", "auth_idp_oidc": OIDC, "auth_on_unauthenticated_request": "ask"},
         "it must be one of authenticate, deny, allow"),
    ],
)  # fmt: skip
def test_what_is_refused(said, text):
    """In an event of the Ingress."""
    assert text in refusals(secure(**said))[-1]


def test_a_secret_that_comes_later():
    """The controller looks again when it changes."""
    cluster = secure()
    cluster.patch("secret/oidc", {"data": {"clientID": None}}, style="merge")
    said = {"auth-type": "oidc", "auth-idp-oidc": OIDC}
    named = {f"alb.ingress.kubernetes.io/{name}": value for name, value in said.items()}
    cluster.patch("ingress/shop", {"metadata": {"annotations": named}})
    cluster.run("5s")
    assert refusals(cluster)[-1].endswith("missing clientID, secret: default/oidc")
    cluster.apply(SECRET)
    cluster.run("5s")
    assert begun(cluster).status == 302


def test_forks_agree(cluster):
    """The same nonce, the same session."""
    twin = cluster.fork()
    firsts = [begun(each) for each in (cluster, twin)]
    assert cookies(firsts[0]) == cookies(firsts[1])
