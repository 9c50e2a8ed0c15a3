"""Ingress: hosts and paths."""

import pytest

from kubelearn.network.ingress import find_backend, is_prefix, secret_for


def ingress(name="x", *, created="2026-01-01T00:00:00Z", default=None, tls=(), **hosts):
    """An Ingress whose hosts have (path, type, Service) each."""
    rules = [
        {
            "host": "" if host == "any" else host.replace("_", "."),
            "http": {
                "paths": [
                    {"path": path, "pathType": kind, "backend": {"service": {"name": service}}}
                    for path, kind, service in paths
                ]
            },
        }
        for host, paths in hosts.items()
    ]
    spec = {"rules": rules, "tls": list(tls)}
    if default:
        spec["defaultBackend"] = {"service": {"name": default}}
    return {"metadata": {"name": name, "creationTimestamp": created}, "spec": spec}


def service(ingresses, host, path):
    """The Service that gets a request."""
    found = find_backend(ingresses, host, path)
    return found and found.backend["service"]["name"]


@pytest.mark.parametrize(
    ("prefix", "path", "fits"),
    [("/", "/x", True), ("/foo", "/foobar", False), ("/foo/", "/foo", True),
     ("/foo", "/foo/bar", True), ("/foo/bar", "/foo", False), ("/Foo", "/foo", False)],
)  # fmt: skip
def test_prefixes_go_by_elements(prefix, path, fits):
    """A slash at the end does not count, case does."""
    assert is_prefix(prefix, path) is fits


def test_an_exact_host_comes_before_a_wildcard_and_none():
    """What the exact one lacks no other gives."""
    one = ingress(
        a_b=[("/x", "Prefix", "exact")], **{"*_b": [("/", "Prefix", "wild")]},
        any=[("/", "Prefix", "any")],
    )  # fmt: skip
    assert service([one], "A.b", "/x") == "exact"
    assert service([one], "a.b", "/y") is None
    assert service([one], "c.b", "/y") == "wild"
    assert service([one], "d.c.b", "/y") == "any"


def test_exact_comes_before_prefix_of_the_same_path():
    """And the longest path before all."""
    paths = [("/a", "Prefix", "prefix"), ("/a", "Exact", "exact"), ("/a/b", "Prefix", "long")]
    one = ingress(any=paths)
    assert [service([one], "x", path) for path in ("/a", "/a/c", "/a/b")] == [
        "exact", "prefix", "long",
    ]  # fmt: skip


def test_of_two_ingresses_the_older_wins():
    """For the same host and path."""
    old = ingress("z", created="2026-01-01T00:00:00Z", any=[("/", "Prefix", "old")])
    new = ingress("a", created="2026-01-02T00:00:00Z", any=[("/", "Prefix", "new")])
    assert service([new, old], "x", "/") == "old"


def test_nobody_takes_what_fits_nothing():
    """The default backend, if one is named."""
    assert service([ingress(a_b=[])], "x", "/") is None
    assert service([ingress(default="fallback")], "x", "/") == "fallback"


def test_secrets_by_server_name():
    """Exact before wildcard; none for a name that nobody lists."""
    one = ingress(
        tls=[{"hosts": ["*.b"], "secretName": "w"}, {"hosts": ["a.b"], "secretName": "e"}]
    )
    found = [secret_for([one], name) for name in ("a.b", "c.b", "b")]
    assert found == [("default", "e"), ("default", "w"), None]
