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
from kubelearn.runtime.told import DEFAULT, About, Group, Told, told_of
from kubelearn.sim.clock import HOUR, MINUTE, SECOND
from kubelearn.sim.makers import maker

TTL = HOUR
BURST = 25
REFILL = 5 * MINUTE
SIMILAR_LIMIT = 10
SIMILAR_WINDOW = 10 * MINUTE
UNIX_EPOCH_OFFSET = 1_767_225_600 * SECOND
"""Nanoseconds from 1970 to the zero of the clock: real event names end in this number."""


class Similar(NamedTuple):
    """The different messages of one object and reason since the window began."""

    group: Group
    began: int
    messages: tuple[str, ...]

    def heard(self, message: str, now: int) -> Similar:
        """With one more message; a new window when this one is over."""
        if now - self.began > SIMILAR_WINDOW:
            return Similar(self.group, now, (message,))
        if message in self.messages or len(self.messages) >= SIMILAR_LIMIT:
            return self
        return self._replace(messages=(*self.messages, message))


class Memory(NamedTuple):
    """What is remembered of the events of a component about one object."""

    time: int
    tokens: float
    """How many more events were let through at that time."""
    told: tuple[Told, ...] = ()
    """Those that live, as they were told last."""
    windows: tuple[Similar, ...] = ()
    """Those that `told` does not tell: by itself an event begins the window of its message."""

    def tokens_at(self, now: int) -> float:
        """How many more events are let through now."""
        return min(BURST, self.tokens + (now - self.time) / REFILL)

    def heard(self, group: Group, message: str, now: int) -> Similar | None:
        """The window of a group with one more message; None for the first event of a group."""
        if not self.told and not self.windows:
            return None
        for window in self.windows:
            if window.group == group:
                return window.heard(message, now)
        alike = [one for one in self.told if one.group == group]
        if not alike:
            return None
        begun = Similar(group, min(one.first for one in alike), (alike[0].message,))
        return begun.heard(message, now)

    def find(self, group: Group, message: str | None) -> Told | None:
        """The living event of a group and message; of many messages for None."""
        for one in self.told:
            same = one.combined if message is None else one.message == message and not one.combined
            if same and one.group == group:
                return one
        return None

    def after(
        self, old: Told | None, new: Told, similar: Similar
    ) -> tuple[tuple[Told, ...], tuple[Similar, ...]]:
        """`told` and `windows` after an event took the place of an old one."""
        told = (*(one for one in self.told if one is not old), new)
        windows = tuple(one for one in self.windows if one.group != similar.group)
        alone = sum(one.group == similar.group for one in told) == 1
        if alone and similar == Similar(new.group, new.first, (new.message,)):
            return told, windows
        return told, (*windows, similar)

    def at(self, now: int) -> Memory:
        """Without the windows that are over and of which no event is left."""
        groups = {one.group for one in self.told}
        windows = tuple(
            one for one in self.windows if one.group in groups or now - one.began <= SIMILAR_WINDOW
        )
        return self._replace(windows=windows) if windows != self.windows else self


memory_of = maker(Memory)


