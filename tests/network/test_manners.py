"""How proxies speak for themselves."""

import pytest

from kubelearn.network.manners import MANNERS, nginx_page
from kubelearn.network.verdict import REFUSED, TIMED_OUT


@pytest.mark.parametrize(
    ("owner", "failure", "error", "answer"),
    [
        ("mesh", "connect", TIMED_OUT, (503, "UF")),
        ("mesh", "timeout", "", (504, "UT")),
        ("edges", "connect", REFUSED, (502, "")),
        ("edges", "connect", TIMED_OUT, (504, "")),
        ("edges", "reset", "", (502, "")),
        ("edges", "timeout", "", (504, "")),
    ],
)
def test_what_the_last_failure_becomes(owner, failure, error, answer):
    """Envoy says 503 with a flag where nginx says 502."""
    assert MANNERS[owner].failed(failure, error) == answer


def test_pages():
    """Envoy's are one line, by flag; nginx's are HTML, by status."""
    assert MANNERS["mesh"].page(503, "URX,UH") == "no healthy upstream"
    assert MANNERS["edges"].page(504, "") == nginx_page(504)
    assert "<h1>504 Gateway Time-out</h1>" in nginx_page(504)
