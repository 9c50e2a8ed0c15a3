"""Rows of pods and nodes."""

from hypothesis import given
from hypothesis import strategies as st

from kubelearn.scheduler.info import (
    host_ports,
    node_info,
    pod_info,
    ports_conflict,
    renewed,
)
from tests.scheduler.clusters import make_node, make_pod


def test_amounts_are_whole_numbers() -> None:
    """Millicores of cpu, memory in bytes."""
    row = pod_info(make_pod("a", "1500m"))
    assert row.requests == {"cpu": 1500, "memory": 128 * 2**20}


def test_a_missing_request_counts_in_scores_only() -> None:
    """100m and 200Mi for a container that says nothing."""
    pod = make_pod("a")
    pod["spec"]["containers"] = [{"name": "c"}]
    row = pod_info(pod)
    assert row.requests == {}
    assert row.scoring_requests == (100, 200 * 2**20)


@given(st.lists(st.sampled_from(["100m", "250m", "2"]), max_size=6), st.data())
def test_taking_pods_off_undoes_putting_them_on(sizes: list[str], data: st.DataObject) -> None:
    """A row does not remember which way it came about."""
    pods = [pod_info(make_pod(f"p{i}", size)) for i, size in enumerate(sizes)]
    node = node_info(make_node("n")).with_pods(tuple(pods))
    gone = data.draw(st.permutations(pods))
    for pod in gone:
        node = node.without_pod(pod)
    assert node.pods == ()
    assert not any(node.requested.values())
    assert node.scoring_requested == (0, 0)


def test_exchange_keeps_the_place() -> None:
    """A newer row of a pod stands where the older one stood."""
    pods = tuple(pod_info(make_pod(f"p{i}")) for i in range(3))
    node = node_info(make_node("n")).with_pods(pods)
    newer = pods[1]._replace(labels={"new": "yes"})
    assert (pods[0], newer, pods[2]) == node.exchange(pods[1], newer).pods


def test_exchange_counts_new_requests() -> None:
    """A pod that shrank frees room."""
    old, new = pod_info(make_pod("p", "2")), pod_info(make_pod("p", "1"))
    node = node_info(make_node("n")).with_pod(old).exchange(old, new)
    assert node.requested["cpu"] == 1000


def test_renewed_shares_what_did_not_change() -> None:
    """A new status makes a new row with the same parts."""
    pod = make_pod("p")
    row = pod_info(pod)
    newer = renewed(row, {**pod, "status": {"phase": "Running"}})
    assert newer.requests is row.requests
    assert newer.obj["status"]["phase"] == "Running"


def test_renewed_sees_a_deletion_mark() -> None:
    """A pod on its way out is terminating."""
    pod = make_pod("p")
    marked = {**pod["metadata"], "deletionTimestamp": "2026-01-01T00:00:00Z"}
    assert renewed(pod_info(pod), {**pod, "metadata": marked}).terminating


def test_host_ports_of_sidecars_count() -> None:
    """Plain init containers do not hold ports while the pod runs; sidecars do."""
    port = {"containerPort": 80, "hostPort": 80}
    spec = {
        "initContainers": [
            {"name": "setup", "ports": [{"containerPort": 1, "hostPort": 1}]},
            {"name": "proxy", "restartPolicy": "Always", "ports": [port]},
        ],
        "containers": [],
    }
    assert host_ports(spec) == (("0.0.0.0", "TCP", 80),)


def test_ports_conflict_on_any_address() -> None:
    """A port on all addresses meets the same port on one; another protocol does not."""
    everywhere, local = ("0.0.0.0", "TCP", 80), ("127.0.0.1", "TCP", 80)
    assert ports_conflict((everywhere,), (local,))
    assert not ports_conflict((local,), (("10.0.0.1", "TCP", 80),))
    assert not ports_conflict((everywhere,), (("0.0.0.0", "UDP", 80),))
