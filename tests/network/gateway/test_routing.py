"""A request at a gateway, from listener to backend."""

import pytest

from kubelearn.network.gateway import Objects, Request, answer

LISTENERS = [
    {"name": "any", "port": 443}, {"name": "wild", "port": 443, "hostname": "*.b.c"},
    {"name": "exact", "port": 443, "hostname": "a.b.c"},
]  # fmt: skip
GATEWAY = {"metadata": {"name": "gw", "namespace": "x"}, "spec": {"listeners": LISTENERS}}


def objects(*backends, section=None):
    """One route with backends (name, weight)."""
    refs = [{"name": name, "weight": weight} for name, weight in backends]
    parent = {"name": "gw", **({"sectionName": section} if section else {})}
    spec = {"parentRefs": [parent], "rules": [{"backendRefs": refs}]}
    route = {"kind": "HTTPRoute", "metadata": {"name": "r", "namespace": "x"}, "spec": spec}
    return Objects.of([route])


@pytest.mark.parametrize(
    ("sni", "host", "status"),
    [("a.b.c", "a.b.c", 200), ("a.b.c", "z.b.c", 421), ("z.b.c", "y.b.c", 200),
     ("q", "a.b.c", 421), ("q", "r", 200)],
)  # fmt: skip
def test_a_request_for_another_listener_is_misdirected(sni, host, status):
    """The listener of the TLS handshake is not that of the host."""
    request = Request(host=host, sni=sni, scheme="https", port=443)
    assert answer(GATEWAY, objects(("web", 1)), request).status == status


def test_a_listener_without_routes_finds_nothing():
    """Though another one has some."""
    request = Request(host="a.b.c", port=443)
    assert answer(GATEWAY, objects(("web", 1), section="wild"), request).status == 404
    assert answer(GATEWAY, objects(("web", 1)), request._replace(port=80)).status == 404


def test_weights():
    """In proportion; without any it is 500."""
    both = objects(("v1", 9), ("v2", 1), ("v3", 0))
    request = Request(host="q", port=443)
    found = [answer(GATEWAY, both, request, lambda count, at=at: at).backend[1] for at in range(10)]
    assert found == ["v1"] * 9 + ["v2"]
    assert answer(GATEWAY, objects(("v1", 0)), request).status == 500
