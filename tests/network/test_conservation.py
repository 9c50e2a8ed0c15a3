"""Sent = answered + failed + in flight, at any moment, whatever breaks."""

import signal
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelearn.api.errors import APIError
from kubelearn.sim.clock import SECOND
from tests.network.test_compiled import FAULTS, KINDS, STEPPED, world

URLS = {**KINDS, **STEPPED}
OPEN = st.builds(lambda rate, engine: {"rate": rate, "engine": engine},
                 st.sampled_from([5, 60]), st.sampled_from(["auto", "stepped"]))  # fmt: skip
CLOSED = st.builds(lambda users, kept: {"users": users, "keep_alive": kept},
                   st.integers(1, 5), st.booleans())  # fmt: skip


def balance(cluster, load):
    """Each request that has been sent is in one bin, and none twice."""
    totals, failures = load.totals(), load.failures()
    sent, flying = totals.pop("sent"), totals.pop("in flight")
    numbers = [index for index, *_ in load.requests()]
    assert sent == flying + sum(totals.values())
    assert flying >= 0
    assert len(set(numbers)) == len(numbers) == sent - flying
    assert sum(failures["requests"]) == sum(totals.values()) - totals["ok"]
    assert all(failures["hop"])
    missing = sorted(set(range(sent)) - set(numbers))
    known = cluster.parts["loads"].sent_at(load.number, np.array(missing, int))
    assert len(known) == flying


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(sorted(URLS)), st.one_of(OPEN, CLOSED),
       st.lists(st.tuples(st.sampled_from(sorted(FAULTS)), st.sampled_from([0.002, 0.4, 7.0])),
                max_size=6))  # fmt: skip
def test_nothing_is_lost_and_nothing_counts_twice(kind, options, storm):
    """Looked at after each fault, and at the end, when nothing is in flight any more."""
    url, client = URLS[kind]
    cluster = world()
    load = cluster.load(url(cluster), duration="30s", client=client, timeout="4s", **options)
    for name, pause in storm:
        cluster.run(pause)
        with suppress(ValueError, IndexError, APIError):
            FAULTS[name](cluster)
        balance(cluster, load)
    cluster.run("60s")
    balance(cluster, load)
    assert load.totals()["in flight"] == 0


class Bell:
    """A part that rings at some time, as Ctrl-C does."""

    name = "bell"

    def ring(self) -> None:
        """The signal."""
        signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("engine", ["auto", "stepped"])
def test_an_interrupted_run_goes_on_to_the_same_end(engine):
    """Ctrl-C harms nothing: bins balance, commands work, each request ends as without it."""
    url, client = KINDS["an NLB from outside"]
    ends = []
    for rings in (False, True):
        cluster, bell = world(), Bell()
        start = cluster.clock.now
        cluster.clock.register(bell)
        load = cluster.load(url(cluster), rate=40, duration="20s", client=client, engine=engine)
        if rings:
            cluster.clock.after(7_123_456_789, bell.ring)
            with pytest.raises(KeyboardInterrupt):
                cluster.run("40s")
            balance(cluster, load)
        cluster.clock.run(start + 15 * SECOND)
        cluster.fail.node("worker-1")
        cluster.run("40s")
        ends.append(load.requests())
    assert ends[0] == ends[1]
