"""An Event as the recorder keeps it: what it is made from, a third of its size.

Source: client-go `tools/record/event.go` (makeEvent), `tools/reference/ref.go`.
"""

from __future__ import annotations

from typing import NamedTuple

from kubelearn.api.objects import Key, Object
from kubelearn.api.times import timestamp
from kubelearn.sim.draws import Draws
from kubelearn.sim.makers import maker

DEFAULT = "default"
"""The namespace of Events about what has none."""


class Group(NamedTuple):
    """What similar events about one object have in common."""

    host: str
    path: str
    """A part of the object, such as `spec.containers{web}`."""
    kind: str
    """Normal or Warning."""
    reason: str


class About(NamedTuple):
    """What a reference to an object says; "" is left out."""

    kind: str
    namespace: str
    name: str
    uid: str
    version: str
    """Its apiVersion."""
    revision: str

    @classmethod
    def of(cls, obj: Object) -> About:
        """The object as it is now."""
        get = obj["metadata"].get
        version, revision = obj["apiVersion"], get("resourceVersion") or ""
        namespace, name, uid = get("namespace") or "", get("name") or "", get("uid") or ""
        return _about((obj["kind"], namespace, name, uid, version, revision))

    def reference(self, path: str = "") -> Object:
        """The ObjectReference, optionally to a part of the object."""
        fields = {
            "kind": self.kind,
            "namespace": self.namespace,
            "name": self.name,
            "uid": self.uid,
            "apiVersion": self.version,
            "resourceVersion": self.revision,
            "fieldPath": path,
        }
        return {name: text for name, text in fields.items() if text}


_about = maker(About)


class Told(NamedTuple):
    """An Event of the recorder."""

    seed: int
    """That of the draws of its UID."""
    name: str
    component: str
    about: About
    group: Group
    message: str
    first: int
    """Nanoseconds, as `last`."""
    last: int
    made: int
    """Its revision when it was made."""
    revision: int = 0
    """Its own; 0 while that is still the first one."""
    times: int = 1
    combined: bool = False
    """It stands for several messages."""

    @property
    def key(self) -> Key:
        """Its key in the store."""
        return (self.about.namespace or DEFAULT, self.name)

    def unfold(self) -> Object:
        """The Event."""
        (host, path, kind, reason), component = self.group, self.component
        namespace, first = self.about.namespace or DEFAULT, timestamp(self.first)
        uid = Draws(self.seed).uuid("uid", f"events/{namespace}/{self.name}", self.made - 1)
        return {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {
                "name": self.name,
                "namespace": namespace,
                "uid": uid,
                "creationTimestamp": first,
                "resourceVersion": str(self.revision or self.made),
            },
            "involvedObject": self.about.reference(path),
            "reason": reason,
            "message": self.message,
            "source": {"component": component, "host": host} if host else {"component": component},
            "firstTimestamp": first,
            "lastTimestamp": timestamp(self.last),
            "count": self.times,
            "type": kind,
            "eventTime": None,
            "reportingComponent": component,
            "reportingInstance": host,
        }


told_of = maker(Told)
"""An Event of the recorder from all its values."""
