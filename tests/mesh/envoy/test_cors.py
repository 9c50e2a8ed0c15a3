"""CORS, as a real Envoy 1.40 answers."""

import pytest

from kubelearn.mesh.envoy.cors import allowed, answered
from kubelearn.mesh.envoy.matching import asked

SHOP = "http://shop"


def told(cors, method="OPTIONS", origin=SHOP, wanted="PUT", headers=""):
    """Whether a request is answered here, and what a browser is told."""
    given = {"origin": origin, "access-control-request-method": wanted,
             "access-control-request-headers": headers}  # fmt: skip
    request = asked(method, "b", "/", {name: text for name, text in given.items() if text})
    found: dict[str, str] = {}
    here = answered(cors, request, found)
    return here, {name.removeprefix("access-control-"): value for name, value in found.items()}


def policy(*origins, **more):
    """A policy for some origins."""
    return {"allow_origin_string_match": [{"exact": one} for one in origins], **more}


def test_a_preflight_learns_everything():
    """Also what another answer would expose."""
    cors = policy(SHOP, allow_methods="PUT,GET", allow_headers="x-a", max_age="10",
                  expose_headers="x-b", allow_credentials=True)  # fmt: skip
    assert told(cors) == (True, {
        "allow-origin": SHOP, "allow-credentials": "true", "expose-headers": "x-b",
        "allow-methods": "PUT,GET", "allow-headers": "x-a", "max-age": "10",
    })  # fmt: skip
    assert told(cors, method="GET") == (False, {
        "allow-origin": SHOP, "allow-credentials": "true", "expose-headers": "x-b",
    })  # fmt: skip


@pytest.mark.parametrize(
    ("matcher", "known"),
    [({"exact": "*"}, True), ({"safe_regex": {"regex": "."}}, True), ({"prefix": "*"}, True),
     ({"exact": "x"}, False), ({"prefix": "http"}, True)],
)  # fmt: skip
def test_who_takes_a_star_takes_everybody(matcher, known):
    """Whatever kind of matcher it is."""
    assert allowed({"allow_origin_string_match": [matcher]}, SHOP) == known


def test_a_star_for_methods_and_headers_answers_what_was_asked():
    """Nothing where nothing was asked."""
    cors = policy(SHOP, allow_methods="*", allow_headers="*")
    assert told(cors, headers="x-q")[1]["allow-headers"] == "x-q"
    assert told(cors) == (True, {"allow-origin": SHOP, "allow-methods": "PUT", "allow-headers": ""})


def test_strangers_are_sent_on_or_answered_without_an_origin():
    """As the policy says."""
    assert told(policy("x", allow_methods="PUT")) == (False, {})
    kept = policy("x", allow_methods="PUT", forward_not_matching_preflights=False)
    assert told(kept) == (True, {"allow-methods": "PUT"})
    assert told(kept, wanted="") == (False, {})


def test_without_a_policy_or_an_origin_nothing_is_told():
    """Then it is a request like any other."""
    assert told(None) == (False, {})
    assert told(policy("*"), origin="") == (False, {})
