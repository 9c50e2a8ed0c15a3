"""Parts: their state is copied with a fork, the rest is shared."""

from typing import ClassVar

from kubelearn.runtime.part import fork_part, wire


class Box:
    """A container that brings its own fork."""

    def __init__(self, *values):
        self.values = list(values)

    def fork(self):
        """A copy."""
        return Box(*self.values)


class Thing:
    """A part with each kind of state."""

    name = "thing"
    state: ClassVar = ("table", "box", "number")
    wires: ClassVar = {"other": "neighbour"}

    def __init__(self):
        self.context = "old world"
        self.table, self.box, self.number = {"a": 1}, Box(1), 7
        self.settings = ["shared"]


def test_state_is_copied_and_settings_are_shared():
    """The twin belongs to the other world."""
    part = Thing()
    twin = fork_part(part, "new world")
    twin.table["b"] = 2
    twin.box.values.append(2)
    assert (part.table, part.box.values, part.context) == ({"a": 1}, [1], "old world")
    assert (twin.number, twin.context) == (7, "new world")
    assert twin.settings is part.settings


def test_an_inner_reconciler_is_copied_too():
    """With its own state and the new world."""
    outer = Thing()
    outer.reconciler = Thing()
    twin = fork_part(outer, "new world")
    twin.reconciler.table["b"] = 2
    assert outer.reconciler.table == {"a": 1}
    assert twin.reconciler.context == "new world"


def test_wires_connect_parts_by_name():
    """As the part names them."""
    part = Thing()
    wire(part, {"neighbour": "somebody"})
    assert part.other == "somebody"
