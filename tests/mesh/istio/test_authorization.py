"""AuthorizationPolicy: the order of decisions, and the cases between HTTP and TCP."""

from dataclasses import replace

import pytest

from kubelearn.mesh.istio.attributes import Peer, when_field
from kubelearn.mesh.istio.authorization import judge
from kubelearn.mesh.istio.text_match import matches_path, matches_text, normalised

PEER = Peer("shop", {"app": "web"}, 80, method="GET", path="/", principal="td/ns/shop/sa/cart")


def policy(action, *rules, namespace="shop", **selector):
    """A policy with rules in the short form of an AuthorizationPolicy."""
    spec = {"action": action, "rules": list(rules)}
    if selector:
        spec["selector"] = {"matchLabels": selector}
    return {"metadata": {"namespace": namespace, "name": action.lower()}, "spec": spec}


GET = {"to": [{"operation": {"methods": ["GET"]}}]}
CART = {"from": [{"source": {"serviceAccounts": ["cart"]}}]}


def test_without_a_policy_everything_passes():
    """And a policy of another workload or namespace is none."""
    assert judge([], PEER).allowed
    assert judge([policy("ALLOW", namespace="other")], PEER).allowed
    assert judge([policy("ALLOW", app="other")], PEER).allowed


def test_an_allow_without_rules_allows_nothing():
    """While one empty rule matches everything."""
    assert not judge([policy("ALLOW")], PEER).allowed
    assert judge([policy("ALLOW", {})], PEER).allowed


def test_custom_then_deny_then_allow():
    """Each can only take away what comes after it; the policy that decided is told."""
    allow, deny, custom = policy("ALLOW", {}), policy("DENY", GET), policy("CUSTOM", {})
    assert judge([allow, deny], PEER)[:2] == (False, "shop/deny")
    assert judge([allow, deny], replace(PEER, method="PUT"))[:2] == (True, "shop/allow")
    assert judge([allow, custom], PEER)[:2] == (False, "shop/custom")
    assert judge([allow, custom], PEER, authorise=lambda _policy: True).allowed
    assert judge([policy("AUDIT", {})], PEER).allowed


def test_the_root_namespace_speaks_for_all():
    """With its selector, if it has one."""
    assert not judge([policy("DENY", {}, namespace="istio-system")], PEER).allowed


def test_an_account_without_namespace_is_one_of_the_policys():
    """Another namespace's account of that name is someone else."""
    assert judge([policy("ALLOW", CART)], PEER).allowed
    other = replace(PEER, principal="td/ns/other/sa/cart")
    assert not judge([policy("ALLOW", CART)], other).allowed


def test_what_tcp_does_not_have_never_allows_and_never_saves():
    """An ALLOW on methods never matches; a DENY on methods and port denies by the port."""
    raw = replace(PEER, http=False)
    rule = {"to": [{"operation": {"methods": ["GET"], "ports": ["80"]}}]}
    assert not judge([policy("ALLOW", rule)], raw).allowed
    assert not judge([policy("DENY", rule)], raw).allowed
    assert judge([policy("DENY", rule)], replace(raw, port=81)).allowed


def test_claims():
    """Lists, nested ones, and blanks in `scope` only; numbers and truth values are no texts."""
    claims = {"iss": "i", "sub": "s", "groups": ["a", 1, "b"], "x": {"y": "1"}, "n": 1, "t": True,
              "scope": "read write"}  # fmt: skip
    peer = replace(PEER, claims=claims)
    read = {key: when_field(f"request.auth.claims{key}").read(peer)
            for key in ("[groups]", "[x][y]", "[x][z]", "[scope]", "[n]", "[t]")}  # fmt: skip
    assert read == {"[groups]": ["a", "b"], "[x][y]": ["1"], "[x][z]": [],
                    "[scope]": ["read", "write"], "[n]": [], "[t]": []}  # fmt: skip


def may(peer, **entry):
    """Whether an ALLOW policy with one source lets a request pass."""
    return judge([policy("ALLOW", {"from": [{"source": entry}]})], peer).allowed


