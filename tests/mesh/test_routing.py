"""What a proxy makes of a request before its routes are looked at, and what is worth a retry."""

import pytest

from kubelearn.mesh.routing import request_of, retries
from kubelearn.traffic.call import Call, Target
from kubelearn.traffic.proxying import Routed


def asked(url, **headers):
    """The request as routes see it, and its path and query."""
    return request_of(Call(1, url, "GET", "pod/a", 0, Target.of(url), headers))


def test_routes_see_paths_as_policies_do():
    """A path cannot slip past a route by its spelling; the query stays as it was sent."""
    request, target = asked("http://web/%61/..;x/%7Eb?c=%61")
    assert (request.path, target) == ("/~b", "/~b?c=%61")


@pytest.mark.parametrize(
    ("url", "headers", "authority"),
    [
        ("http://web/", {}, "web"), ("http://web:8080/", {}, "web:8080"),
        ("https://web/", {}, "web"), ("http://web:8080/", {"Host": "shop:90"}, "shop:90"),
    ],
)  # fmt: skip
def test_the_port_is_kept_for_redirects_alone(url, headers, authority):
    """Virtual hosts do not look at it."""
    request, _ = asked(url, **headers)
    assert (request.authority, request.host) == (authority, authority.partition(":")[0])


def test_a_connection_that_failed_was_reset_before_the_request():
    """Nothing of it has been sent then."""
    routed = Routed("", retry_on=("reset-before-request",))
    assert retries(routed, 0, "connect")
    assert not retries(routed, 0, "reset")
    assert not retries(routed, 503, "")
