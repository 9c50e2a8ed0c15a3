"""When each pod came to its node, when it left, and what it asks for there: read from the log."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from kubelearn.api.objects import Key, Object
from kubelearn.api.store import Record, Store
from kubelearn.frames.pods import is_active
from kubelearn.frames.source import Present
from kubelearn.frames.timeline import EVER
from kubelearn.scheduler.requests import requests_of


class Stored(Protocol):
    """An API server with its store."""

    @property
    def store(self) -> Store:
        """Objects and write log."""
        ...

    def list(self, resource: str, namespace: str | None = None) -> list[Object]:
        """The objects of a resource."""
        ...


class Scheduled(Protocol):
    """A world whose log, decisions and scheduler can be read."""

    @property
    def api(self) -> Stored:
        """Its objects."""
        ...

    @property
    def clock(self) -> Present:
        """Its time."""
        ...

    @property
    def context(self) -> Any:
        """What its parts share; the decisions are in it."""
        ...

    @property
    def parts(self) -> dict[str, Any]:
        """Its parts by name."""
        ...


class Stay(NamedTuple):
    """One pod's time on one node; times in nanoseconds, cpu in millicores, memory in bytes."""

    namespace: str
    pod: str
    node: str
    start: int
    """`EVER` when it came before the log begins."""
    end: int | None
    """None while it is there."""
    cpu: int
    memory: int


def stays(api: Stored) -> list[Stay]:
    """All stays in the order in which they began."""
    found = [_stay(old, EVER) for old in _before(api.store)]
    here = {(stay.namespace, stay.pod): at for at, stay in enumerate(found)}
    for record in api.store.since(api.store.compacted):
        if record.resource == "pods":
            _take(record, found, here)
    return found


def _before(store: Store) -> list[Object]:
    """The pods that had a node before the log begins, as their first later write shows them."""
    first: dict[Key, Object | None] = {}
    for record in store.since(store.compacted):
        if record.resource == "pods":
            first.setdefault(record.key, record.old)
    unwritten = [pod for key, pod in store.items("pods").items() if key not in first]
    return [pod for pod in [*first.values(), *unwritten] if pod is not None and _is_placed(pod)]


def _take(record: Record, found: list[Stay], here: dict[Key, int]) -> None:
    placed = record.new is not None and _is_placed(record.new)
    if placed and record.key not in here:
        here[record.key] = len(found)
        found.append(_stay(record.new or {}, record.time))
    elif not placed and record.key in here:
        at = here.pop(record.key)
        found[at] = found[at]._replace(end=record.time)


def _is_placed(pod: Object) -> bool:
    return bool(pod["spec"].get("nodeName")) and is_active(pod)


def _stay(pod: Object, start: int) -> Stay:
    asked, metadata = requests_of(pod), pod["metadata"]
    cpu, memory = asked.get("cpu", 0), asked.get("memory", 0)
    node = pod["spec"]["nodeName"]
    return Stay(metadata["namespace"], metadata["name"], node, start, None, cpu, memory)
