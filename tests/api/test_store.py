"""The store: revisions, the log and the watches."""

from kubelearn.api.store import Record
from kubelearn.api.subjects import DELETION, UNMANAGED
from kubelearn.sim.clock import MILLISECOND
from tests.api.fresh import fresh, make


class Listener:
    """A part that keeps what a watch brings."""

    name = "listener"

    def __init__(self):
        self.heard: list[Record] = []

    def deliver(self, records: list[Record]) -> None:
        """Keep a batch."""
        self.heard.extend(records)


def test_a_watch_is_a_mailbox_that_the_clock_empties():
    """Never inside a write."""
    api, part = fresh(), Listener()
    api.clock.register(part)
    api.store.watch("listener", ("configmaps",), part.deliver, 2 * MILLISECOND)
    api.create(make("v1", "ConfigMap", "a"))
    assert part.heard == []
    api.clock.run(until=2 * MILLISECOND)
    assert [record.key for record in part.heard] == [("default", "a")]


def test_each_write_has_the_next_revision():
    """One counter for all kinds, in every object that was written."""
    api = fresh()
    made = [api.create(make("v1", kind, "a")) for kind in ("ConfigMap", "ServiceAccount")]
    one, other = (int(obj["metadata"]["resourceVersion"]) for obj in made)
    assert one + 1 == other == api.store.revision


def owned_by(kind):
    """Metadata of a ConfigMap that an object of a kind manages."""
    reference = {"apiVersion": "v1", "kind": kind, "name": "x", "uid": "1", "controller": True}
    return {"ownerReferences": [reference]}


def heard_about(*subjects):
    """An API server, and what a listener hears about ConfigMaps with these subjects."""
    api, part = fresh(), Listener()
    api.clock.register(part)
    about = {"configmaps": frozenset(subjects)}
    api.store.watch("listener", ("configmaps",), part.deliver, 2 * MILLISECOND, about)
    return api, part.heard


def test_a_mailbox_may_be_about_some_managers_only():
    """Writes to objects of others are not delivered."""
    api, heard = heard_about("Node", UNMANAGED)
    for name, meta in (("a", owned_by("Node")), ("b", owned_by("Pod")), ("c", {})):
        api.create(make("v1", "ConfigMap", name, meta=meta))
    api.clock.run(until=2 * MILLISECOND)
    assert [record.key[1] for record in heard] == ["a", "c"]


def test_a_mailbox_about_deletions():
    """It hears when an object goes, whoever managed it."""
    api, heard = heard_about(DELETION)
    api.create(make("v1", "ConfigMap", "a"))
    api.delete("configmaps", "default", "a")
    api.clock.run(until=2 * MILLISECOND)
    assert [record.new for record in heard] == [None]


def test_what_is_left_out_opens_the_delivery_all_the_same():
    """So a filter changes nothing about when the others are delivered."""
    api, heard = heard_about("Node")
    api.create(make("v1", "ConfigMap", "a"))
    api.clock.run(until=MILLISECOND)
    api.create(make("v1", "ConfigMap", "b", meta=owned_by("Node")))
    api.clock.run(until=2 * MILLISECOND)
    assert [record.key[1] for record in heard] == ["b"]


def test_a_write_that_was_rolled_back_is_not_delivered():
    """And the next one has its own time."""
    api, heard = heard_about(UNMANAGED)
    before = api.store.revision
    api.create(make("v1", "ConfigMap", "a"))
    api.store.rollback(before)
    api.clock.run(until=3 * MILLISECOND)
    api.create(make("v1", "ConfigMap", "b"))
    api.clock.run(until=5 * MILLISECOND)
    assert [record.key[1] for record in heard] == ["b"]
