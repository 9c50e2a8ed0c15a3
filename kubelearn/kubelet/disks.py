"""What programs have written: the data itself, by the storage that holds it.

A program whose pod has the annotation `kubelearn.dev/stores: VOLUME` writes the path of each POST
or PUT that it answers to that volume, and tells what is there when it is asked with GET. What was
written to a claim stays with its volume wherever the pod goes; an emptyDir dies with its pod, a
hostPath stays on its node.

Unlike the real one: a disk keeps the paths of its writes in their order and nothing else, it is
never full, and every write is safe the moment it is answered.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from kubelearn.api.objects import Object, get_path
from kubelearn.api.store import Record
from kubelearn.api.subjects import DELETION
from kubelearn.api.volumes import CLAIMS, VOLUMES, csi_of
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import MILLISECOND

WATCH_LATENCY = 5 * MILLISECOND
LOCAL = "emptyDir"


class Entry(NamedTuple):
    """What happened to a disk at a moment (ns): a text was written, or "": it is gone with all."""

    time: int
    disk: str
    text: str


class Disks:
    """Keeps the writes of each disk."""

    name = "disks"
    state: ClassVar[tuple[str, ...]] = ("contents", "history")

    def __init__(self, context: Context) -> None:
        self.context = context
        self.contents: dict[str, tuple[str, ...]] = {}
        """Disk -> what was written to it, oldest first."""
        self.history: list[Entry] = []
        """All writes and losses, oldest first."""
        watched, gone = ("pods", VOLUMES), frozenset({DELETION})
        about = dict.fromkeys(watched, gone)
        context.api.store.watch(self.name, watched, self.deliver, WATCH_LATENCY, about)

    def write(self, pod: Object, volume: str, text: str) -> None:
        """Add to the disk behind a volume of a pod; a name that the pod has not is its own disk."""
        disk = self.disk_of(pod, volume)
        self._take(Entry(self.context.clock.now, disk, text))

    def _take(self, entry: Entry) -> None:
        self.history.append(entry)
        if entry.text:
            self.contents[entry.disk] = (*self.contents.get(entry.disk, ()), entry.text)
        else:
            del self.contents[entry.disk]

    def until(self, context: Context) -> Disks:
        """The disks as they were at the present of another context, for reading."""
        past = object.__new__(Disks)
        past.context, past.contents, past.history = context, {}, []
        for entry in self.history:
            if entry.time <= context.clock.now:
                past._take(entry)
        return past

    def read(self, pod: Object, volume: str) -> tuple[str, ...]:
        """What the disk behind a volume of a pod holds."""
        return self.contents.get(self.disk_of(pod, volume), ())

    def of_claim(self, namespace: str, name: str) -> tuple[str, ...]:
        """What the volume of a claim holds; nothing while it has none."""
        claim = self.context.api.get(CLAIMS, namespace, name)
        volume = claim["spec"].get("volumeName")
        return self.of_volume(volume) if volume else ()

    def of_volume(self, name: str) -> tuple[str, ...]:
        """What a PersistentVolume holds."""
        return self.contents.get(self.disk_behind(name), ())

    def disk_of(self, pod: Object, volume: str) -> str:
        """What a volume of a pod is stored on."""
        metadata = pod["metadata"]
        found: Object = next(
            (v for v in pod["spec"].get("volumes") or () if v["name"] == volume), {}
        )
        claim = get_path(found, "persistentVolumeClaim", "claimName")
        if claim is None and "ephemeral" in found:
            claim = f"{metadata['name']}-{volume}"
        if claim is not None:
            bound = self.context.api.find(CLAIMS, metadata["namespace"], claim)
            name = None if bound is None else bound["spec"].get("volumeName")
            return self.disk_behind(name) if name else f"claim/{metadata['namespace']}/{claim}"
        path = get_path(found, "hostPath", "path")
        if path is not None:
            return f"hostPath/{pod['spec'].get('nodeName', '')}{path}"
        return f"{LOCAL}/{metadata['uid']}/{volume}"

    def disk_behind(self, name: str) -> str:
        """What a PersistentVolume is stored on; two volumes with one handle are one disk."""
        volume = self.context.api.find(VOLUMES, None, name)
        return f"volume/{name}" if volume is None else storage_of(volume)

    def deliver(self, records: list[Record]) -> None:
        """What belonged to a pod, or to a volume that was reclaimed, is gone with it."""
        for record in records:
            assert record.old is not None
            if record.resource == "pods":
                self._forget(f"{LOCAL}/{record.old['metadata']['uid']}/")
            elif get_path(record.old, "spec", "persistentVolumeReclaimPolicy") == "Delete":
                self._forget(storage_of(record.old))

    def _forget(self, prefix: str) -> None:
        for disk in [disk for disk in self.contents if disk.startswith(prefix)]:
            self._take(Entry(self.context.clock.now, disk, ""))


def storage_of(volume: Object) -> str:
    """What a PersistentVolume is stored on, as disks are named here."""
    driver, handle = csi_of(volume)
    return f"{driver}/{handle}" if handle else f"volume/{volume['metadata']['name']}"
