"""Istio's validating webhook: what it refuses, and when nobody asks it."""

import pytest

from kubelearn.api.errors import BadRequest, InternalError
from kubelearn.cluster import Cluster

DENIED = 'admission webhook "validation.istio.io" denied the request: configuration is invalid: '
POLICY = "validatingwebhookconfiguration/istiod-default-validator"


def rule(**spec):
    """A DestinationRule."""
    return {"apiVersion": "networking.istio.io/v1", "kind": "DestinationRule",
            "metadata": {"name": "rule"}, "spec": spec}  # fmt: skip


@pytest.fixture(scope="module")
def start():
    """A mesh whose istiod is there."""
    cluster = Cluster(nodes=1)
    cluster.install("istio")
    return cluster.run("60s")


def policy(cluster):
    """What becomes of objects while istiod is away."""
    return cluster.object(POLICY)["webhooks"][0]["failurePolicy"]


def test_what_is_invalid_is_refused_with_istios_words(start):
    """One error as it is, several as a list; what is valid is stored."""
    cluster = start.fork()
    with pytest.raises(BadRequest) as refused:
        cluster.apply(rule(host="a b"))
    assert str(refused.value) == f'{DENIED}domain name "a b" invalid (label "a b" invalid)'
    with pytest.raises(BadRequest) as refused:
        cluster.apply(rule(host="web", subsets=[{"name": ""}, {"name": "v", "labels": {"": "x"}}]))
    listed = '\n\t* subset name cannot be empty\n\t* invalid tag key: ""\n\n'
    assert str(refused.value) == f"{DENIED}2 errors occurred:{listed}"
    cluster.apply(rule(host="web"))
    assert cluster.object("destinationrule/rule")["spec"]["host"] == "web"


def test_before_istiod_has_been_there_nothing_is_asked():
    """It closes the door itself, and the door stays closed while it is away."""
    cluster = Cluster(nodes=1)
    cluster.install("istio")
    assert policy(cluster) == "Ignore"
    cluster.apply(rule(host="web"))
    cluster.run("60s")
    assert policy(cluster) == "Fail"
    cluster.scale("deployment/istiod", 0, "istio-system")
    cluster.run("10s")
    with pytest.raises(InternalError, match='no endpoints available for service "istiod"'):
        cluster.apply(rule(host="other"))
