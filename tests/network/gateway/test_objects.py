"""Which listener accepts which route, and which backends may be named."""

import pytest

from kubelearn.network.gateway.objects import Objects, attached_routes

GATEWAY = {
    "kind": "Gateway",
    "metadata": {"name": "gw", "namespace": "infra"},
    "spec": {"listeners": [{"name": "http", "port": 80, "hostname": "*.example.com"}]},
}


def route(*, namespace="infra", parent=None, hostnames=()):
    """A route to the gateway."""
    ref = {"name": "gw", "namespace": "infra", **(parent or {})}
    spec = {"parentRefs": [ref], "hostnames": list(hostnames)}
    metadata = {"name": "r", "namespace": namespace}
    return {"kind": "HTTPRoute", "metadata": metadata, "spec": spec}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ""),
        ({"hostnames": ["a.example.com"]}, ""),
        ({"hostnames": ["example.com"]}, "NoMatchingListenerHostname"),
        ({"parent": {"sectionName": "https"}}, "NoMatchingParent"),
        ({"parent": {"port": 81}}, "NoMatchingParent"),
        ({"namespace": "app"}, "NotAllowedByListeners"),
        ({"parent": {"name": "other"}}, "-"),
    ],
)
def test_reasons(given, expected):
    """Those of the condition Accepted."""
    one = route(**given)
    [listener] = GATEWAY["spec"]["listeners"]
    assert Objects.of([one]).problem(one, GATEWAY, listener) == expected
    assert attached_routes(Objects.of([one]), GATEWAY) == {"http": int(expected == "")}


def grant(**to):
    """A grant of namespace app for routes of infra."""
    source = {"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "infra"}
    spec = {"from": [source], "to": [{"group": "", "kind": "Service", **to}]}
    return {"kind": "ReferenceGrant", "metadata": {"name": "g", "namespace": "app"}, "spec": spec}


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        ({"name": "web"}, ""),
        ({"name": "gone"}, "BackendNotFound"),
        ({"name": "web", "kind": "Bucket"}, "InvalidKind"),
        ({"name": "api", "namespace": "app"}, ""),
        ({"name": "web", "namespace": "app"}, "RefNotPermitted"),
    ],
)
def test_backends(ref, expected):
    """Reasons of the condition ResolvedRefs."""
    known = frozenset({("infra", "web"), ("app", "api"), ("app", "web")})
    objects = Objects.of([grant(name="api")], services=known)
    assert objects.backend_problem("infra", ref) == expected
