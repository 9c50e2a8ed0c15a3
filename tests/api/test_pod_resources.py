"""What a pod asks for in all."""

from kubelearn.api.defaults.pod_resources import default_pod_resources
from kubelearn.api.pod_resources import pod_limits, pod_requests


def test_sidecars_and_init_containers_count_as_upstream_counts():
    """The larger of running together and the neediest moment of initialization."""
    asks = [{"resources": {"requests": {"cpu": cpu}}} for cpu in ("1", "2", "4")]
    spec = {
        "containers": [asks[0]],
        "initContainers": [{**asks[1], "restartPolicy": "Always"}, asks[2]],
        "overhead": {"cpu": "500m"},
    }
    assert str(pod_requests(spec)["cpu"]) == "6500m"
    assert pod_limits(spec) == {}


def test_resources_of_the_whole_pod_come_first():
    """They replace the sum of its containers."""
    spec = {"containers": [{"resources": {"requests": {"cpu": "1", "memory": "1Gi"}}}],
            "resources": {"requests": {"cpu": "3"}}}  # fmt: skip
    found = {name: str(amount) for name, amount in pod_requests(spec).items()}
    assert found == {"cpu": "3", "memory": "1Gi"}


def test_limits_of_containers_do_not_become_limits_of_the_pod():
    """Its requests are completed, its limits stay what was written."""
    full = {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "1", "memory": "1Gi"}}
    spec = {"containers": [{"resources": full}], "resources": {"limits": {"cpu": "3"}}}
    found = default_pod_resources(spec)["resources"]
    assert found == {"limits": {"cpu": "3"}, "requests": full["requests"]}