@pytest.mark.parametrize(
    ("wanted", "issuer", "subject", "passes"),
    [
        ("*", "i", "s", True), ("*", "i", None, False), ("*", None, "s", False),
        ("i/*", "i", "s", True), ("i/*", "i", None, False), ("i/s*", "i", "sub", True),
        ("*/s", "i", "s", True), ("*/s", "i", "a/s", False), ("*/*", "i", "s", False),
        ("*.com/s", "https://a.com", "s", True), ("*s", "i", "abs", True),
        ("https://a.com/s", "https://a.com", "s", True), ("a*", "abc", "s", True),
        ("https://a*", "https://a.com", "s", False), ("i", "i", "s", False),
        ("i/s", 1, "s", False),
    ],
)  # fmt: skip
def test_request_principals(wanted, issuer, subject, passes):
    """Issuer and subject are compared each by itself; the last slash stands between them."""
    pair = {"iss": issuer, "sub": subject}
    claims = {name: value for name, value in pair.items() if value is not None}
    assert may(replace(PEER, claims=claims), requestPrincipals=[wanted]) == passes


@pytest.mark.parametrize(
    ("entry", "passes"),
    [
        ({"namespaces": ["team-*-x"]}, True),
        ({"namespaces": ["team"]}, False),
        ({"namespaces": ["*"]}, True),
        ({"trustDomains": ["td*"]}, True),
        ({"trustDomains": ["other"]}, False),
        ({"serviceAccounts": ["team-a-x/web"]}, True),
        ({"serviceAccounts": ["web"]}, False),
        ({"serviceAccounts": ["team-a-x/we"]}, False),
    ],
)
def test_parts_of_an_identity(entry, passes):
    """A star may stand anywhere in a namespace."""
    assert may(replace(PEER, principal="td1/ns/team-a-x/sa/web"), **entry) == passes


@pytest.mark.parametrize(
    ("key", "values", "passes"),
    [
        ("connection.sni", ["outbound_.80_._.web*"], True),
        ("connection.sni", ["web"], False),
        ("source.serviceAccount", ["team/web"], True),
        ("source.serviceAccount", ["web"], False),
        ("request.experimental.inline.headers[x-groups]", ["b"], True),
        ("request.experimental.inline.headers[x-groups]", ["d"], False),
        ("request.headers[x-groups]", ["b"], False),
        ("experimental.envoy.filters.a.b[c]", ["d"], False),
    ],
)
def test_keys_of_conditions_that_the_api_takes(key, values, passes):
    """All of them can be asked for."""
    peer = replace(PEER, sni="outbound_.80_._.web.default", principal="td/ns/team/sa/web",
                   headers={"x-groups": "a,b,c"})  # fmt: skip
    rule = {"when": [{"key": key, "values": values}]}
    assert judge([policy("ALLOW", rule)], peer).allowed == passes


def test_a_policy_that_names_its_target_is_not_about_sidecars():
    """It is about a Gateway of the Gateway API, which is known by its label."""
    named = {"kind": "Gateway", "name": "edge", "group": "gateway.networking.k8s.io"}
    one = policy("DENY", {})
    one["spec"]["targetRefs"] = [named]
    assert judge([one], PEER).allowed
    of_gateway = {"gateway.networking.k8s.io/gateway-name": "edge"}
    assert not judge([one], replace(PEER, labels=of_gateway)).allowed
    single = policy("DENY", {})
    single["spec"]["targetRef"] = {**named, "kind": "Service"}
    assert judge([single], PEER).allowed


def test_an_unknown_key_is_an_error():
    """It names what there is."""
    with pytest.raises(ValueError, match=r"unknown key 'request\.moon'"):
        when_field("request.moon")


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("/a/./b", "/a/b"), ("/a/../b", "/b"), ("/a/%2E%2e/b", "/b"), ("/a//b", "/a//b"),
        ("/a/..", "/"), ("/../a", "/a"), ("/a\\b", "/a/b"), ("/a?b=/../c", "/a"),
        ("/%61dmin", "/admin"), ("/%7e%2D%5f%41", "/~-_A"), ("/a%2Fb%20", "/a%2Fb%20"),
        ("/a/..;x/b", "/b"), ("/a/.;/b", "/a/b"), ("/a/%2e%2e;/b", "/a/..;/b"), ("/a;x", "/a;x"),
        ("/x<{y}|", "/x%3C%7By%7D%7C"), ("/..%30", "/..0"), ("/%25%32%65", "/%252e"),
    ],
)  # fmt: skip
def test_paths_are_compared_as_proxies_see_them(target, wanted):
    """A path cannot slip past a rule by its spelling."""
    assert normalised(target) == wanted


def test_texts_and_templates():
    """`*` alone is anything but nothing; `{*}` one segment, `{**}` any number of characters."""
    assert [matches_text("*", text) for text in ("", "a")] == [False, True]
    assert matches_path("/a/{*}/c", "/a/b/c")
    assert not matches_path("/a/{*}/c", "/a//c")
    assert not matches_path("/a/{*}", "/a/b/c")
    assert matches_path("/a/{**}", "/a/b/c")
