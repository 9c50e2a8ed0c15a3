"""Quality of service classes."""

import pytest

from kubelearn.api.qos import qos_class

FULL = {"cpu": "1", "memory": "1Gi"}


def pod(*resources: dict, **spec: object) -> dict:
    """A pod with one container for each of these resources."""
    return {"spec": {"containers": [{"resources": one} for one in resources], **spec}}


@pytest.mark.parametrize(
    ("containers", "expected"),
    [
        ([{}], "BestEffort"),
        ([{"requests": {"cpu": "0"}}], "BestEffort"),
        ([{"requests": {"nvidia.com/gpu": "1"}}], "BestEffort"),
        ([{"requests": {"cpu": "1"}}], "Burstable"),
        ([{"requests": FULL, "limits": FULL}], "Guaranteed"),
        ([{"requests": FULL, "limits": {"cpu": "1000m", "memory": "1024Mi"}}], "Guaranteed"),
        ([{"requests": FULL, "limits": FULL}, {}], "Burstable"),
    ],
)
def test_classes(containers: list[dict], expected: str) -> None:
    """Equal requests and limits of cpu and memory everywhere are guaranteed."""
    assert expected == qos_class(pod(*containers))


def test_the_pod_as_a_whole_decides() -> None:
    """With resources of the pod those of its containers do not count."""
    whole = pod({"requests": {"cpu": "1"}}, resources={"requests": FULL, "limits": FULL})
    assert [qos_class(whole), qos_class(whole, pod_level=False)] == ["Guaranteed", "Burstable"]


def test_init_containers_count() -> None:
    """An init container without limits makes the pod burstable."""
    found = pod({"requests": FULL, "limits": FULL}, initContainers=[{"name": "i"}])
    assert qos_class(found) == "Burstable"
