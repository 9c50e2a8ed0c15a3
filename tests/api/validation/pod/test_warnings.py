"""Warnings about pods and templates."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.api.validation.pod import pod_create_warnings, pod_warnings
from tests.api.validation.pod.builders import container, pod


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        (
            {"env": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]},
            ['env[1]: hides previous definition of "A", which may be dropped when using apply'],
        ),
        ({"env": [{"name": "A", "value": "1"}, {"name": "A", "value": "$(A)2"}]}, []),
        (
            {"resources": {"limits": {"memory": "64m"}}},
            [
                f'resources.{kind}[memory]: fractional byte value "64m" is invalid, '
                "must be an integer"
                for kind in ("limits", "requests")
            ],
        ),
        (
            {"ports": [{"containerPort": 80}, {"containerPort": 80, "hostPort": 1}]},
            ["ports[1]: overlapping port definition with spec.containers[0].ports[0]"],
        ),
        (
            {"ports": [{"containerPort": 80, "hostIP": "1.2.3.4"}]},
            [
                (
                    "ports[0]: hostIP set without hostPort: "
                    "{Name: HostPort:0 ContainerPort:80 Protocol:TCP HostIP:1.2.3.4}"
                )
            ],
        ),
    ],
)
def test_containers(fields: dict[str, Any], expected: list[str]) -> None:
    """What is taken but most likely a mistake in a container."""
    found = pod_warnings(pod(container(**fields)))
    assert found == [f"spec.containers[0].{text}" for text in expected]


def test_specs() -> None:
    """Old names, and selectors that find nothing."""
    term = {"topologyKey": "z"}
    new = pod(
        nodeSelector={"beta.kubernetes.io/os": "linux"},
        affinity={"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}},
        volumes=[{"name": "v", "gitRepo": {"repository": "r"}}],
    )
    place = "t.spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]"
    assert pod_warnings(new, "t") == [
        (
            "t.spec.nodeSelector[beta.kubernetes.io/os]: "
            'deprecated since v1.14; use "kubernetes.io/os" instead'
        ),
        "t.spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+",
        f"{place}.labelSelector: a null labelSelector results in matching no pod",
    ]


def test_dotted_names_are_no_host_names() -> None:
    """A pod may be called a.b, but its host name will surprise."""
    new = pod()
    new["metadata"]["name"] = "a.b"
    assert pod_create_warnings(new) == [
        (
            "metadata.name: this is used in the Pod's hostname, which can result in surprising "
            "behavior; a DNS label is recommended: [must not contain dots]"
        )
    ]
