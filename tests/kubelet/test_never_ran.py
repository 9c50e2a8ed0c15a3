"""Containers that never ran in a pod that is over."""

from kubelearn.kubelet import rows
from kubelearn.kubelet.never_ran import UNKNOWN, as_reported
from kubelearn.kubelet.rows import ContainerRow, Termination
from tests.kubelet.machine_room import WEB, room

LOST = ContainerRow(rows.DONE, last=Termination(137, UNKNOWN, "", 0, 0))
WELL = ContainerRow(rows.DONE, last=Termination(0, "Completed", "", 1, 2), ready=True)
FAILED = ContainerRow(rows.DONE, last=Termination(1, "Error", "", 1, 2))
SIDECAR = {"name": "side", "restartPolicy": "Always"}


def shown(*containers: ContainerRow, inits: tuple[dict[str, str], ...]) -> list[str]:
    """What becomes of each container: its reason, or "waiting"."""
    found = as_reported({"initContainers": list(inits)}, containers)
    return [own.last.reason if own.last else own.state for own in found]


def test_without_init_containers_all_are_lost() -> None:
    """The pod counts as initialized from its beginning."""
    assert shown(LOST, LOST, inits=()) == [UNKNOWN, UNKNOWN]


def test_what_comes_after_a_failed_init_container_still_waits() -> None:
    """Other init containers and the regular ones had no turn yet."""
    inits = ({"name": "i"}, {"name": "j"})
    assert shown(FAILED, LOST, LOST, inits=inits) == ["Error", rows.WAITING, rows.WAITING]


def test_the_first_init_container_is_lost_when_nothing_has_run() -> None:
    """It is the only one that might have."""
    inits = ({"name": "i"}, {"name": "j"})
    assert shown(LOST, LOST, LOST, inits=inits) == [UNKNOWN, rows.WAITING, rows.WAITING]


def test_after_the_last_init_container_the_others_are_lost() -> None:
    """They may have run."""
    assert shown(WELL, LOST, inits=({"name": "i"},)) == ["Completed", UNKNOWN]
    assert shown(FAILED, WELL, LOST, inits=({"name": "i"},)) == ["Error", "Completed", UNKNOWN]


def test_a_sidecar_that_comes_last_is_no_sign() -> None:
    """It has been stopped by then."""
    assert shown(WELL, LOST, inits=(SIDECAR,)) == ["Completed", rows.WAITING]


def test_a_pod_whose_init_container_fails_is_not_initialized() -> None:
    """It has Failed, and its regular container waits for ever."""
    world = room()
    first = {"name": "i", "image": "busybox:1.37", "command": ["sh", "-c", "exit 1"]}
    world.pod("web", WEB, initContainers=[first], restartPolicy="Never")
    world.run(20)
    status = world.get()["status"]
    found = next(one for one in status["conditions"] if one["type"] == "Initialized")
    assert status["phase"] == "Failed"
    assert (found["status"], found["message"]) == (
        "False", "containers with incomplete status: [i]",
    )  # fmt: skip
    assert world.state() == {"waiting": {"reason": "PodInitializing"}}


def test_a_container_that_never_ran_has_no_image_id() -> None:
    """Its image is named as the spec names it."""
    world = room()
    world.pod("web", annotations={"kubelearn.dev/pull": "1m"})
    world.run(5)
    world.api.delete("pods", "default", "web")
    world.run(10)
    written = [one.new for one in world.api.store.log if one.resource == "pods" and one.new]
    status = written[-1]["status"]["containerStatuses"][0]
    assert status["state"]["terminated"]["reason"] == UNKNOWN
    assert (status["image"], status["imageID"]) == ("nginx:1.29", "")
