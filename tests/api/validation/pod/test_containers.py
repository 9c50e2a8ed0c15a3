"""Containers, their ports, environment and mounts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.validation.pod.builders import container, pod_errors, template_errors

APP = "spec.containers[0]"


def test_a_plain_pod_is_right() -> None:
    """The pod that all other tests change has no fault."""
    assert pod_errors() == []
    assert template_errors() == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"name": ""}, f"{APP}.name: Required value"),
        ({"name": "a.b"}, f'{APP}.name: Invalid value: "a.b": must not contain dots'),
        ({"image": ""}, f"{APP}.image: Required value"),
        (
            {"image": " nginx"},
            f'{APP}.image: Invalid value: " nginx": must not have leading or trailing whitespace',
        ),
        (
            {"terminationMessagePolicy": "X"},
            (
                f'{APP}.terminationMessagePolicy: Unsupported value: "X": supported values: '
                '"File", "FallbackToLogsOnError"'
            ),
        ),
        ({"ports": [{"name": "a"}]}, f"{APP}.ports[0].containerPort: Required value"),
        (
            {"ports": [{"name": "a", "containerPort": 1}, {"name": "a", "containerPort": 2}]},
            f'{APP}.ports[1].name: Duplicate value: "a"',
        ),
        (
            {"ports": [{"containerPort": 1, "hostPort": 65536}]},
            (
                f"{APP}.ports[0].hostPort: Invalid value: 65536: "
                "must be between 1 and 65535, inclusive"
            ),
        ),
        (
            {"restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "In"}}]},
            (
                f"{APP}.restartPolicy: Required value: "
                "must specify restartPolicy when restart rules are used"
            ),
        ),
        (
            {"envFrom": [{}]},
            f'{APP}.envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
        ),
        (
            {"envFrom": [{"configMapRef": {}}]},
            f"{APP}.envFrom[0].configMapRef.name: Required value",
        ),
        (
            {"env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "a"}}}]},
            f"{APP}.env[0].valueFrom.configMapKeyRef.key: Required value",
        ),
        (
            {"env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "status.phase"}}}]},
            (
                f'{APP}.env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "status.phase": '
                'supported values: "metadata.name", "metadata.namespace", "metadata.uid", '
                '"spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", '
                '"status.podIP", "status.podIPs"'
            ),
        ),
        (
            {
                "env": [
                    {
                        "name": "A",
                        "valueFrom": {
                            "resourceFieldRef": {"resource": "limits.cpu", "divisor": "2"}
                        },
                    }
                ]
            },
            (
                f'{APP}.env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": '
                "only divisor's values 1m and 1 are supported with the cpu resource"
            ),
        ),
        ({"volumeMounts": [{"mountPath": "/a"}]}, f"{APP}.volumeMounts[0].name: Required value"),
        (
            {"stdin": True, "resizePolicy": [{"resourceName": "gpu", "restartPolicy": "X"}]},
            f'{APP}.resizePolicy: Unsupported value: "gpu": supported values: "cpu", "memory"',
        ),
    ],
)
def test_one_fault(fields: dict[str, Any], expected: str) -> None:
    """Each fault is named with its path, first among what follows from it."""
    assert pod_errors(container(**fields))[0] == expected


def test_mounts_of_one_container() -> None:
    """Mount paths are unique, sub paths stay inside, volumes exist."""
    mounts = [
        {"name": "v", "mountPath": "/a", "subPath": "../x"},
        {"name": "v", "mountPath": "/a"},
        {"name": "w", "mountPath": "/b"},
    ]
    volumes = [{"name": "v", "emptyDir": {}}]
    assert pod_errors(container(volumeMounts=mounts), volumes=volumes) == [
        f"{APP}.volumeMounts.subPath: Invalid value: \"../x\": must not contain '..'",
        f'{APP}.volumeMounts[1].mountPath: Invalid value: "/a": must be unique',
        f'{APP}.volumeMounts[2].name: Not found: "w"',
    ]


def test_names_are_unique_over_all_kinds() -> None:
    """The second of two equal names is the wrong one; init containers come second."""
    assert pod_errors(container(), container(), initContainers=[container()]) == [
        'spec.containers[1].name: Duplicate value: "app"',
        'spec.initContainers[0].name: Duplicate value: "app"',
    ]


def test_sidecars_have_probes_and_other_init_containers_do_not() -> None:
    """With restartPolicy Always an init container is a sidecar."""
    probe = {"tcpSocket": {"port": 1}}
    init = container(name="i", readinessProbe=probe)
    assert pod_errors(initContainers=[{**init, "restartPolicy": "Always"}]) == []
    assert pod_errors(initContainers=[init]) == [
        (
            "spec.initContainers[0].readinessProbe: Forbidden: "
            "may not be set for init containers without restartPolicy=Always"
        )
    ]


def test_host_network_ports() -> None:
    """A template may leave the host port out; a different one is wrong anywhere."""
    ports = [{"containerPort": 80, "hostPort": 81}]
    text = (
        "containers[0].ports[0].hostPort: Invalid value: 81: "
        "must match `containerPort` when `hostNetwork` is true"
    )
    assert template_errors(container(ports=[{"containerPort": 80}]), hostNetwork=True) == []
    assert template_errors(container(ports=ports), hostNetwork=True) == [f"t.spec.{text}"]
    assert pod_errors(container(ports=ports), hostNetwork=True) == [f"spec.{text}"]


def test_variables_from_files() -> None:
    """A file for variables lies in an emptyDir of the pod."""
    reference = {"key": "A", "path": "f", "volumeName": "v"}
    variable = container(env=[{"name": "A", "valueFrom": {"fileKeyRef": reference}}])
    place = f"{APP}.env[0].valueFrom.fileKeyRef.volumeName"
    assert pod_errors(variable) == [f'{place}: Not found: "v"']
    assert pod_errors(variable, volumes=[{"name": "v", "emptyDir": {}}]) == []
    assert pod_errors(variable, volumes=[{"name": "v", "secret": {"secretName": "s"}}]) == [
        f'{place}: Invalid value: "v": referenced volume must be of type emptyDir'
    ]
