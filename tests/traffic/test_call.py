"""Calls: what a URL asks for, and how a trace reads."""

import json
import re

import pytest

from kubelearn.sim.clock import MILLISECOND, SECOND
from kubelearn.traffic import Call, Target

URL = "http://web/cart"


@pytest.fixture
def call():
    """Sent at 1 s, answered 12 ms later; its pod has asked another one."""
    made = Call(1, URL, "GET", "pod/client", SECOND, Target.of(URL))
    made.saw(SECOND, "resolver", "pod/client", "web is <10.96.0.7>", names=("a", ("b",)))
    inner = Call(2, "http://x/", "GET", "pod/web", SECOND, Target.of("http://x/"))
    inner.saw(SECOND + 2 * MILLISECOND, "pod", "x", "answers 200")
    made.include(inner)
    made.status, made.finished = 200, SECOND + 12 * MILLISECOND
    return made


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://web", Target("http", "web", 80, "/")),
        ("https://web/a?b=c", Target("https", "web", 443, "/a")),
        ("http://WEB:8080/a", Target("http", "web", 8080, "/a")),
        ("grpc://cart:7070", Target("grpc", "cart", 7070, "/")),
    ],
)
def test_parts_of_a_url(url, target):
    """The port of the scheme, unless one is named."""
    assert target == Target.of(url)


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("web/cart", "write http://host/path"),
        ("tcp://redis", "write tcp://redis:PORT"),
        ("http://web:70000/", "has no port from 1 to 65535"),
        ("http://web:x/", "has no port from 1 to 65535"),
    ],
)
def test_what_is_no_url(url, text):
    """The error says what to write."""
    with pytest.raises(ValueError, match=text):
        Target.of(url)


def test_latency_is_in_seconds(call):
    """And 0 while the call is on its way."""
    assert call.latency == 0.012
    call.finished = None
    assert call.latency == 0.0
    assert "on its way" in str(call)


def test_a_status_from_400_on_is_not_ok(call):
    """Nor is none at all."""
    assert call.ok
    for status in (0, 404, 503):
        call.status = status
        assert not call.ok


def test_the_text_has_a_line_for_each_step(call):
    """After how long, which hop, where, what it did; inner calls are marked."""
    assert str(call).splitlines() == [
        "GET http://web/cart from pod/client: 200 after 12.0 ms",
        "     0.0 ms  resolver    pod/client  web is <10.96.0.7>",
        "     2.0 ms  pod         › x         answers 200",
    ]


def test_a_failure_says_why(call):
    """Long times are in seconds."""
    call.status, call.error, call.finished = 0, "connection timed out", 11 * SECOND
    assert str(call).startswith(
        "GET http://web/cart from pod/client: failed after 10.000 s: connection timed out\n"
    )


def test_the_table_can_be_read_aloud(call):
    """Caption, heads of columns and rows; nothing of the texts is markup."""
    html = call._repr_html_()
    assert "<caption" in html
    assert html.count("scope='col'") == 4
    assert html.count("style='text-align:left;white-space:pre'") == 4 + 3 * 2
    assert html.count("white-space:pre-wrap") == 2  # what a hop decided may take several lines
    assert html.count("scope='row'") == 2
    assert "&lt;10.96.0.7&gt;" in html
    assert len(re.findall(r"<(?!/|tr|td|th|table|thead|tbody|caption|b>|div style)", html)) == 0


def test_the_data_is_json(call):
    """With lists for tuples."""
    data = call.to_dict()
    assert json.loads(json.dumps(data)) == data
    assert data["trace"][0]["detail"] == {"names": ["a", ["b"]]}


def test_a_fork_goes_its_own_way(call):
    """What it finds out stays with it."""
    twin = call.fork()
    twin.found(pod="p")
    twin.saw(SECOND, "pod", "p", "works")
    assert (len(call.trace), "pod" in call.state) == (2, False)
