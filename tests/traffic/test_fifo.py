"""Queues all at once: each departure is that of one request after the other."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kubelearn.traffic import fifo

NUMBERS = st.integers(0, 10**12)
REQUESTS = st.lists(st.tuples(NUMBERS, NUMBERS, st.integers(0, 4)), min_size=1, max_size=40)


def one_by_one(requests, busy):
    """When each is done, if a pod takes it when the one before is done."""
    found = []
    for arrives, work in requests:
        busy = max(busy, arrives) + work
        found.append(busy)
    return found


@given(REQUESTS, NUMBERS)
def test_ends_are_those_of_one_after_the_other(requests, busy):
    """To the nanosecond, from a pod that may be busy at first."""
    queue = sorted((arrives, work) for arrives, work, _ in requests)
    arrives, work = (np.array(column, np.int64) for column in zip(*queue, strict=True))
    assert fifo.ends(arrives, work, busy).tolist() == one_by_one(queue, busy)


@given(REQUESTS, st.sampled_from([0, 1 << 62]))
def test_each_pod_gets_its_requests_in_order(requests, last):
    """All places, each once: by pod, by arrival, by place; also over all times that there are."""
    arrives, pods = (np.array([one[at] for one in [*requests, (last, 0, 4)]]) for at in (0, 2))
    expected = sorted(range(len(pods)), key=lambda at: (pods[at], arrives[at], at))
    assert expected == fifo.lines(pods.astype(np.int16), arrives, 5).tolist()
