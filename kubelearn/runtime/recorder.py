"""Kubernetes Events: what components tell about objects, de-duplicated as upstream does.

Equal events count up. The tenth different message for one object and reason within ten minutes
and all after it become one "(combined from similar events)". More than 25 at once about one
object are dropped, with one more allowed every five minutes. Events live for one hour.
Source: client-go `tools/record/events_cache.go`; kube-apiserver `--event-ttl`.
"""

from __future__ import annotations

from collections import deque
from typing import ClassVar, NamedTuple

from kubelearn.api.objects import Key, Object
from kubelearn.api.times import timestamp
from kubelearn.runtime.part import Context
from kubelearn.sim.clock import HOUR, MINUTE, SECOND

TTL = HOUR
BURST = 25
REFILL = 5 * MINUTE
SIMILAR_LIMIT = 10
SIMILAR_WINDOW = 10 * MINUTE
UNIX_EPOCH_OFFSET = 1_767_225_600 * SECOND
"""Nanoseconds from 1970 to the zero of the clock: real event names end in this number."""


class Similar(NamedTuple):
    """The different messages of one object and reason since the window began."""

    began: int
    messages: tuple[str, ...]


class Bucket(NamedTuple):
    """How many more events about one object are let through."""

    time: int
    tokens: float


class Recorder:
    """The part that writes Events and lets them expire."""

    name = "events"
    state: ClassVar[tuple[str, ...]] = ("_known", "_similar", "_buckets", "_expiring")

    def __init__(self) -> None:
        self.context: Context
        self._known: dict[tuple[str, ...], str] = {}
        self._similar: dict[tuple[str, ...], Similar] = {}
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self._swept = 0
        self._expiring: deque[tuple[int, Key, tuple[str, ...]]] = deque()

    def event(
        self,
        obj: Object,
        kind: str,
        reason: str,
        message: str,
        component: str,
        *,
        host: str = "",
        path: str = "",
    ) -> None:
        """Tell something about an object.

        `kind` is "Normal" or "Warning"; `path` a part of it such as `spec.containers{web}`.
        """
        metadata = obj["metadata"]
        if not self._let_through(component, metadata.get("uid", metadata["name"])):
            return
        group = (component, host, metadata.get("uid", ""), metadata["name"], path, kind, reason)
        message, identity = self._combined(group, message)
        name = self._known.get(identity)
        if name is not None:
            namespace = metadata.get("namespace") or "default"
            old = self.context.api.find("events", namespace, name)
            if old is not None:
                self._count_up(old, identity, message)
                return
        self._write(obj, group, message, identity)

    def _let_through(self, component: str, subject: str) -> bool:
        now, key = self.context.clock.now, (component, subject)
        last = self._buckets.get(key)
        if last is None:
            self._buckets[key] = Bucket(now, BURST - 1)
            return True
        tokens = min(BURST, last.tokens + (now - last.time) / REFILL)
        allowed = tokens >= 1
        self._buckets[key] = Bucket(now, tokens - 1 if allowed else tokens)
        return allowed

    def _combined(self, group: tuple[str, ...], message: str) -> tuple[str, tuple[str, ...]]:
        now = self.context.clock.now
        similar = self._similar.get(group)
        if similar is None or now - similar.began > SIMILAR_WINDOW:
            self._similar[group] = Similar(now, (message,))
            return message, (*group, message)
        if message not in similar.messages and len(similar.messages) < SIMILAR_LIMIT:
            similar = self._similar[group] = Similar(similar.began, (*similar.messages, message))
        if len(similar.messages) < SIMILAR_LIMIT:
            return message, (*group, message)
        return f"(combined from similar events): {message}", group

    def _count_up(self, old: Object, identity: tuple[str, ...], message: str) -> None:
        event = old.copy()
        event["count"] = old["count"] + 1
        event["lastTimestamp"] = timestamp(self.context.clock.now)
        event["message"] = message
        key = (event["metadata"]["namespace"], event["metadata"]["name"])
        self.context.api.store.put("events", key, event)
        self._expire_later(key, identity)

    def _write(
        self, obj: Object, group: tuple[str, ...], message: str, identity: tuple[str, ...]
    ) -> None:
        component, host, _, _, path, kind, reason = group
        now = timestamp(self.context.clock.now)
        namespace = obj["metadata"].get("namespace") or "default"
        source = {"component": component, "host": host} if host else {"component": component}
        event: Object = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": self._metadata(obj, namespace, now),
            "involvedObject": reference_to(obj, path),
            "reason": reason,
            "message": message,
            "source": source,
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
            "type": kind,
            "eventTime": None,
            "reportingComponent": component,
            "reportingInstance": host,
        }
        key = (namespace, event["metadata"]["name"])
        self._known[identity] = key[1]
        self.context.api.store.add("events", key, event)
        self._expire_later(key, identity)

    def _metadata(self, obj: Object, namespace: str, now: str) -> Object:
        store, about = self.context.api.store, obj["metadata"]["name"]
        number, known = UNIX_EPOCH_OFFSET + self.context.clock.now, store.items("events")
        while (namespace, name := f"{about}.{number:x}") in known:
            number += 1
        uid = self.context.draws.uuid("uid", f"events/{namespace}/{name}", store.revision)
        return {"name": name, "namespace": namespace, "uid": uid, "creationTimestamp": now}

    def _expire_later(self, key: Key, identity: tuple[str, ...]) -> None:
        due = self.context.clock.now + TTL
        if not self._expiring:
            self.context.clock.at(due, self.expire)
        self._expiring.append((due, key, identity))

    def expire(self) -> None:
        """Remove the events that nobody repeated for an hour."""
        now = self.context.clock.now
        store = self.context.api.store
        oldest = timestamp(now - TTL)
        while self._expiring and self._expiring[0][0] <= now:
            _, key, identity = self._expiring.popleft()
            found = store.get("events", key)
            if found is not None and found["lastTimestamp"] <= oldest:
                store.delete("events", key)
                self._known.pop(identity, None)
        self._forget(now)
        if self._expiring:
            self.context.clock.at(self._expiring[0][0], self.expire)

    def _forget(self, now: int) -> None:
        """Drop what no longer decides anything: ended windows, buckets that are full again."""
        if self._expiring and now - self._swept < SIMILAR_WINDOW:
            return
        self._swept = now
        self._similar = {k: s for k, s in self._similar.items() if now - s.began <= SIMILAR_WINDOW}
        self._buckets = {
            key: bucket
            for key, bucket in self._buckets.items()
            if bucket.tokens + (now - bucket.time) / REFILL < BURST
        }
        self._known = dict(self._known.items())
        self.context.api.store.shrink("events")


def reference_to(obj: Object, path: str = "") -> Object:
    """The ObjectReference of an object, optionally to a part of it."""
    metadata, found = obj["metadata"], {"kind": obj["kind"]}
    for field in ("namespace", "name", "uid"):
        if metadata.get(field):
            found[field] = metadata[field]
    found["apiVersion"] = obj["apiVersion"]
    if metadata.get("resourceVersion"):
        found["resourceVersion"] = metadata["resourceVersion"]
    if path:
        found["fieldPath"] = path
    return found
