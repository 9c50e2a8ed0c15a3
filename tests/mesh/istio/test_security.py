"""PeerAuthentication and RequestAuthentication."""

import pytest

from kubelearn.mesh.istio.peer_authentication import effective, inbound
from kubelearn.mesh.istio.request_authentication import Asked, Token, authenticate


def peer(namespace, mode, selector=None, ports=None):
    """A PeerAuthentication."""
    spec = {"mtls": {"mode": mode}}
    if selector:
        spec["selector"] = {"matchLabels": selector}
    if ports:
        spec["portLevelMtls"] = {port: {"mode": own} for port, own in ports.items()}
    return {"metadata": {"namespace": namespace}, "spec": spec}


def test_the_nearest_policy_counts_and_unset_inherits():
    """Mesh, namespace, workload, port."""
    policies = [
        peer("istio-system", "STRICT"),
        peer("shop", "UNSET"),
        peer("shop", "UNSET", {"app": "web"}, {"80": "DISABLE", "90": "UNSET"}),
    ]
    found = effective(policies, "shop", {"app": "web"}, "istio-system")
    assert found == ("STRICT", {"80": "DISABLE", "90": "STRICT"})
    assert effective(policies, "other", {}, "istio-system") == ("STRICT", {})
    assert effective([], "shop", {}, "istio-system") == ("PERMISSIVE", {})


@pytest.mark.parametrize("mode", ["PERMISSIVE", "STRICT"])
def test_the_mesh_s_own_connections_are_always_accepted(mode):
    """Unless mTLS is off."""
    assert inbound(mode, "http", "http", "mtls") == "accepted"
    assert inbound("DISABLE", "http", "http", "mtls") == "protocol_error"


def test_strict_closes_plain_connections():
    """Before any HTTP is spoken."""
    assert inbound("STRICT", "http", "http", "none") == "no_filter_chain"
    assert inbound("PERMISSIVE", "http", "http", "none") == "accepted"


RULES = [{"issuer": "a", "audiences": ["x"]}, {"issuer": "b"}]
TOKENS = {
    "good": Token({"iss": "b"}),
    "late": Token({"iss": "b"}, "Jwt is expired"),
    "elsewhere": Token({"iss": "c"}),
    "wrong": Token({"iss": "a", "aud": "y"}),
    "right": Token({"iss": "a", "aud": ["y", "x"]}),
}


def status(text, method="GET", rules=RULES, **parameters):
    """What a caller with this token gets."""
    headers = {"authorization": f"Bearer {text}"} if text else {}
    asked = Asked(method, headers, parameters)
    return authenticate(rules, asked, lambda one: TOKENS.get(one, Token(None, "bad"))).status


def test_a_missing_token_passes_and_a_bad_one_does_not():
    """403 is for the wrong audience alone."""
    texts = ("", "good", "right", "late", "elsewhere", "wrong", "?")
    found = {text: status(text) for text in texts}
    assert found == {"": 200, "good": 200, "right": 200, "late": 401, "elsewhere": 401,
                     "wrong": 403, "?": 401}  # fmt: skip


def test_a_preflight_needs_no_token():
    """Browsers send none."""
    headers = {"Origin": "x", "Access-Control-Request-Method": "GET", "Authorization": "Bearer ?"}
    asked = Asked("OPTIONS", headers, {})
    assert authenticate(RULES, asked, lambda _text: Token(None, "bad")).status == 200


def test_all_tokens_must_be_good():
    """Also one in the query, which is looked at first."""
    assert status("good", access_token="late") == 401
    assert status("", access_token="good") == 200
    assert status("late", access_token="wrong", rules=RULES[:1]) == 403
    assert status("wrong", access_token="late", rules=RULES[:1]) == 401


ELSEWHERE = [{"issuer": "a", "fromHeaders": [{"name": "x-a"}]}, {"issuer": "b"}]


@pytest.mark.parametrize(
    ("own", "usual", "wanted"),
    [("right", "", 200), ("right", "?", 200), ("?", "good", 200), ("?", "", 401),
     ("late", "", 401), ("", "elsewhere", 401), ("", "", 200), ("good", "right", 401)],
)  # fmt: skip
def test_good_tokens_at_the_places_of_one_rule_are_enough(own, usual, wanted):
    """What stands at the places of others does not count then; as a real Envoy has it."""
    headers = {"x-a": own, "authorization": f"Bearer {usual}" if usual else ""}
    asked = Asked("GET", {name: text for name, text in headers.items() if text}, {})
    found = authenticate(ELSEWHERE, asked, lambda one: TOKENS.get(one, Token(None, "bad")))
    assert found.status == wanted


def test_the_error_of_a_known_issuer_is_told():
    """That an issuer is not configured is only said where there is nothing else to say."""
    rules = [{"issuer": "b"}, {"issuer": "a"}]
    asked = Asked("GET", {"authorization": "Bearer late"}, {})
    assert authenticate(rules, asked, TOKENS.__getitem__).reason == "Jwt is expired"
