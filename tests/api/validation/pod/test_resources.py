"""Requests and limits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.validation.pod.builders import container, pod_errors, template_errors

RESOURCES = "spec.containers[0].resources"


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ({"requests": {"cpu": "1"}, "limits": {"cpu": "1"}}, []),
        (
            {"requests": {"cpu": "1.5"}, "limits": {"cpu": "1000m"}},
            ['.requests: Invalid value: "1500m": must be less than or equal to cpu limit of 1'],
        ),
        (
            {"limits": {"example.com/gpu": "500m"}},
            [
                '.limits[example.com/gpu]: Invalid value: "500m": must be an integer',
                '.requests[example.com/gpu]: Invalid value: "500m": must be an integer',
            ],
        ),
        (
            {"requests": {"example.com/gpu": "1"}},
            [".limits: Required value: Limit must be set for non overcommitable resources"],
        ),
        (
            {"requests": {"example.com/gpu": "1"}, "limits": {"example.com/gpu": "2"}},
            ['.requests: Invalid value: "1": must be equal to example.com/gpu limit of 2'],
        ),
        (
            {"limits": {"hugepages-2Mi": "3Mi", "cpu": "1"}},
            [
                (
                    '.limits[hugepages-2Mi]: Invalid value: "3Mi": '
                    "3Mi is not positive integer multiple of hugepages-2Mi"
                ),
                (
                    '.requests[hugepages-2Mi]: Invalid value: "3Mi": '
                    "3Mi is not positive integer multiple of hugepages-2Mi"
                ),
            ],
        ),
        ({"limits": {"hugepages-2Mi": "2Mi"}}, [": Forbidden: HugePages require cpu or memory"]),
        (
            {"claims": [{"name": "c"}]},
            [
                (
                    '.claims[0]: Not found: "c": '
                    "must be one of the names in pod.spec.resourceClaims which is empty"
                )
            ],
        ),
    ],
)
def test_container_resources(resources: dict[str, Any], expected: list[str]) -> None:
    """Amounts are sensible, and requests fit into limits."""
    found = pod_errors(container(resources=resources))
    assert found == [f"{RESOURCES}{text}" for text in expected]


def test_pod_resources_hold_those_of_the_containers() -> None:
    """The pod as a whole asks for at least what its containers ask for."""
    parts = container(resources={"requests": {"cpu": "2"}, "limits": {"cpu": "5"}})
    whole = {"requests": {"cpu": "1"}, "limits": {"cpu": "4", "ephemeral-storage": "1Gi"}}
    assert template_errors(parts, resources=whole) == [
        (
            't.spec.resources.limits[ephemeral-storage]: Unsupported value: "ephemeral-storage": '
            'supported values: "cpu", "hugepages-", "memory"'
        ),
        (
            't.spec.resources.requests[cpu]: Invalid value: "1": '
            "must be greater than or equal to aggregate container requests of 2"
        ),
        (
            't.spec.resources.containers[0][cpu].limits: Invalid value: "5": '
            "must be less than or equal to pod limits of 4"
        ),
    ]


def test_overhead_is_checked_like_limits() -> None:
    """Upstream's path says so, too."""
    assert pod_errors(overhead={"cpu": "-1"}) == [
        'spec.overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0'
    ]
