"""Clients that follow redirects."""

import pytest

from kubelearn.traffic.call import Call, Target
from kubelearn.world.redirects import GAVE_UP, follow


class Site:
    """Answers by path: a place to go to, or 200."""

    def __init__(self, places, status=302):
        self.places, self.status, self.asked = places, status, []

    def __call__(self, url, *, method, headers):
        """One request."""
        self.asked.append((method, url, headers))
        target = Target.of(url)
        call = Call(1, url, method, "internet", 0, target, headers, status=200)
        if target.path in self.places:
            call.status = self.status
            call.found(response={"location": self.places[target.path]})
        return call


def test_a_redirect_is_followed():
    """A relative place stays on the host; the Host header is for the first one only."""
    site = Site({"/a": "/b", "/b": "http://other.example.com/c"})
    options = {"method": "GET", "headers": {"Host": "h", "y": "1"}}
    call = follow(site, "http://x.example.com/a", options)
    urls = [url for _, url, _ in site.asked]
    assert urls[1:] == ["http://x.example.com/b", "http://other.example.com/c"]
    assert call.status == 200
    assert site.asked[-1][2] == {"y": "1"}


def test_endless_redirects_end():
    """After 50 the client gives up, as curl does."""
    site = Site({"/": "/"})
    call = follow(site, "http://x/", {"method": "GET", "headers": {}})
    assert (call.status, call.error, len(site.asked)) == (0, GAVE_UP, 51)


@pytest.mark.parametrize(("status", "method"), [(302, "GET"), (308, "POST")])
def test_what_becomes_of_a_post(status, method):
    """Old redirects make it a GET."""
    site = Site({"/a": "/b"}, status)
    follow(site, "http://x/a", {"method": "POST", "headers": {}})
    assert site.asked[-1][0] == method
