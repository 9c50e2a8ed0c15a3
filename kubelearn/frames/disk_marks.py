"""Moments worth a mark beside claims and disks: what was made, attached, refused, lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kubelearn.api.objects import Object, get_path
from kubelearn.api.volumes import CLAIMS, VOLUMES, claim_names
from kubelearn.frames.lanes import mark
from kubelearn.frames.marks import NODE_WORDS
from kubelearn.frames.nodes import node_state
from kubelearn.frames.source import Row
from kubelearn.frames.writes import writes

OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
TOLD = frozenset(
    (
        "FailedAttachVolume", "FailedMount", "FailedScheduling", "FileSystemResizeSuccessful",
        "ProvisioningFailed", "ProvisioningSucceeded",
        "TaintManagerEviction", "VolumeFailedDelete", "FailedBinding", "ClaimLost",
    )
)  # fmt: skip
"""Reasons of Events that are worth a mark."""


def is_out_of_service(node: Object) -> bool:
    """Whether somebody has said that the machine is off."""
    taints = get_path(node, "spec", "taints", default=None) or ()
    return any(taint["key"] == OUT_OF_SERVICE for taint in taints)


def disk_marks(world: Any) -> Iterator[Row]:
    """What happened, in no order."""
    yield from _event_marks(world)
    yield from _node_marks(world)
    yield from _object_marks(world)
    for entry in world.parts["disks"].history:
        if not entry.text:
            yield mark(entry.time, f"what was on {entry.disk.partition('/')[0]} is lost", "Warning")


def _node_marks(world: Any) -> Iterator[Row]:
    for write in writes(world.api, "nodes"):
        if write.old is None or write.new is None:
            continue
        before, after, name = node_state(write.old), node_state(write.new), write.key[1]
        if before != after:
            kind = "Normal" if after == "ready" else "Warning"
            yield mark(write.time, f"{name} is {NODE_WORDS[after]}", kind)
        if is_out_of_service(write.new) and not is_out_of_service(write.old):
            yield mark(write.time, f"{name} gets the taint out-of-service")


def _object_marks(world: Any) -> Iterator[Row]:
    for resource, word in ((CLAIMS, "claim"), (VOLUMES, "volume")):
        for write in writes(world.api, resource):
            if write.new is None:
                yield mark(write.time, f"{word} {write.key[1]} is gone")
            elif write.old is not None and _size(write.old) != _size(write.new):
                yield mark(write.time, f"{word} {write.key[1]} is {_size(write.new)} now")


def _size(obj: Object) -> Any:
    """The size that a claim asks for, or that a volume has."""
    if "capacity" in obj["spec"]:
        return obj["spec"]["capacity"].get("storage")
    return get_path(obj, "spec", "resources", "requests", "storage")


def _event_marks(world: Any) -> Iterator[Row]:
    users = {write.key for write in writes(world.api, "pods")
             if write.new is not None and claim_names(write.new)}  # fmt: skip
    for write in writes(world.api, "events"):
        event = write.new
        if event is None or write.old is not None or event["reason"] not in TOLD:
            continue
        about = event["involvedObject"]
        if about["kind"] == "Pod" and (about.get("namespace"), about["name"]) not in users:
            continue
        yield mark(write.time, f"{event['reason']}: {about['name']}", event.get("type", "Normal"))
