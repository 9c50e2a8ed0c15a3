"""Several profiles in one scheduler."""

from tests.scheduler.clusters import make_pod
from tests.scheduler.conftest import ControlPlane

TWO = {
    "podInitialBackoffSeconds": 3,
    "podMaxBackoffSeconds": 3,
    "profiles": [
        {"schedulerName": "default-scheduler"},
        {
            "schedulerName": "packer",
            "plugins": {
                "score": {
                    "disabled": [{"name": "*"}],
                    "enabled": [{"name": "NodeResourcesFit", "weight": 2}],
                },
                "filter": {"disabled": [{"name": "NodeUnschedulable"}]},
            },
            "pluginConfig": [
                {"name": "NodeResourcesFit", "args": {"scoringStrategy": {"type": "MostAllocated"}}}
            ],
        },
    ],
}


def plane_with_two() -> ControlPlane:
    """Three nodes."""
    return ControlPlane(configuration=TWO).nodes(3)


def test_each_pod_is_tried_by_its_profile() -> None:
    """One spreads, the other packs."""
    plane = plane_with_two()
    for number in range(3):
        plane.create(make_pod(f"a{number}", schedulerName="packer"))
        plane.create(make_pod(f"b{number}"))
    plane.run(1)
    assert len({plane.node_of(f"a{number}") for number in range(3)}) == 1
    assert len({plane.node_of(f"b{number}") for number in range(3)}) > 1


def test_decisions_name_the_profile_and_its_plugins_only() -> None:
    """In words and in the table."""
    plane = plane_with_two()
    plane.create(make_pod("p", schedulerName="packer"))
    told = plane.run(1).why("p")
    assert "by profile packer" in told
    assert "NodeResourcesFit" in told
    assert "ImageLocality" not in told


def test_events_come_from_the_profile() -> None:
    """Under its scheduler name."""
    plane = plane_with_two()
    plane.create(make_pod("p", schedulerName="packer"))
    plane.run(1)
    (event,) = plane.api.list("events")
    assert event["source"]["component"] == "packer"


def test_a_point_without_a_plugin_does_not_ask_it() -> None:
    """A cordoned node is taken when nobody filters by it (its taint is another plugin's)."""
    plane = ControlPlane(configuration=TWO).nodes(1)
    plane.api.patch("nodes", None, "n0", {"spec": {"unschedulable": True}})
    plane.create(make_pod("p", schedulerName="packer"), make_pod("q"))
    plane.run(1)
    assert (plane.node_of("p"), plane.node_of("q")) == ("n0", None)


def test_the_backoff_is_the_configured_one() -> None:
    """Three seconds from the first failure on."""
    plane = plane_with_two()
    plane.create(make_pod("p", "64"))
    plane.run(1)
    (row,) = plane.scheduler.queue.rows()
    assert row["backoff_until"] // 10**9 == row["since"] // 10**9 + 4


def test_forks_share_profiles() -> None:
    """And go on alike."""
    plane = plane_with_two()
    twin = plane.fork()
    for one in (plane, twin):
        one.create(make_pod("p", schedulerName="packer"))
        one.run(1)
    assert plane.node_of("p") == twin.node_of("p") is not None


def test_a_victim_hears_which_scheduler_made_room() -> None:
    """The one that the more important pod asks for."""
    plane = ControlPlane(configuration=TWO).nodes(1)
    high = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "value": 9}
    plane.create({**high, "metadata": {"name": "high"}}, make_pod("low", "3"))
    plane.run(1)
    plane.create(make_pod("vip", "3", schedulerName="packer", priorityClassName="high"))
    mark = plane.run(1).pod("low")["status"]["conditions"][-1]
    assert mark["message"] == "packer: preempting to accommodate a higher priority pod"
