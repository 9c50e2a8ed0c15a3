"""Objects that are stored in a shorter form."""

from typing import NamedTuple

from kubelearn.api.folded import Unfolded, unfolded
from kubelearn.api.store import Store
from kubelearn.sim.clock import Clock

KEY = ("default", "a")


class Short(NamedTuple):
    """A stored form that only knows its revision."""

    revision: int

    def unfold(self):
        """The object."""
        return {"metadata": {"name": "a", "resourceVersion": str(self.revision)}}


def obj(revision):
    """The object of a revision."""
    return Short(revision).unfold()


def store(*revisions):
    """A store with a folded object that was written so many times."""
    made = Store(Clock())
    for revision in revisions:
        made.fold("events", KEY, Short(revision))
    return made


def test_readers_get_the_object():
    """By key, in a table, in order, and of one namespace."""
    made = store(1)
    assert made.get("events", KEY) == obj(1) == made.items("events")[KEY]
    assert made.ordered("events") == [obj(1)] == made.ordered("events", "default")
    assert made.ordered("events", "other") == []
    assert made.stored("events", KEY) == Short(1)


def test_the_log_tells_of_objects():
    """Before and after, up to the deletion, which returns the last state."""
    made = store(1, 2)
    assert made.delete("events", KEY) == obj(3)
    assert [(one.old, one.new) for one in made.log] == [
        (None, obj(1)),
        (obj(1), obj(2)),
        (obj(2), None),
    ]
    assert list(made.log[1])[3:] == [KEY, obj(1), obj(2)]


def test_a_plain_object_may_take_its_place():
    """Somebody has changed it."""
    made = store(1)
    made.put("events", KEY, {"metadata": {"name": "a"}, "message": "mine"})
    assert made.get("events", KEY)["message"] == "mine"
    made.rollback(1)
    assert made.get("events", KEY) == obj(1)


def test_forks_and_the_past_unfold_too():
    """They share what is stored."""
    made, clock = store(1, 2), Clock()
    assert made.fork(clock).get("events", KEY) == obj(2) == made.at(0, clock).get("events", KEY)


def test_the_fingerprint_is_that_of_the_objects():
    """As if they had been stored themselves."""
    plain = Store(Clock())
    plain.put("events", KEY, {"metadata": {"name": "a"}})
    assert store(1).fingerprint() == plain.fingerprint()


def test_a_table_as_readers_see_it():
    """A mapping like any other."""
    table = Unfolded({KEY: Short(4)})
    assert (list(table), len(table), KEY in table, table[KEY]) == ([KEY], 1, True, obj(4))
    assert unfolded(obj(1)) == obj(1)