class Recorder:
    """The part that writes Events and lets them expire."""

    name = "events"
    state: ClassVar[tuple[str, ...]] = ("_memory", "_due", "_expiring")

    def __init__(self) -> None:
        self.context: Context
        self._groups: dict[tuple[str, ...], Group] = {}
        """Equal ones are one object: a cache, which never changes what is read."""
        self._memory: dict[tuple[str, str], Memory] = {}
        """By component and UID (or name) of the object."""
        self._subject: Object | None = None
        self._reference: About
        """To the object of the last event: mostly the next one is about it too."""
        self._swept = 0
        self._due: deque[int] = deque()
        """When to look whether an event has been repeated since; which one is in `_expiring`."""
        self._expiring: deque[Key] = deque()

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
        metadata, now = obj["metadata"], self.context.clock.now
        subject = (component, metadata.get("uid") or metadata["name"])
        group = self._group(host, path, kind, reason)
        memory = self._memory.get(subject)
        if memory is None:
            told = self._write(obj, component, group, message)
            self._memory[subject] = memory_of((now, BURST - 1, (told,), ()))
            return
        tokens = memory.tokens_at(now)
        if tokens < 1:
            self._memory[subject] = memory._replace(time=now, tokens=tokens)
            return
        similar = memory.heard(group, message, now)
        if similar is None:
            told = self._write(obj, component, group, message)
            known = (*memory.told, told)
            self._memory[subject] = memory_of((now, tokens - 1, known, memory.windows))
        else:
            kept, windows = self._tell_similar(obj, component, memory, similar, message)
            self._memory[subject] = Memory(now, tokens - 1, kept, windows)

    def _group(self, *words: str) -> Group:
        """The one Group of host, path, kind and reason."""
        found = self._groups.get(words)
        if found is None:
            found = self._groups[words] = Group(*words)
        return found

    def _tell_similar(
        self, obj: Object, component: str, memory: Memory, similar: Similar, message: str
    ) -> tuple[tuple[Told, ...], tuple[Similar, ...]]:
        """Write or repeat an event that is not the first of its group; what is told then."""
        group, combined = similar.group, len(similar.messages) >= SIMILAR_LIMIT
        text = f"(combined from similar events): {message}" if combined else message
        old = memory.find(group, None if combined else message)
        told = None if old is None else self._repeat(old, text)
        if told is None:
            told = self._write(obj, component, group, text, combined=combined)
        return memory.after(old, told, similar)

    def _repeat(self, old: Told, text: str) -> Told | None:
        """Count an event up; None when somebody has deleted it."""
        store, now, key = self.context.api.store, self.context.clock.now, old.key
        stored = store.stored("events", key)
        if isinstance(stored, Told):
            times, revision = stored.times + 1, store.revision + 1
            told = stored._replace(times=times, last=now, message=text, revision=revision)
            store.fold("events", key, told)
            self._look_later(key)
            return told
        event = store.get("events", key)
        if event is None:
            return None
        # Somebody has changed it: that stays.
        changed = {"count": event["count"] + 1, "lastTimestamp": timestamp(now), "message": text}
        store.put("events", key, {**event, **changed})
        self._look_later(key)
        return old

    def _write(
        self, obj: Object, component: str, group: Group, text: str, *, combined: bool = False
    ) -> Told:
        store, now, about = self.context.api.store, self.context.clock.now, self._about(obj)
        number, namespace = UNIX_EPOCH_OFFSET + now, about.namespace or DEFAULT
        key = namespace, f"{about.name}.{number:x}"
        while store.stored("events", key) is not None:
            number += 1
            key = namespace, f"{about.name}.{number:x}"
        seed, made = self.context.draws.seed, store.revision + 1
        told = told_of(
            (seed, key[1], component, about, group, text, now, now, made, 0, 1, combined)
        )
        store.fold("events", key, told)
        self._look_later(key)
        return told

    def _about(self, obj: Object) -> About:
        if obj is not self._subject:
            self._subject, self._reference = obj, About.of(obj)
        return self._reference

    def _look_later(self, key: Key) -> None:
        due = self.context.clock.now + TTL
        if not self._due:
            self.context.clock.at(due, self.expire)
        self._due.append(due)
        self._expiring.append(key)

    def expire(self) -> None:
        """Remove the events that nobody repeated for an hour."""
        now, store = self.context.clock.now, self.context.api.store
        oldest = timestamp(now - TTL)
        while self._due and self._due[0] <= now:
            self._due.popleft()
            key = self._expiring.popleft()
            event = store.get("events", key)
            if event is not None and event["lastTimestamp"] <= oldest:
                store.delete("events", key)
                self._forget_event(event)
        self._sweep(now)
        if self._due:
            self.context.clock.at(self._due[0], self.expire)

    def _forget_event(self, event: Object) -> None:
        about = event["involvedObject"]
        subject = (event["source"].get("component", ""), about.get("uid") or about.get("name", ""))
        memory, name = self._memory.get(subject), event["metadata"]["name"]
        if memory is not None:
            left = tuple(one for one in memory.told if one.name != name)
            self._memory[subject] = memory._replace(told=left)

    def _sweep(self, now: int) -> None:
        """Drop what no longer decides anything: ended windows, memories that are full again."""
        if self._due and now - self._swept < SIMILAR_WINDOW:
            return
        self._swept = now
        self._groups = {}
        self._memory = {
            subject: memory.at(now)
            for subject, memory in self._memory.items()
            if memory.told or memory.tokens_at(now) < BURST
        }
        self.context.api.store.shrink("events")


def reference_to(obj: Object, path: str = "") -> Object:
    """The ObjectReference of an object, optionally to a part of it."""
    return About.of(obj).reference(path)
