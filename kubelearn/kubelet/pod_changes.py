"""What writes to pods make their kubelet do: begin, follow a change, stop.

Source: `pkg/kubelet/kubelet.go` (syncLoopIteration, HandlePodAdditions …), `pod_workers.go`,
Kubernetes 1.36.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubelearn.api.images import full_name
from kubelearn.api.objects import Key, Object, get_path, is_true
from kubelearn.kubelet import ephemeral, pressure, rows
from kubelearn.kubelet.admission import refusal
from kubelearn.kubelet.advancing import advance, delete, tell
from kubelearn.kubelet.grace import MINIMUM
from kubelearn.kubelet.pod_steps import cut_short, terminated
from kubelearn.kubelet.rows import ContainerRow, PodRow
from kubelearn.kubelet.situation import POD
from kubelearn.kubelet.static_pods import is_mirror, mirror_pod
from kubelearn.kubelet.statuses import containers_of
from kubelearn.sim.clock import SECOND

if TYPE_CHECKING:
    from kubelearn.kubelet.kubelets import Kubelets


def look(kubelet: Kubelets, key: Key, old: Object | None, new: Object) -> None:
    """Look at a pod that was written."""
    node = new["spec"].get("nodeName")
    if node is None or not kubelet.alive(node):
        return
    known = key in kubelet.rows or key in kubelet.settled
    told, asks = old is not None and _is_told(old, new), _asks_something(old, new)
    if known and not told and not asks:
        return
    # Later writes may have come meanwhile: what counts is the pod as it is.
    pod = kubelet.context.api.find("pods", *key)
    if pod is None or pod["metadata"]["uid"] != new["metadata"]["uid"]:
        return
    if not known:
        accept(kubelet, key, pod)
        return
    if told:
        pressure.note(kubelet, key, pod)
        kubelet.remount(key)
        if pod["spec"].get("ephemeralContainers"):
            ephemeral.begin(kubelet, key, pod)
    if asks:
        if old is not None and old["spec"] is not new["spec"]:
            kubelet.resize(key, old, pod)
        follow(kubelet, key, kubelet.context.api.get("pods", *key))


def _is_told(old: Object, new: Object) -> bool:
    """Whether somebody else wrote the pod, which makes its kubelet sync it at once."""
    return old["spec"] is not new["spec"] or _differ(old, new, ("labels", "annotations"))


def _differ(old: Object, new: Object, fields: tuple[str, ...]) -> bool:
    """Whether any of these fields of the metadata has changed."""
    before, after = old["metadata"], new["metadata"]
    for field in fields:
        was, now = before.get(field), after.get(field)
        if was is not now and was != now:
            return True
    return False


def accept(kubelet: Kubelets, key: Key, pod: Object) -> None:
    """Begin with a pod."""
    now = kubelet.context.clock.now
    if get_path(pod, "status", "phase") in ("Succeeded", "Failed"):
        return
    node = pod["spec"]["nodeName"]
    refused = pressure.refused(kubelet, pod) if kubelet.pressed else None
    if refused is None and not is_mirror(pod) and not is_true(pod, "PodScheduled"):
        found = kubelet.context.api.find("nodes", None, node)
        others = (p for p in kubelet.context.api.on_node(node) if _knows(kubelet, p, key))
        refused = refusal(pod, found, others) if found is not None else None
    if refused is not None:
        _refuse(kubelet, pod, node, refused.reason, refused.message)
        return
    containers = tuple(ContainerRow(since=now) for _ in containers_of(pod["spec"]))
    row = PodRow(pod["metadata"]["uid"], node, rows.ACCEPTED, now, now, containers)
    kubelet.rows[key] = row
    pressure.note(kubelet, key, pod)
    if "deletionTimestamp" in pod["metadata"]:
        follow(kubelet, key, pod)
    else:
        advance(kubelet, key, post=True)


def _knows(kubelet: Kubelets, pod: Object, but: Key) -> bool:
    key = (pod["metadata"]["namespace"], pod["metadata"]["name"])
    return key != but and (key in kubelet.rows or key in kubelet.settled)


def _refuse(kubelet: Kubelets, pod: Object, node: str, reason: str, message: str) -> None:
    metadata = pod["metadata"]
    text = f"Pod was rejected: {message}"
    status = {"phase": "Failed", "reason": reason, "message": text}
    kubelet.context.recorder.event(pod, "Warning", reason, message, "kubelet", host=node)
    kubelet.context.api.patch_status("pods", metadata["namespace"], metadata["name"], status)


def follow(kubelet: Kubelets, key: Key, pod: Object) -> None:
    """Do what a change of the object asks for."""
    row = kubelet.row_of(key, pod)
    assert row is not None
    now = kubelet.context.clock.now
    grace = pod["metadata"].get("deletionGracePeriodSeconds")
    over = row.state in (rows.TERMINATING, rows.STOPPED)
    if key in kubelet.static:
        if grace is not None:
            delete(kubelet, key, pod)
        return
    if grace is None and get_path(pod, "status", "phase") in ("Succeeded", "Failed"):
        grace = pod["spec"].get("terminationGracePeriodSeconds", 30)
    if grace is not None and not over:
        row, told = terminated(kubelet, pod, row, now, int(grace))
        _forget_pulls(kubelet, pod, kubelet.rows[key])
        tell(kubelet, pod, row, POD, told)
    elif grace is not None and row.state == rows.TERMINATING:
        kill = min(row.deadline, now + max(int(grace), MINIMUM) * SECOND)
        shorter = tuple(cut_short(own, kill) for own in row.containers)
        row = row._replace(deadline=kill, containers=shorter)
    kubelet.rows[key] = row
    advance(kubelet, key, post=grace is None)


def _forget_pulls(kubelet: Kubelets, pod: Object, row: PodRow) -> None:
    """Images on the way for a pod that goes do not come."""
    for container, own in zip(containers_of(pod["spec"]), row.containers, strict=True):
        if own.state == rows.PULLING:
            coming = kubelet.coming.get(row.node, frozenset())
            kubelet.coming[row.node] = coming - {full_name(container["image"])}


def object_gone(kubelet: Kubelets, key: Key, old: Object) -> None:
    """The object was removed: by this kubelet, or by force while containers still run."""
    row = kubelet.row_of(key, old)
    kubelet.mounted.pop(key, None)
    if kubelet.hungry:
        pressure.forget(kubelet, key, old["spec"].get("nodeName", ""))
    if key in kubelet.static:
        mirror(kubelet, key, *kubelet.static[key])
        return
    if row is None or row.uid != old["metadata"]["uid"]:
        return
    if row.state == rows.STOPPED:
        del kubelet.rows[key]
        return
    _haunt(kubelet, key, row, old)


def _haunt(kubelet: Kubelets, key: Key, row: PodRow, old: Object) -> None:
    """Stop the containers of a pod whose object is gone."""
    del kubelet.rows[key]
    ghost = (key[0], f"{key[1]}\n{row.uid}")
    kubelet.ghosts[ghost] = old
    kubelet.rows[ghost] = row
    if kubelet.alive(row.node):
        if row.state != rows.TERMINATING:
            _forget_pulls(kubelet, old, row)
            row, _ = terminated(kubelet, old, row, kubelet.context.clock.now, MINIMUM)
        kubelet.rows[ghost] = row
        advance(kubelet, ghost)


def mirror(kubelet: Kubelets, key: Key, node: str, manifest: Object) -> None:
    """Create the mirror of a static pod, again when somebody deleted it."""
    found = kubelet.context.api.find("nodes", None, node)
    if found is None or not kubelet.alive(node):
        return
    made = mirror_pod(manifest, found, kubelet.context.clock.now)
    pod = kubelet.context.api.create(made, user=f"system:node:{node}")
    row = kubelet.row_of(key, pod)
    if row is not None:
        kubelet.rows[key] = row._replace(uid=pod["metadata"]["uid"])
        advance(kubelet, key, post=True)


def _asks_something(old: Object | None, new: Object) -> bool:
    """Whether a write to a known pod asks its kubelet to do something."""
    if old is None:
        return "deletionTimestamp" in new["metadata"]
    if old["spec"] is not new["spec"]:
        return True
    if _differ(old, new, ("deletionTimestamp", "deletionGracePeriodSeconds")):
        return True
    phase = (new.get("status") or {}).get("phase")
    if phase in ("Succeeded", "Failed") and phase != get_path(old, "status", "phase"):
        return True
    return bool(new["spec"].get("readinessGates"))
