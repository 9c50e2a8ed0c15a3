"""Requests for filters and for scores."""

from kubelearn.scheduler.requests import incoming_scoring_requests, scoring_requests
from tests.scheduler.clusters import make_pod


def test_an_explicit_zero_stays_zero() -> None:
    """Only a missing request gets the default."""
    pod = make_pod("a")
    pod["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "0"}}
    assert scoring_requests(pod, {}) == (0, 200 * 2**20)


def test_the_incoming_pods_own_requests_do_not_score() -> None:
    """`spec.resources` is left out for the incoming pod, as upstream does."""
    pod = make_pod("a", "100m", resources={"requests": {"cpu": "3"}})
    assert incoming_scoring_requests(pod)["cpu"] == 100
