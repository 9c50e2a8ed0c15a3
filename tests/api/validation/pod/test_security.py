"""Security contexts, profiles and operating systems."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.api.validation.pod import PodOptions, validate_pod_create
from tests.api.validation.pod.builders import container, pod, pod_errors

APP = "spec.containers[0].securityContext"


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({"runAsUser": 0, "runAsNonRoot": False}, []),
        ({"runAsUser": -1}, [".runAsUser: Invalid value: -1: must be between 0 and 2147483647"]),
        ({"privileged": True}, [".privileged: Forbidden: disallowed by cluster policy"]),
        ({"procMount": "Unmasked"}, ['.procMount: Invalid value: "Unmasked": `hostUsers` must be']),
        ({"seccompProfile": {}}, [".seccompProfile.type: Required value: type is required when"]),
        (
            {"seccompProfile": {"type": "RuntimeDefault", "localhostProfile": "a"}},
            [
                (
                    '.seccompProfile.localhostProfile: Invalid value: {"Type":"RuntimeDefault",'
                    '"LocalhostProfile":"a"}: can only be set when seccomp type is Localhost'
                )
            ],
        ),
        (
            {"appArmorProfile": {"type": "Localhost"}},
            [".appArmorProfile.localhostProfile: Required value: must be set when AppArmor type"],
        ),
        (
            {"windowsOptions": {"runAsUserName": ""}},
            ['.windowsOptions.runAsUserName: Invalid value: "": runAsUserName cannot be an empty'],
        ),
        (
            {"allowPrivilegeEscalation": False, "capabilities": {"add": ["CAP_SYS_ADMIN"]}},
            [': Invalid value: {"Capabilities":{"Add":["CAP_SYS_ADMIN"],"Drop":null},"Privileged"'],
        ),
    ],
)
def test_container_context(context: dict[str, Any], expected: list[str]) -> None:
    """The security context of a container."""
    found = pod_errors(container(securityContext=context))
    assert len(found) == len(expected)
    assert all(text.startswith(APP + want) for text, want in zip(found, expected, strict=True))


def test_privileged_containers_where_the_cluster_allows_them() -> None:
    """kube-apiserver's flag --allow-privileged lets them in."""
    privileged = pod(container(securityContext={"privileged": True}))
    assert validate_pod_create(privileged, PodOptions(allow_privileged=True)) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"securityContext": {"sysctls": [{"name": "net.a"}]}, "hostNetwork": True},
            "sysctls[0].name: Invalid value: \"net.a\": may not be specified when 'hostNetwork' is",
        ),
        (
            {"securityContext": {"fsGroupChangePolicy": "X"}},
            'fsGroupChangePolicy: Unsupported value: "X": supported values: "Always", "OnRootMis',
        ),
        (
            {"securityContext": {"seLinuxOptions": {}}, "os": {"name": "windows"}},
            "seLinuxOptions: Forbidden: cannot be set for a windows pod",
        ),
        (
            {"securityContext": {"windowsOptions": {}}, "os": {"name": "linux"}},
            "windowsOptions: Forbidden: windows options cannot be set for a linux pod",
        ),
    ],
)
def test_pod_context(fields: dict[str, Any], expected: str) -> None:
    """The security context of the pod."""
    (found,) = pod_errors(**fields)
    assert found.startswith(f"spec.securityContext.{expected}")


def test_annotation_and_field_name_the_same_profile() -> None:
    """Both ways to name a profile must agree."""
    profile = {"appArmorProfile": {"type": "RuntimeDefault"}}
    new = pod(container(securityContext=profile))
    name = "container.apparmor.security.beta.kubernetes.io/app"
    new["metadata"]["annotations"] = {name: "unconfined"}
    assert [str(error) for error in validate_pod_create(new)] == [
        f"{APP}.appArmorProfile.type: Forbidden: apparmor type in annotation and field must match"
    ]
