"""Requests for filters and for scores."""

from typing import Any

import pytest

from kubelearn.scheduler.requests import incoming_scoring_requests, requests_of, scoring_requests
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


def two_containers(requests: dict[str, str]) -> dict[str, Any]:
    """A pod that asks for something as a whole; only one of its containers asks for memory."""
    pod = make_pod("a", "100m", resources={"requests": requests})
    pod["spec"]["containers"].append({"name": "d", "image": "app"})
    return pod


@pytest.mark.parametrize(
    ("requests", "expected"),
    [
        ({"cpu": "1"}, (1000, 128 * 2**20)),
        ({"memory": "1Gi"}, (100, 2**30)),
        ({"hugepages-2Mi": "4Mi"}, (100, 128 * 2**20)),
        ({"example.com/gpu": "1"}, (200, 328 * 2**20)),
    ],
)
def test_a_pod_that_asks_as_a_whole_lacks_what_nobody_asks_for(
    requests: dict[str, str], expected: tuple[int, int]
) -> None:
    """A container's default is not added to what the others ask for; for the usual pod it is."""
    pod = two_containers(requests)
    assert scoring_requests(pod, requests_of(pod)) == expected


def test_what_nobody_asks_for_is_the_default_of_each_container() -> None:
    """Also when the pod asks for something else as a whole."""
    pod = two_containers({"cpu": "1"})
    del pod["spec"]["containers"][0]["resources"]["requests"]["memory"]
    assert scoring_requests(pod, requests_of(pod)) == (1000, 400 * 2**20)
