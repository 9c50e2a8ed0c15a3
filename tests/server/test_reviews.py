"""Reviews: questions about access whose answers are stored nowhere."""

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


def test_a_review_about_nothing_is_refused():
    """Or about two things at once."""
    kinds = ("selfsubjectaccessreviews", "SelfSubjectAccessReview", {})
    assert ask(AUTHORIZATION, *kinds).code == 400


def test_unknown_credentials_are_unauthorized():
    """Before anything else is looked at."""
    assert respond(Cluster(), Request("GET", "/api", user=None)).code == 401
