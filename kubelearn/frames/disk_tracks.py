"""Disks over time: to which node each was attached, who used it, what was written to it.

Read from the write log and from the disks' own history. A *track* is one disk: a PersistentVolume
or an emptyDir that something was written to. Its spans are *attaching*, *attached*, *detaching*,
or *reachable* for storage that needs no attaching; below it are the pods that use it, *waiting*
(they have a node, nothing runs), *running* or *ending*.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kubelearn.api.csi_drivers import DRIVERS
from kubelearn.api.objects import Key, Object, condition, get_path, is_terminating
from kubelearn.api.volumes import ATTACHMENTS, VOLUMES, claim_names, csi_of
from kubelearn.frames.pods import is_active
from kubelearn.frames.source import Row
from kubelearn.frames.writes import Write, writes
from kubelearn.kubelet.disks import LOCAL, Entry, storage_of

MOST_PODS = 6


class Spans:
    """What something was, from when until when; each state holds until the next one."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def set(self, time: int, state: str, node: str = "") -> None:
        """The state from this moment on; "" ends it."""
        if self.rows and self.rows[-1]["end"] is None:
            last = self.rows[-1]
            if (last["state"], last["node"]) == (state, node):
                return
            last["end"] = time
            if last["start"] == time:
                self.rows.pop()
        if state:
            self.rows.append({"start": time, "end": None, "state": state, "node": node})

    def within(self, start: int, end: int) -> list[Row]:
        """The spans clipped to a time."""
        clipped = [
            {**row, "start": max(row["start"], start),
             "end": end if row["end"] is None else min(row["end"], end)}
            for row in self.rows
        ]  # fmt: skip
        return [row for row in clipped if row["start"] < row["end"]]


def tracks(world: Any, start: int, end: int) -> list[Row]:
    """One track for each disk that was there between two moments (ns)."""
    disks, pods = world.parts["disks"], _Pods(world)
    found = [*_volume_tracks(world, pods), *_local_tracks(pods, disks.history)]
    rows = [_clipped(track, disks.history, start, end) for track in found]
    return [row for row in rows if row["spans"] or row["entries"] or any(
        pod["spans"] for pod in row["pods"])]  # fmt: skip


def _clipped(track: Row, history: list[Entry], start: int, end: int) -> Row:
    own = [entry for entry in history if entry.disk == track["disk"] and entry.time <= end]
    pods = [
        {"name": name, "spans": spans.within(start, end)} for name, spans in track["pods"].items()
    ]
    shown = [pod for pod in pods if pod["spans"]]
    return {
        "key": track["key"],
        "label": track["label"],
        "kind": track["kind"],
        "spans": track["spans"].within(start, end),
        "entries": [{"time": e.time, "text": e.text} for e in own if e.text and e.time >= start],
        "lost": [e.time for e in own if not e.text and e.time >= start],
        "pods": shown[-MOST_PODS:],
        "hidden": max(0, len(shown) - MOST_PODS),
    }


# Volumes


def _volume_tracks(world: Any, pods: _Pods) -> Iterator[Row]:
    found: dict[str, Row] = {}
    for write in writes(world.api, VOLUMES):
        name = write.key[1]
        known = write.new or write.old or {}
        track = found.setdefault(name, _volume_track(name, known, pods))
        if write.new is None:
            track["spans"].set(write.time, "")
        elif write.old is None and not needs_attaching(write.new):
            track["spans"].set(write.time, "reachable")
        if "claimRef" in known["spec"]:
            track["claim"] = claim_of(known)
            track["label"] = track["claim"].partition("/")[2]
            track["pods"] = pods.of_claim(track["claim"])
    for write in writes(world.api, ATTACHMENTS):
        _take_attachment(write, found)
    yield from found.values()


def _volume_track(name: str, volume: Object, pods: _Pods) -> Row:
    return {
        "key": f"pv/{name}",
        "label": name,
        "kind": f"class {volume['spec'].get('storageClassName') or 'none'}",
        "disk": storage_of(volume),
        "spans": Spans(),
        "pods": pods.of_claim(""),
    }


def needs_attaching(volume: Object) -> bool:
    """Whether a node must get the volume attached before it can mount it."""
    driver = DRIVERS.get(csi_of(volume)[0])
    return driver is not None and driver.attaches


def claim_of(volume: Object) -> str:
    """The claim of a volume, "namespace/name"; "" for none."""
    reference = volume["spec"].get("claimRef") or {}
    return f"{reference['namespace']}/{reference['name']}" if reference else ""


def _take_attachment(write: Write, found: dict[str, Row]) -> None:
    spec = (write.new or write.old or {})["spec"]
    track = found.get(spec["source"].get("persistentVolumeName", ""))
    if track is not None:
        state = attachment_state(write.new) if write.new else ""
        track["spans"].set(write.time, state, spec["nodeName"] if state else "")


def attachment_state(attachment: Object) -> str:
    """attaching, attached or detaching."""
    if is_terminating(attachment):
        return "detaching"
    return "attached" if (attachment.get("status") or {}).get("attached") else "attaching"


# Disks that are part of a pod


def _local_tracks(pods: _Pods, history: list[Entry]) -> Iterator[Row]:
    for disk in dict.fromkeys(entry.disk for entry in history):
        kind, _, rest = disk.partition("/")
        uid = rest.partition("/")[0]
        if kind == LOCAL and uid in pods.stays:
            key = pods.keys[uid]
            yield {"key": disk, "label": f"emptyDir of {key[1]}", "kind": "goes with its pod",
                   "disk": disk, "spans": pods.stays[uid], "pods": {}}  # fmt: skip


class _Pods:
    """The spans of all pods by name, when each was on its node, and which claims they use."""

    def __init__(self, world: Any) -> None:
        self.keys: dict[str, Key] = {}
        self.spans: dict[Key, Spans] = {}
        self.stays: dict[str, Spans] = {}
        self.users: dict[str, dict[Key, None]] = {}
        for write in writes(world.api, "pods"):
            self._take(write)

    def _take(self, write: Write) -> None:
        pod, key = write.new or write.old or {}, write.key
        uid = pod["metadata"]["uid"]
        if uid not in self.keys:
            self.keys[uid], self.stays[uid] = key, Spans()
            self.spans.setdefault(key, Spans())
            for claim, _ in claim_names(pod):
                self.users.setdefault(f"{key[0]}/{claim}", {})[key] = None
        node = pod["spec"].get("nodeName", "")
        state = pod_state(write.new) if write.new is not None else ""
        self.spans[key].set(write.time, state, node if state else "")
        here = "attached" if node and write.new is not None else ""
        self.stays[uid].set(write.time, here, node if here else "")

    def of_claim(self, claim: str) -> dict[str, Spans]:
        """The pods that use a claim, in the order in which they came."""
        return {key[1]: self.spans[key] for key in self.users.get(claim, ())}


def pod_state(pod: Object) -> str:
    """unplaced, waiting, running, silent (its node does not answer), ending; "" when it is over."""
    if not is_active(pod):
        return ""
    if is_terminating(pod):
        return "ending"
    if not pod["spec"].get("nodeName"):
        return "unplaced"
    if get_path(pod, "status", "phase") != "Running":
        return "waiting"
    ready = condition(pod, "Ready") or {}
    return "running" if ready.get("status") == "True" else "silent"
