"""Attach/detach: a disk is attached to the node of its pod, and to no other if it may not.

Source: `pkg/controller/volume/attachdetach` (reconciler, desired and actual state of the world),
Kubernetes 1.36.

Unlike the real one: one VolumeAttachment exists from the wish to attach on, and volumes that are
not CSI volumes of a known driver need no attaching. `status.volumesInUse` of nodes is not kept: a
node that is Ready has unmounted the volume of a pod that is over, any other may have it mounted.
When a detaching was wanted first is kept in an annotation of the attachment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from kubelearn.api.csi_drivers import DRIVERS
from kubelearn.api.objects import Key, Object, is_terminating, is_true
from kubelearn.api.store import Record
from kubelearn.api.subjects import CLAIMING
from kubelearn.api.times import parse_timestamp
from kubelearn.api.volumes import (
    ATTACHMENTS,
    CLAIMS,
    VOLUMES,
    access_modes,
    claim_names,
    csi_of,
    is_fully_bound,
)
from kubelearn.controllers.csi_drivers import finalizer_of
from kubelearn.runtime.controller import Mapped, Watch
from kubelearn.runtime.explain import Reason
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import MILLISECOND, MINUTE

FORCE_AFTER = 6 * MINUTE
"""maxWaitForUnmountDuration."""
OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
BY = "attachdetach-controller"
SHARED = ("ReadWriteMany", "ReadOnlyMany")


def _volumes_of_pod(reconciler: Any, record: Record) -> Iterable[Key]:
    """The volumes of a pod that was written."""
    obj = record.new or record.old or {}
    return [("", volume["metadata"]["name"]) for volume in reconciler.disks_of(obj)]


def _all_attached(reconciler: Any, record: Record) -> Iterable[Key]:
    """The volumes that are attached to a node whose taints or readiness changed."""
    name = record.key[1]
    return [
        ("", one["spec"]["source"]["persistentVolumeName"])
        for one in reconciler.context.api.list(ATTACHMENTS)
        if one["spec"]["nodeName"] == name
    ]


def _own_volume(reconciler: Any, record: Record) -> Iterable[Key]:  # noqa: ARG001
    """The volume of an attachment."""
    obj = record.new or record.old
    name = (obj or {}).get("spec", {}).get("source", {}).get("persistentVolumeName")
    return [("", name)] if name else []


def _volume_of_claim(reconciler: Any, record: Record) -> Iterable[Key]:  # noqa: ARG001
    """The volume of a claim."""
    name = ((record.new or {}).get("spec") or {}).get("volumeName")
    return [("", name)] if name else []


def attachment_name(volume: Object, node: str) -> str:
    """csi-<sha256 of handle, driver and node>."""
    driver, handle = csi_of(volume)
    return "csi-" + hashlib.sha256(f"{handle}{driver}{node}".encode()).hexdigest()


class AttachDetachController:
    """Makes and removes VolumeAttachments, one volume at a time."""

    name: ClassVar[str] = "attachdetach"
    watches: ClassVar[tuple[Watch, ...]] = (
        Mapped("pods", _volumes_of_pod, about=frozenset({CLAIMING})),
        Mapped("nodes", _all_attached),
        Mapped(ATTACHMENTS, _own_volume),
        Mapped(CLAIMS, _volume_of_claim),
    )
    explains: ClassVar[tuple[str, ...]] = ("pods", VOLUMES)

    def __init__(self, context: Context) -> None:
        self.context = context

    # What is wanted

    def disks_of(self, pod: Object) -> Iterator[Object]:
        """The bound volumes of a pod that must be attached."""
        for name, _ in claim_names(pod):
            claim = self.context.api.find(CLAIMS, pod["metadata"]["namespace"], name)
            if claim is None or not is_fully_bound(claim):
                continue
            volume = self.context.api.find(VOLUMES, None, claim["spec"]["volumeName"])
            driver = DRIVERS.get(csi_of(volume)[0]) if volume is not None else None
            if volume is not None and driver is not None and driver.attaches:
                yield volume

    def _users(self, volume: Object) -> dict[str, list[Object]]:
        """Node -> its pods that need the volume."""
        reference = volume["spec"].get("claimRef") or {}
        found: dict[str, list[Object]] = {}
        for pod in self.context.api.list("pods", reference.get("namespace", "")):
            node = pod["spec"].get("nodeName")
            named = [name for name, _ in claim_names(pod)] if pod["spec"].get("volumes") else []
            if node and reference.get("name") in named and not _is_over(pod):
                found.setdefault(node, []).append(pod)
        return found

    def _attachments(self, volume: Object) -> list[Object]:
        name = volume["metadata"]["name"]
        return [
            one
            for one in self.context.api.list(ATTACHMENTS)
            if one["spec"]["source"].get("persistentVolumeName") == name
        ]

    # One volume

    def reconcile(self, key: Key) -> int | None:
        """Detach what is not wanted any more, then attach what is."""
        volume = self.context.api.find(VOLUMES, None, key[1])
        if volume is None:
            return None
        driver = DRIVERS.get(csi_of(volume)[0])
        if driver is None or not driver.attaches:
            return None
        users, attached = self._users(volume), self._attachments(volume)
        waits = [self._detach(one) for one in attached
                 if one["spec"]["nodeName"] not in users]  # fmt: skip
        again = [wait for wait in waits if wait is not None]
        for node, pods in sorted(users.items()):
            self._attach(volume, node, pods, users)
        return min(again) if again else None

    def _attach(
        self, volume: Object, node: str, pods: list[Object], users: dict[str, list[Object]]
    ) -> None:
        attached = self._attachments(volume)
        name = volume["metadata"]["name"]
        here = next((one for one in attached if one["spec"]["nodeName"] == node), None)
        if here is not None:
            if annotations_since(here) is not None:
                patch = {"metadata": {"annotations": {SINCE: None}}}
                self.context.api.patch(ATTACHMENTS, None, here["metadata"]["name"], patch)
            if (here.get("status") or {}).get("attached"):
                self._tell_attached(name, pods)
            return
        if attached and not set(access_modes(volume)) & set(SHARED):
            self._refuse(name, node, pods, attached, users)
            return
        if self.context.api.find("nodes", None, node) is None:
            return
        driver = csi_of(volume)[0]
        made = {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "VolumeAttachment",
            "metadata": {
                "name": attachment_name(volume, node),
                "finalizers": [finalizer_of(driver)],
            },
            "spec": {
                "attacher": driver,
                "nodeName": node,
                "source": {"persistentVolumeName": name},
            },
        }
        self.context.api.create(made)

    def _tell_attached(self, name: str, pods: list[Object]) -> None:
        text = f'AttachVolume.Attach succeeded for volume "{name}" '
        for pod in pods:
            if not _is_started(pod) and not self._was_told(pod, "SuccessfulAttachVolume"):
                self.context.recorder.event(pod, "Normal", "SuccessfulAttachVolume", text, BY)

    def _was_told(self, pod: Object, reason: str) -> bool:
        uid = pod["metadata"]["uid"]
        return any(
            event["reason"] == reason and event["involvedObject"].get("uid") == uid
            for event in self.context.api.list("events", pod["metadata"]["namespace"])
        )

    def _refuse(
        self,
        name: str,
        node: str,
        pods: list[Object],
        attached: list[Object],
        users: dict[str, list[Object]],
    ) -> None:
        """Multi-Attach error, told once to each pod."""
        elsewhere = [one["spec"]["nodeName"] for one in attached if one["spec"]["nodeName"] != node]
        others = [pod for place in elsewhere for pod in users.get(place, ())]
        for pod in pods:
            if self._was_told(pod, "FailedAttachVolume"):
                continue
            namespace = pod["metadata"]["namespace"]
            used = [p["metadata"]["name"] for p in others
                    if p["metadata"]["namespace"] == namespace]  # fmt: skip
            text = f'Multi-Attach error for volume "{name}" '
            if used:
                text += f"Volume is already used by pod(s) {', '.join(used)}"
            else:
                text += (
                    "Volume is already exclusively attached to one node and can't be attached to "
                    "another"
                )
            self.context.recorder.event(pod, "Warning", "FailedAttachVolume", text, BY)

    def _detach(self, attachment: Object) -> int | None:
        """Ask for the detaching, or say when to look again."""
        if is_terminating(attachment):
            return None
        node = self.context.api.find("nodes", None, attachment["spec"]["nodeName"])
        left = self._must_wait(attachment, node)
        if left is not None and left > 0:
            return left
        self.context.api.delete(ATTACHMENTS, None, attachment["metadata"]["name"])
        return None

    def _must_wait(self, attachment: Object, node: Object | None) -> int | None:
        """How long the node may still have the volume mounted; None when it has not."""
        if node is not None and (is_true(node, "Ready") or _out_of_service(node)):
            return None
        wanted = annotations_since(attachment)
        now = self.context.clock.now
        if wanted is None:
            name = attachment["metadata"]["name"]
            patch = {"metadata": {"annotations": {SINCE: str(now)}}}
            self.context.api.patch(ATTACHMENTS, None, name, patch)
            return FORCE_AFTER
        return wanted + FORCE_AFTER - now

    # Why

    def explain(self, resource: str, obj: Object) -> list[Reason]:
        """Where a volume is attached; what a pod's volume waits for."""
        if resource == VOLUMES:
            places = [one["spec"]["nodeName"] for one in self._attachments(obj)]
            return [Reason(BY, f"it is attached to {', '.join(places)}")] if places else []
        return list(self._about_pod(obj))

    def _about_pod(self, pod: Object) -> Iterator[Reason]:
        node = pod["spec"].get("nodeName")
        if not node or _is_started(pod):
            return
        for volume in self.disks_of(pod):
            name = volume["metadata"]["name"]
            for one in self._attachments(volume):
                place = one["spec"]["nodeName"]
                if place != node:
                    yield Reason(BY, self._about_other(name, node, place, one))
                elif not (one.get("status") or {}).get("attached"):
                    yield Reason(BY, f"volume {name} is being attached to {node}")

    def _about_other(self, name: str, node: str, place: str, attachment: Object) -> str:
        text = f"volume {name} is still attached to {place}: {node} gets it when it is detached"
        wanted = annotations_since(attachment)
        if wanted is None:
            return text
        left = max(wanted + FORCE_AFTER - self.context.clock.now, 0) // (1000 * MILLISECOND)
        return (
            f"{text}. {place} does not answer and may still have it mounted, so it is detached by "
            f"force after 6 minutes, in {left} s; the taint {OUT_OF_SERVICE} on {place} says "
            "that the machine is off and spares the wait"
        )


