"""What pods ask for."""

from kubelearn.api.resources import asks_as_a_whole, pod_limits, pod_requests

NOTHING: dict = {}


def container(name: str = "c", cpu: str = "0", **more: object) -> dict:
    """A container that asks for cpu."""
    return {"name": name, "resources": {"requests": {"cpu": cpu}, "limits": {"cpu": cpu}}, **more}


def sidecar(cpu: str) -> dict:
    """An init container that keeps running."""
    return container("s", cpu, restartPolicy="Always")


def cpu(**spec: object) -> int:
    """The cpu that a pod with this spec asks for, in thousandths."""
    return pod_requests({"spec": spec})["cpu"]


def test_containers_are_added() -> None:
    """They run at the same time."""
    assert cpu(containers=[container(cpu="500m"), container(cpu="250m")]) == 750


def test_the_largest_init_container_counts_if_it_is_larger() -> None:
    """Init containers run one after the other, before the others."""
    init = [container(cpu="2"), container(cpu="1")]
    assert cpu(containers=[container(cpu="1")], initContainers=init) == 2000


def test_a_sidecar_runs_with_the_containers() -> None:
    """It is added to them."""
    assert cpu(containers=[container(cpu="1")], initContainers=[sidecar("500m")]) == 1500


def test_sidecars_run_with_later_init_containers() -> None:
    """Only those that were started before."""
    later = [sidecar("1"), container(cpu="3"), sidecar("1")]
    assert cpu(containers=[container(cpu="1")], initContainers=later) == 4000


def test_the_pod_as_a_whole_overrides() -> None:
    """Resources of the pod replace cpu and memory, overhead is added."""
    spec = {
        "containers": [container(cpu="1")],
        "resources": {"requests": {"cpu": "3", "nvidia.com/gpu": "1"}},
        "overhead": {"cpu": "100m", "memory": "1Ki"},
    }
    assert pod_requests({"spec": spec}) == {"cpu": 3100, "memory": 1024}


def test_limits_take_overhead_only_where_there_is_a_limit() -> None:
    """Nothing limits the memory of this pod."""
    spec = {"containers": [container(cpu="1")], "overhead": {"cpu": "1", "memory": "1Ki"}}
    assert pod_limits({"spec": spec}) == {"cpu": 2000}


def resizing(reason: str) -> dict:
    """A placed pod that asks for 1 cpu, has 2 allocated and uses 1."""
    status = {
        "name": "c",
        "resources": {"requests": {"cpu": "1"}},
        "allocatedResources": {"cpu": "2"},
    }
    conditions = [{"type": "PodResizePending", "status": "True", "reason": reason}]
    return {
        "spec": {"containers": [container(cpu="4")]},
        "status": {"containerStatuses": [status], "conditions": conditions},
    }


def test_a_resize_counts_with_the_largest() -> None:
    """Until it is done, what is asked, allocated and used all count."""
    assert pod_requests(resizing("Deferred"), use_status=True)["cpu"] == 4000


def test_an_infeasible_resize_does_not_count() -> None:
    """It will not happen."""
    assert pod_requests(resizing("Infeasible"), use_status=True)["cpu"] == 2000


def test_a_pod_without_containers() -> None:
    """Nothing is asked."""
    assert pod_requests({"spec": {}}) == NOTHING


def test_which_pods_ask_as_a_whole() -> None:
    """Those with a request that counts at this level."""
    asked = ({"cpu": "1"}, {"hugepages-2Mi": "2Mi"}, {"example.com/gpu": "1"}, {})
    found = [asks_as_a_whole({"spec": {"resources": {"requests": one}}}) for one in asked]
    assert found == [True, True, False, False]
    assert not asks_as_a_whole({"spec": {}})


def test_the_status_of_an_init_container_that_ends_does_not_count() -> None:
    """That of a sidecar does."""
    given = {"resources": {"requests": {"cpu": "3"}}, "allocatedResources": {"cpu": "3"}}
    status = {"initContainerStatuses": [{"name": name, **given} for name in ("c", "s")]}

    def now(*init: dict) -> int:
        spec = {"containers": [], "initContainers": list(init)}
        return pod_requests({"spec": spec, "status": status}, use_status=True)["cpu"]

    assert (now(container(cpu="1")), now(sidecar("1"))) == (1000, 3000)
