"""Tokens of service accounts."""

import base64
import json

import pytest

from kubelearn.api import tokens
from kubelearn.cluster import Cluster


@pytest.fixture
def cluster():
    """A small one with a pod."""
    made = Cluster(nodes=1, seed=7)
    made.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
                "spec": {"containers": [{"name": "c", "image": "nginx"}]}})  # fmt: skip
    return made.run("20s")


def claims(token):
    """What a token says."""
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def issued(cluster, seconds=600, audiences=(), bound=None):
    """A token of the account default."""
    account = cluster.object("serviceaccount/default")
    return tokens.issue(cluster.api, account, list(audiences), seconds, cluster.clock.now, bound)


def test_who_has_a_token(cluster):
    """The account and its groups."""
    user = tokens.authenticated(cluster.api, issued(cluster))
    assert user.name == "system:serviceaccount:default:default"
    assert user.groups == ("system:serviceaccounts", "system:serviceaccounts:default",
                           "system:authenticated")  # fmt: skip


def test_what_a_token_says(cluster):
    """Claims as the API server writes them."""
    found = claims(issued(cluster, 600))
    assert found["exp"] - found["iat"] == 600
    assert found["kubernetes.io"]["serviceaccount"]["name"] == "default"
    assert (found["sub"], found["iss"]) == ("system:serviceaccount:default:default", tokens.ISSUER)


def test_tokens_end(cluster):
    """With their time, with their pod, with their account, at another audience."""
    timed, other = issued(cluster), issued(cluster, audiences=["vault"])
    bound = issued(cluster, 9999, bound={**cluster.object("pod/p"), "kind": "Pod"})
    assert tokens.authenticated(cluster.api, bound) is not None
    cluster.delete("pod/p", grace=0)
    cluster.run("601s")
    assert [tokens.authenticated(cluster.api, each) for each in (timed, bound, other)] == [None] * 3


@pytest.mark.parametrize("text", ["", "a", "a.b.c", "..", "é.é.é", "a" * 10_000])
def test_nonsense_is_nobody(cluster, text):
    """Whatever it looks like."""
    assert tokens.authenticated(cluster.api, text) is None


def test_a_changed_token_is_nobody(cluster):
    """Its signature does not fit, nor does that of another cluster."""
    head, body, signature = issued(cluster).split(".")
    changed = {**claims(f"{head}.{body}."), "sub": "system:serviceaccount:kube-system:admin"}
    text = base64.urlsafe_b64encode(json.dumps(changed).encode()).decode().rstrip("=")
    assert tokens.authenticated(cluster.api, f"{head}.{text}.{signature}") is None
    assert tokens.authenticated(Cluster(nodes=1, seed=8).api, f"{head}.{body}.{signature}") is None


def test_a_pods_token_is_renewed(cluster):
    """When four fifths of its time are over."""
    wanted = {"path": "token", "expirationSeconds": 3607}
    first = tokens.of_pod(cluster.api, cluster.object("pod/p"), wanted)
    assert tokens.of_pod(cluster.api, cluster.object("pod/p"), wanted) == first
    cluster.run("2900s")
    assert tokens.of_pod(cluster.api, cluster.object("pod/p"), wanted) != first
