"""Bookinfo's objects of Gateway API, unchanged: routes whose parents are its Services."""

import pytest

from kubelearn.mesh.route_status import ROUTES
from tests.mesh.bookinfo import BOOKINFO, meshed_bookinfo, needs_bookinfo

pytestmark = needs_bookinfo
REVIEWS = "http://reviews:9080/reviews/0"


@pytest.fixture(scope="module")
def started():
    """A Service for each version, and none of Istio's own rules."""
    cluster = meshed_bookinfo()
    cluster.install("gateway-api")
    cluster.run("5s")
    for one in cluster.api.list("virtualservices.networking.istio.io"):
        cluster.delete(f"virtualservice/{one['metadata']['name']}")
    cluster.apply(BOOKINFO / "platform" / "bookinfo-versions.yaml")
    return cluster.run("2s")


def share(cluster, version, count=60):
    """The part of the requests to reviews that a version answers."""
    (pod,) = cluster.api.list("pods", "default", "app=productpage")
    client = f"pod/{pod['metadata']['name']}"
    calls = [cluster.request(REVIEWS, client=client) for _ in range(count)]
    assert all(call.status == 200 for call in calls)
    return sum(call.body.startswith(f"reviews-{version}-") for call in calls) / count


SHARES = [("route-reviews-v1", "v1", 1, 1), ("route-reviews-v3", "v3", 1, 1),
          ("route-reviews-90-10", "v2", 0.01, 0.25), ("route-reviews-50-v3", "v3", 0.3, 0.7),
          ("route-all-v1", "v1", 1, 1)]  # fmt: skip


@pytest.mark.parametrize(("name", "version", "low", "high"), SHARES)
def test_shares(started, name, version, low, high):
    """As its documentation says, and its status tells no trouble."""
    cluster = started.fork()
    cluster.apply(BOOKINFO / "gateway-api" / f"{name}.yaml")
    cluster.run("1s")
    assert low <= share(cluster, version) <= high
    for route in cluster.api.list(ROUTES):
        (parent,) = route["status"]["parents"]
        assert [one["status"] for one in parent["conditions"]] == ["True", "True"]
