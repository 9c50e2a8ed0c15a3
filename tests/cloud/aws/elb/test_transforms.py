"""What rules of an ALB rewrite before a request goes to a target."""

import json

import pytest

from kubelearn.cloud.aws.elb.transforms import Rewritten, rewritten
from kubelearn.traffic.balancers import Request
from tests.cloud.aws.edge import annotate, edge, refusals

HOST, URL = "host-header-rewrite", "url-rewrite"
CONFIGS = {HOST: "hostHeaderRewriteConfig", URL: "urlRewriteConfig"}


def request(path="/api/users?id=1", host="a.example.com"):
    """What the balancer sees."""
    return Request("http", "GET", host, path, {})


def change(kind, regex, replace):
    """A transform as rules have it."""
    return {"type": kind, "regex": regex, "replace": replace}


@pytest.mark.parametrize(
    ("transform", "expected"),
    [
        (change(URL, "^/api/(.+)$", "/$1"), Rewritten(path="/users")),
        (change(URL, "^/other/(.+)$", "/$1"), Rewritten()),
        (change(URL, "users", "people"), Rewritten(path="/api/people")),
        (change(HOST, r"^(.+)\.example\.com$", "$1.example.org"), Rewritten(host="a.example.org")),
        (change(HOST, "example.net", "x"), Rewritten()),
    ],
)
def test_what_becomes_of_a_request(transform, expected):
    """Where the expression does not match it goes on as it is."""
    assert rewritten([transform], request()) == expected


def transformed(*transforms):
    """The ALB of the shop with transforms for its rule."""
    given = [{"type": kind, CONFIGS.get(kind, "x"): {"rewrites": list(rewrites)}}
             for kind, rewrites in transforms]  # fmt: skip
    return annotate(edge(), **{"transforms.web": json.dumps(given)})


def test_a_target_hears_the_new_host_and_path():
    """The rule has gone by the old ones."""
    cluster = transformed(
        (URL, [{"regex": "^/api/(.+)$", "replace": "/$1"}]),
        (HOST, [{"regex": "^shop", "replace": "store"}]),
    )
    call = cluster.request("http://shop.example.com/api/users")
    assert call.body.splitlines()[0].endswith("answers GET /users")
    assert call.headers["Host"] == "store.example.com"
    assert "rewrites the host to store.example.com, rewrites the path to /users" in str(call)


def test_a_load_goes_one_by_one():
    """And each request arrives."""
    cluster = transformed((URL, [{"regex": "^/api", "replace": ""}]))
    load = cluster.load("http://shop.example.com/api/users", rate=20, duration="5s")
    cluster.run("10s")
    assert {outcome for *_, outcome in load.requests()} == {"ok"}


@pytest.mark.parametrize(
    ("transforms", "text"),
    [
        ([("rewrite", [])], "unknown transform type: rewrite"),
        ([(URL, [])], "url-rewrite needs one rewrite, 0 given"),
        ([(URL, [{"regex": "("}])], "'(' is no regular expression"),
        ([(URL, [{"regex": "a"}])] * 2, "a rule can have one transform of type url-rewrite"),
    ],
)
def test_what_is_refused(transforms, text):
    """Before anything changes."""
    assert text in refusals(transformed(*transforms))[-1]
