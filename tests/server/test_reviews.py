"""Reviews: questions about access whose answers are stored nowhere."""

import pytest

from kubelearn.server.message import Request
from kubelearn.server.respond import respond
from tests.api.fresh import fresh


class Cluster:
    """A cluster that is nothing but its API server."""

    def __init__(self):
        self.api = fresh()


def ask(group, plural, kind, spec, user="alice", groups=("dev",)):
    """The answer to a review."""
    body = {"apiVersion": f"{group}/v1", "kind": kind, "spec": spec}
    path = f"/apis/{group}/v1/{plural}"
    return respond(Cluster(), Request("POST", path, body=body, user=user, groups=groups))


AUTHORIZATION, AUTHENTICATION = "authorization.k8s.io", "authentication.k8s.io"


def test_may_i():
    """No; an administrator may."""
    spec = {"resourceAttributes": {"verb": "get", "resource": "pods", "namespace": "default"}}
    kinds = ("selfsubjectaccessreviews", "SelfSubjectAccessReview", spec)
    assert ask(AUTHORIZATION, *kinds).body["status"] == {"allowed": False}
    assert ask(AUTHORIZATION, *kinds, user="").body["status"] == {"allowed": True}


def test_what_may_i():
    """What every user may."""
    kinds = ("selfsubjectrulesreviews", "SelfSubjectRulesReview", {"namespace": "default"})
    status = ask(AUTHORIZATION, *kinds).body["status"]
    assert status["incomplete"] is False
    assert {"/api", "/healthz"} <= set(status["nonResourceRules"][0]["nonResourceURLs"])


def test_who_am_i():
    """With the group of all who are known."""
    status = ask(AUTHENTICATION, "selfsubjectreviews", "SelfSubjectReview", {}).body["status"]
    wanted = {"username": "alice", "groups": ["dev", "system:authenticated"]}
    assert status["userInfo"] == wanted


def test_who_a_service_account_is():
    """It has a UID, and its groups have that of all who are known already."""
    path = f"/apis/{AUTHENTICATION}/v1/selfsubjectreviews"
    groups = ("system:serviceaccounts", "system:authenticated")
    asked = Request("POST", path, body={}, user="system:serviceaccount:a:b", groups=groups, uid="u")
    status = respond(Cluster(), asked).body["status"]
    wanted = {"username": "system:serviceaccount:a:b", "uid": "u", "groups": list(groups)}
    assert status["userInfo"] == wanted


def test_a_token_that_nobody_has():
    """Says so in the status."""
    kinds = ("tokenreviews", "TokenReview", {"token": "x"})
    status = ask(AUTHENTICATION, *kinds, user="").body["status"]
    assert status == {"user": {}, "error": "[invalid bearer token]"}


GET = {"verb": "get", "resource": "pods", "namespace": "default"}
NEITHER = (
    "spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or "
    "resourceAttributes must be specified"
)
BOTH = (
    'spec.nonResourceAttributes: Invalid value: {"Path":"/x","Verb":""}: cannot be specified in '
    "combination with resourceAttributes"
)
NOBODY = 'spec.user: Invalid value: "": at least one of user or group must be specified'
ELSEWHERE = (
    'spec.resourceAttributes.namespace: Invalid value: "other": must match metadata.namespace'
)
LOCAL = "namespaces/default/localsubjectaccessreviews"


@pytest.mark.parametrize(
    ("plural", "spec", "errors"),
    [
        ("selfsubjectaccessreviews", {}, [NEITHER]),
        (
            "selfsubjectaccessreviews",
            {"resourceAttributes": GET, "nonResourceAttributes": {"path": "/x"}},
            [BOTH],
        ),
        ("subjectaccessreviews", {}, [NEITHER, NOBODY]),
        ("subjectaccessreviews", {"resourceAttributes": GET}, [NOBODY]),
        (LOCAL, {"user": "u", "resourceAttributes": {**GET, "namespace": "other"}}, [ELSEWHERE]),
    ],
)
def test_a_review_is_about_one_thing_and_somebody(plural, spec, errors):
    """Upstream's words; a review has no kind in them."""
    found = ask(AUTHORIZATION, plural, "Kind", spec, user="")
    listed = errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]"
    assert found.code == 422
    assert found.body["message"] == f'.authorization.k8s.io "" is invalid: {listed}'


def test_a_local_review_has_its_namespace():
    """Whether it was sent or not."""
    spec = {"user": "u", "resourceAttributes": GET}
    found = ask(AUTHORIZATION, LOCAL, "LocalSubjectAccessReview", spec, user="")
    assert (found.code, found.body["metadata"]) == (201, {"namespace": "default"})


def test_reviews_of_nothing():
    """No namespace, no token."""
    found = ask(AUTHORIZATION, "selfsubjectrulesreviews", "SelfSubjectRulesReview", {})
    assert (found.code, found.body["message"]) == (400, "no namespace on request")
    found = ask(AUTHENTICATION, "tokenreviews", "TokenReview", {}, user="")
    expected = "token is required for TokenReview in authentication"
    assert (found.code, found.body["message"]) == (400, expected)


def test_unknown_credentials_are_unauthorized():
    """Before anything else is looked at."""
    assert respond(Cluster(), Request("GET", "/api", user=None)).code == 401
