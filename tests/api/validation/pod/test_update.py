"""Changes of stored pods."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.api.objects import Object, merge
from kubelearn.api.validation.pod import (
    validate_ephemeral_containers_update,
    validate_pod_resize,
    validate_pod_status_update,
    validate_pod_update,
)
from kubelearn.api.validation.pod.annotations import validate_pod_annotations
from kubelearn.api.validation.pod.resize import POD_LEVEL
from tests.api.validation.pod.builders import container, pod, texts

UNCHANGEABLE = "spec: Forbidden: pod updates may not change fields other than"
TOLERATION = {"key": "a", "operator": "Exists", "effect": "NoExecute"}


def _changed(old: Object, **spec: Any) -> list[str]:
    return texts(validate_pod_update(merge(old, {"spec": spec}), old))


@pytest.mark.parametrize(
    ("spec", "starts"),
    [
        ({}, []),
        ({"containers": [container(image="nginx:2")]}, []),
        ({"activeDeadlineSeconds": 10}, []),
        ({"tolerations": [TOLERATION, {"operator": "Exists"}]}, []),
        ({"tolerations": [{**TOLERATION, "tolerationSeconds": 5}]}, []),
        ({"tolerations": []}, ["spec.tolerations: Forbidden: existing toleration can not be"]),
        ({"hostname": "a"}, [UNCHANGEABLE]),
        ({"terminationGracePeriodSeconds": 1}, [UNCHANGEABLE]),
        ({"nodeSelector": {"a": "b"}}, [UNCHANGEABLE]),
        (
            {"containers": [container(), container(name="b")]},
            ["spec.containers: Forbidden: pod updates may not add or remove containers"],
        ),
    ],
)
def test_what_may_change(spec: dict[str, Any], starts: list[str]) -> None:
    """Images, deadlines and tolerations; nothing else."""
    old = pod(tolerations=[TOLERATION])
    if "containers" in spec:
        spec = {"containers": pod(*spec["containers"])["spec"]["containers"]}
    found = _changed(old, **spec)
    assert len(found) == len(starts)
    assert all(text.startswith(start) for text, start in zip(found, starts, strict=True))


def test_deadlines_only_shrink() -> None:
    """A deadline may come nearer, but neither move away nor vanish."""
    old = pod(activeDeadlineSeconds=10)
    path = "spec.activeDeadlineSeconds: Invalid value:"
    assert _changed(old, activeDeadlineSeconds=5) == []
    assert _changed(old, activeDeadlineSeconds=11) == [
        f"{path} 11: must be less than or equal to previous value"
    ]
    assert _changed(old, activeDeadlineSeconds=None) == [
        f"{path} null: must not update from a positive integer to nil value"
    ]


def test_gated_pods_may_be_narrowed() -> None:
    """While gates hold a pod back, its node selector may grow; gates only go."""
    old = pod(schedulingGates=[{"name": "g"}], nodeSelector={"a": "b"})
    assert _changed(old, schedulingGates=[]) == []
    assert _changed(old, nodeSelector={"c": "d"}) == []
    assert _changed(old, nodeSelector={"a": "x"}) == [
        (
            'spec.nodeSelector: Invalid value: {"a":"x"}: '
            "only additions to spec.nodeSelector are allowed (no mutations or deletions)"
        )
    ]
    assert _changed(old, schedulingGates=[{"name": "g"}, {"name": "h"}]) == [
        (
            "spec.schedulingGates[1].name: Forbidden: "
            "only deletion is allowed, but found new scheduling gate 'h'"
        )
    ]


def test_ephemeral_containers_are_only_added() -> None:
    """A debug container stays as it was added."""
    old = pod(ephemeralContainers=[container(name="dbg")])
    more = pod(ephemeralContainers=[container(name="dbg"), container(name="two")])
    assert validate_ephemeral_containers_update(more, old) == []
    path = 'spec.ephemeralContainers: Forbidden: existing ephemeral containers "dbg" may not be'
    assert texts(validate_ephemeral_containers_update(pod(), old)) == [f"{path} removed\n"]
    other = pod(ephemeralContainers=[container(name="dbg", image="x")])
    assert texts(validate_ephemeral_containers_update(other, old)) == [f"{path} changed\n"]


def test_ephemeral_containers_lack_what_a_workload_has() -> None:
    """No ports, probes or resources for a debug container."""
    wrong = container(name="dbg", ports=[{"containerPort": 1}], targetContainerName="x")
    found = texts(validate_ephemeral_containers_update(pod(ephemeralContainers=[wrong]), pod()))
    path = "spec.ephemeralContainers[0]"
    assert found == [
        f'{path}.targetContainerName: Not found: "x"',
        f"{path}.ports: Forbidden: cannot be set for an Ephemeral Container",
    ]


@pytest.mark.parametrize(
    ("requests", "starts"),
    [
        ({"cpu": "2", "memory": "1Gi"}, []),
        ({"cpu": "2"}, ["spec.containers[0].resources.requests: Forbidden: resource requests"]),
        (
            {"cpu": "1", "memory": "1Gi", "ephemeral-storage": "1Gi"},
            ["spec: Forbidden: only cpu and memory resources are mutable"],
        ),
    ],
)
def test_resize(requests: dict[str, str], starts: list[str]) -> None:
    """Amounts of cpu and memory change; they do not come or go."""
    old = pod(container(resources={"requests": {"cpu": "1", "memory": "1Gi"}}))
    new = pod(container(resources={"requests": requests}))
    found = texts(validate_pod_resize(new, old))
    assert len(found) == len(starts)
    assert all(text.startswith(start) for text, start in zip(found, starts, strict=True))


def test_resize_keeps_the_quality_of_service() -> None:
    """A Burstable pod does not become Guaranteed."""
    amounts = {"cpu": "1", "memory": "1Gi"}
    old = pod(container(resources={"requests": amounts}))
    new = pod(container(resources={"requests": amounts, "limits": amounts}))
    assert texts(validate_pod_resize(new, old)) == [
        'spec: Invalid value: "": Pod QOS Class may not change as a result of resizing'
    ]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({"podIP": "10.0.0.1", "podIPs": [{"ip": "10.0.0.1"}, {"ip": "fd00::1"}]}, []),
        ({"podIP": "x"}, ["status.podIPs[0]: Invalid value"]),
        (
            {"podIPs": [{"ip": "10.0.0.1"}, {"ip": "10.0.0.2"}]},
            ['status.podIPs: Invalid value: [{"IP":"10.0.0.1"},{"IP":"10.0.0.2"}]: may specify'],
        ),
        ({"hostIP": "1.1.1.1", "hostIPs": [{"ip": "1.1.1.2"}]}, ["status.hostIPs[0].ip: Invalid"]),
        ({"qosClass": "Guaranteed"}, ['status.qosClass: Invalid value: "Guaranteed": field is']),
        ({"nominatedNodeName": "A"}, ['status.nominatedNodeName: Invalid value: "A"']),
        ({"conditions": [{"type": "a b"}]}, ['status.conditions[0].Type: Invalid value: "a b"']),
        (
            {"containerStatuses": [{"name": "app", "state": {"running": {}}}]},
            ["status.containerStatuses[0].state: Forbidden: may not be transitioned to non-"],
        ),
    ],
)
def test_status(status: dict[str, Any], expected: list[str]) -> None:
    """Writes to the status of a pod that never restarts."""
    ended = {"name": "app", "state": {"terminated": {"exitCode": 0}}}
    old = {**pod(restartPolicy="Never"), "status": {"containerStatuses": [ended]}}
    found = texts(validate_pod_status_update(merge(old, {"status": status}), old))
    assert len(found) == len(expected)
    assert all(text.startswith(start) for text, start in zip(found, expected, strict=True))


def test_resources_of_the_pod_as_a_whole_cannot_be_resized() -> None:
    """Refused in one sentence."""
    old, new = (pod(resources={"requests": {"cpu": cpu}}) for cpu in ("1", "2"))
    assert texts(validate_pod_resize(new, old)) == [f": Forbidden: {POD_LEVEL}"]


def test_users_in_a_status_are_not_checked() -> None:
    """Nor are allocated resources."""
    row = {"name": "app", "user": {"linux": {"uid": -5}}, "allocatedResources": {"cpu": "-1"}}
    old = pod()
    assert validate_pod_status_update({**old, "status": {"containerStatuses": [row]}}, old) == []


def test_tolerations_in_an_annotation_are_not_read() -> None:
    """Nonsense in the annotation of old clusters passes."""
    note = {"scheduler.alpha.kubernetes.io/tolerations": "nonsense"}
    assert validate_pod_annotations(note, pod()["spec"], "metadata.annotations") == []
