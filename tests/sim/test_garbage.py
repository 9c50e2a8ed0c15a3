"""Collections while a world runs."""

import gc

from kubelearn.sim.clock import Clock
from kubelearn.sim.garbage import RARE, rare_collections


class Watcher:
    """A part that notes how often is collected."""

    name = "watcher"

    def __init__(self):
        self.seen = None

    def look(self):
        """Note it."""
        self.seen = gc.get_threshold()


def test_a_run_collects_rarely_and_leaves_all_as_it_was():
    """Inside and after."""
    before, clock, part = gc.get_threshold(), Clock(), Watcher()
    clock.register(part)
    clock.after(0, part.look)
    clock.run(1)
    assert (RARE, before) == (part.seen, gc.get_threshold())


def test_who_collects_never_is_left_alone():
    """A threshold of 0 means that nothing is collected."""
    before = gc.get_threshold()
    gc.set_threshold(0)
    try:
        with rare_collections():
            assert gc.get_threshold()[0] == 0
    finally:
        gc.set_threshold(*before)
