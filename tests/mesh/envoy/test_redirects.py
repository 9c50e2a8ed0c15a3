"""Where redirects lead, as a real Envoy 1.40 says."""

import pytest

from kubelearn.mesh.envoy.matching import asked
from kubelearn.mesh.envoy.redirects import location


@pytest.mark.parametrize(
    ("redirect", "host", "place"),
    [
        ({}, "b:8080", "http://b:8080/old?q=1"),
        ({"port_redirect": 9000}, "b", "http://b:9000/old?q=1"),
        ({"port_redirect": 9000}, "b:8080", "http://b:9000/old?q=1"),
        ({"port_redirect": 80}, "b", "http://b:80/old?q=1"),
        ({"port_redirect": 9000}, "[::1]", "http://[::1]:9000/old?q=1"),
        ({"port_redirect": 9000}, "[::1]:80", "http://[::1]:9000/old?q=1"),
        ({"scheme_redirect": "https"}, "b:80", "https://b/old?q=1"),
        ({"scheme_redirect": "https"}, "b:8080", "https://b:8080/old?q=1"),
        ({"scheme_redirect": "http"}, "b:80", "http://b:80/old?q=1"),
        ({"https_redirect": True}, "b", "https://b/old?q=1"),
        ({"host_redirect": "x:81", "port_redirect": 82}, "b", "http://x:81:82/old?q=1"),
        ({"path_redirect": "/n"}, "b", "http://b/n?q=1"),
        ({"path_redirect": "/n?z=1"}, "b", "http://b/n?z=1"),
        ({"path_redirect": "/n", "strip_query": True}, "b", "http://b/n"),
        ({"prefix_rewrite": "/n", "strip_query": True}, "b", "http://b/nd"),
        ({"prefix_rewrite": "/n"}, "b", "http://b/nd?q=1"),
    ],
)
def test_location(redirect, host, place):
    """Ports are replaced, and none is left out because it is usual."""
    request = asked("GET", host, "/old?q=1", {})
    assert location(redirect, {"prefix": "/ol"}, request, "/old?q=1") == place


def test_the_port_that_came_counts_where_the_route_has_lost_it():
    """Istio's virtual hosts do not look at ports."""
    request = asked("GET", "b", "/", {})._replace(authority="b:8080")
    assert location({}, {}, request, "/") == "http://b:8080/"
