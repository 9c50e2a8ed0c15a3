"""Ephemeral containers: they join a pod that runs, to look around in it (`kubectl debug`).

Source: `pkg/kubelet/kuberuntime/kuberuntime_manager.go` (computePodActions, step 6),
Kubernetes 1.36.

Unlike the real one: one that has started runs until its pod ends, whatever its program does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelearn.api.images import InvalidImageName, digest_of, parse_image, pull_of
from kubelearn.api.objects import Key, Object
from kubelearn.api.times import timestamp
from kubelearn.kubelet import rows
from kubelearn.kubelet.advancing import told
from kubelearn.kubelet.event import Event
from kubelearn.kubelet.starting import BANDWIDTH, CREATED, CREATION, RESOLUTION, STARTED
from kubelearn.sim.clock import SECOND

if TYPE_CHECKING:
    from kubelearn.kubelet.kubelets import Kubelets


def begin(kubelet: Kubelets, key: Key, pod: Object) -> None:
    """Start the ephemeral containers of a pod that have no status yet."""
    for container in _new(pod):
        status = {"state": {"waiting": {"reason": "ContainerCreating"}}}
        _report(kubelet, key, container, status)
        now, node = kubelet.context.clock.now, pod["spec"]["nodeName"]
        time = _time(kubelet, node, container["image"])
        uid, name = pod["metadata"]["uid"], container["name"]
        kubelet.context.clock.at(now + time, kubelet.start_ephemeral, key, uid, name)


def _new(pod: Object) -> list[Object]:
    known = {each["name"] for each in pod["status"].get("ephemeralContainerStatuses") or ()}
    return [each for each in pod["spec"]["ephemeralContainers"] if each["name"] not in known]


def _time(kubelet: Kubelets, node: str, image: str) -> int:
    """From the order to the start: the pull, when the node has not got the image, and creation."""
    if kubelet.has_image(node, image):
        return sum(CREATION) // 2
    pull = pull_of(image) if not _problem(image) else None
    size = pull.size * SECOND // BANDWIDTH if pull is not None else 0
    return sum(RESOLUTION) // 2 + size + sum(CREATION) // 2


def _problem(image: str) -> str:
    """Why an image cannot be had; "" when it can."""
    try:
        return pull_of(image).error
    except InvalidImageName as error:
        return str(error)


def start(kubelet: Kubelets, key: Key, uid: str, name: str) -> None:
    """The container of this name runs, if its pod still does and its image is there."""
    pod = kubelet.context.api.find("pods", *key)
    if pod is None or pod["metadata"]["uid"] != uid or not kubelet.alive(pod["spec"]["nodeName"]):
        return
    row = kubelet.row_of(key, pod)
    if row is None or row.state != rows.SANDBOXED:
        return
    container = next(each for each in pod["spec"]["ephemeralContainers"] if each["name"] == name)
    problem = _problem(container["image"])
    if problem:
        waiting = {"reason": "ErrImagePull", "message": problem}
        _report(kubelet, key, container, {"state": {"waiting": waiting}})
        failed = Event("Warning", "Failed", f"Failed to pull image: {problem}")
        _tell(kubelet, pod, name, failed)
        return
    now = timestamp(kubelet.context.clock.now)
    image = str(parse_image(container["image"]))
    state = {"state": {"running": {"startedAt": now}}, "image": image}
    _report(kubelet, key, container, {**state, "imageID": digest_of(container["image"])})
    _tell(kubelet, pod, name, CREATED, STARTED)


def _tell(kubelet: Kubelets, pod: Object, name: str, *events: Event) -> None:
    for event in events:
        told(kubelet, pod, event, f"spec.ephemeralContainers{{{name}}}")


def _report(kubelet: Kubelets, key: Key, container: Object, status: Object) -> None:
    """Write the status of an ephemeral container."""
    empty = {"lastState": {}, "ready": False, "restartCount": 0, "imageID": ""}
    own = {"name": container["name"], "image": container["image"], **empty, **status}
    fresh = kubelet.context.api.get("pods", *key)
    others = [
        each
        for each in fresh["status"].get("ephemeralContainerStatuses") or ()
        if each["name"] != own["name"]
    ]
    patch = {"ephemeralContainerStatuses": [*others, own]}
    kubelet.context.api.patch_status("pods", *key, patch)