SINCE = "kubelearn.dev/detach-wanted-since"
"""Annotation of an attachment: when its detaching was wanted first, in ns."""


def annotations_since(attachment: Object) -> int | None:
    """When the detaching was wanted first."""
    text = (attachment["metadata"].get("annotations") or {}).get(SINCE)
    return None if text is None else int(text)


def _out_of_service(node: Object) -> bool:
    return any(taint["key"] == OUT_OF_SERVICE for taint in node["spec"].get("taints") or ())


def _is_over(pod: Object) -> bool:
    """Whether a pod needs its volumes no more: finished, or terminating and nothing runs."""
    status = pod.get("status") or {}
    if status.get("phase") in ("Succeeded", "Failed"):
        return True
    if not is_terminating(pod):
        return False
    containers = status.get("containerStatuses") or ()
    return not containers or not any(
        (one.get("state") or {}).get("running") is not None for one in containers
    )


def _is_started(pod: Object) -> bool:
    status = pod.get("status") or {}
    return status.get("phase") != "Pending" or bool(parse_started(status))


def parse_started(status: Object) -> int:
    """When the first container of a pod started; 0 when none has."""
    times = [
        parse_timestamp(one["state"]["running"]["startedAt"])
        for one in status.get("containerStatuses") or ()
        if (one.get("state") or {}).get("running")
    ]
    return min(times, default=0)
